import type { JobEvent, SubscribeResult } from '@regen/realtime-shared';
import {
  DEFAULT_SUBSCRIPTION_SETTINGS,
  createJobSubscription,
  timerOf,
  type JobSubscription,
  type SubscriptionSettings,
} from '../jobSubscription.ts';
import type { SubscriptionEffect, SubscriptionEvent } from '../subscriptionStep.ts';
import { transition } from '../subscriptionTransition.ts';
import { JOB, START, logOf, snapshotOf } from './fixtures.ts';

export const settings: SubscriptionSettings = DEFAULT_SUBSCRIPTION_SETTINGS;
/** The log of the job that they follow. */
export const log: JobEvent[] = logOf(40);

/** A subscription that is driven by hand, with what it asked for and dropped. */
export function drive(
  start: JobSubscription = createJobSubscription(JOB, null),
  own: Partial<SubscriptionSettings> = {},
) {
  let subscription = start;
  let now = START;
  const effects: SubscriptionEffect[] = [];
  const send = (...events: SubscriptionEvent[]): void => {
    for (const event of events) {
      const [next, more] = transition(subscription, event, { now, settings: { ...settings, ...own } });
      subscription = next;
      effects.push(...more);
    }
  };
  return {
    send,
    receive: (...events: JobEvent[]) => {
      send(...events.map((event) => ({ kind: 'received', event }) as const));
    },
    ack: (result: Partial<SubscribeResult> & Pick<SubscribeResult, 'outcome'>) => {
      send({ kind: 'acked', result: { position: { epoch: 'e1', sequence: 0 }, serverTime: now, ...result } });
    },
    wait: (ms: number) => {
      now += ms;
      const due = timerOf(subscription);
      if (due !== null && due <= now) send({ kind: 'timer' });
    },
    get: () => subscription,
    text: () => subscription.job?.channels['output']?.text.toString() ?? '',
    sequence: () => subscription.job?.sequence ?? 0,
    effects,
    asked: () => effects.filter((effect) => effect.kind === 'subscribe').length,
    now: () => now,
  };
}

/** Stands at `sequence` of the log and is live. */
export function live(sequence: number, own: Partial<SubscriptionSettings> = {}) {
  const driver = drive(undefined, own);
  driver.send({ kind: 'sent', interrupted: false });
  driver.ack({ outcome: 'snapshot', job: snapshotOf(log.slice(0, sequence)) });
  return driver;
}

/** Stands at `sequence`, and has asked again from there. */
export function asking(sequence: number, own: Partial<SubscriptionSettings> = {}) {
  const driver = live(sequence, own);
  driver.send({ kind: 'disconnected' }, { kind: 'sent', interrupted: true });
  return driver;
}
