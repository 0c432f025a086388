/** What moves a subscription on, what a transition returns, and the ways to ask the server again. */
import { isFinished, type JobNoticePayload, type JobSnapshot, type SubscribeResult } from '@regen/realtime-shared';
import {
  FRUITLESS_WITH_POSITION,
  type JobSubscription,
  type LogEvent,
  type SubscriptionSettings,
} from './jobSubscription.ts';
import type { ClientJobState } from './realtimeStore.ts';

export type SubscriptionEvent =
  /** The command is being sent; `interrupted`: after a reload or a loss that a person noticed. */
  | { kind: 'sent'; interrupted: boolean }
  | { kind: 'acked'; result: SubscribeResult }
  | { kind: 'failed'; code: string; retryAfterMs: number | null }
  | { kind: 'received'; event: LogEvent }
  | { kind: 'notice'; notice: JobNoticePayload }
  | { kind: 'reset'; job: JobSnapshot }
  /** Something of the job came that could not be read. */
  | { kind: 'missed' }
  /** Nobody uses the job any more, on a connection that goes on. */
  | { kind: 'released' }
  | { kind: 'disconnected' }
  | { kind: 'timer' }
  /**
   * The server lists the job: one that was lost is there again, as after a loss of its whole store, and one that is over
   * runs anew where its `createdAt`, ms since the Unix epoch, is another one.
   */
  | { kind: 'listed'; createdAt: number; isFinished: boolean };

/** What is to be done: send `job:subscribe` again, or report that the server's history replaced the one shown. */
export type SubscriptionEffect =
  | { kind: 'subscribe' }
  | { kind: 'dropped'; why: 'duplicate' | 'ended' | 'overflow' }
  | { kind: 'replaced'; why: string }
  /** What came does not fit the text that is here: the histories differ. */
  | { kind: 'conflict' };

export interface SubscriptionContext {
  now: number;
  settings: SubscriptionSettings;
}

export type Step = [JobSubscription, readonly SubscriptionEffect[]];
export const SUBSCRIBE: readonly SubscriptionEffect[] = [{ kind: 'subscribe' }];

/** After so many fruitless attempts a server that answers nonsense is spared: each further one waits longer. */
const FRUITLESS_AT_ONCE = 4;
const RETRY_BASE_MS = 1_000;
const RETRY_CAP_MS = 30_000;

export function askAgain(subscription: JobSubscription, context: SubscriptionContext): Step {
  const fruitless = subscription.fruitless + 1;
  const next: JobSubscription = { ...subscription, phase: { kind: 'idle' }, held: [], patienceEndsAt: null, fruitless };
  return fruitless <= FRUITLESS_AT_ONCE
    ? [next, SUBSCRIBE]
    : [{ ...next, patienceEndsAt: context.now + retryDelay(fruitless - FRUITLESS_AT_ONCE) }, []];
}

export function askForEverything(subscription: JobSubscription, context: SubscriptionContext): Step {
  return askAgain({ ...subscription, fruitless: Math.max(subscription.fruitless, FRUITLESS_WITH_POSITION) }, context);
}

/** An event that does not fit the text: the histories differ, and only the whole state can tell how. */
export function afterConflict(subscription: JobSubscription, context: SubscriptionContext): Step {
  const [next, effects] = askForEverything(subscription, context);
  return [next, [{ kind: 'conflict' }, ...effects]];
}

/** The delay before the `count`-th repetition in a row; ms. */
export function retryDelay(count: number): number {
  return Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** Math.min(count - 1, 10));
}

export function withReport([next, effects]: Step, why: string): Step {
  return [next, [...effects, { kind: 'replaced', why }]];
}

/** Takes over a job that moved on, and counts how it did. */
export function withJob(subscription: JobSubscription, job: ClientJobState): JobSubscription {
  const { job: before, epochs, retries, resumptions } = subscription;
  const waited = before?.status === 'paused' || before?.status === 'failed';
  const wentOn = waited && (before.status !== job.status || before.finishedAt !== job.finishedAt);
  return {
    ...subscription,
    job,
    epochs: epochs.includes(job.epoch) ? epochs : [...epochs, job.epoch],
    retries: wentOn && before.status === 'failed' ? retries + 1 : retries,
    resumptions: wentOn ? resumptions + 1 : resumptions,
  };
}

/** Whether `job` is not what `before` has become, but begun anew after its end. */
export function isAnotherRun(before: ClientJobState, job: Pick<ClientJobState, 'createdAt'>): boolean {
  return isFinished(before) && before.createdAt !== job.createdAt;
}
