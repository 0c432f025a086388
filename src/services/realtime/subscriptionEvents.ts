/** What an event of the log makes of a subscription: applied in order, held back behind a hole, or dropped. */
import { assertNever, firstSequenceOf } from '@regen/realtime-shared';
import { clientReducer, type JobSubscription, type LogEvent } from './jobSubscription.ts';
import type { ClientJobState } from './realtimeStore.ts';
import {
  afterConflict,
  askAgain,
  withJob,
  type Step,
  type SubscriptionContext,
  type SubscriptionEffect,
} from './subscriptionStep.ts';

export function received(subscription: JobSubscription, event: LogEvent, context: SubscriptionContext): Step {
  switch (subscription.phase.kind) {
    case 'idle':
    case 'refused':
      return [subscription, []];
    case 'subscribing':
      return holdBounded(subscription, event, context);
    case 'synced':
    case 'holding':
      return apply(subscription, event, context);
    default:
      return assertNever(subscription.phase);
  }
}

function apply(subscription: JobSubscription, event: LogEvent, context: SubscriptionContext): Step {
  const { job } = subscription;
  const fit = clientReducer.fit(job, event);
  switch (fit) {
    case 'next':
    case 'overlap': {
      const next = clientReducer.reduce(job, event);
      if (next === null) return [subscription, []];
      return drain(advance(subscription, next, context), context);
    }
    case 'duplicate':
      // An old number of an incarnation that nobody told us of: only the log can say what holds.
      return subscription.epochs.includes(event.epoch)
        ? [subscription, [{ kind: 'dropped', why: 'duplicate' }]]
        : askAgain(subscription, context);
    case 'hole': {
      const holding = hold(subscription, event);
      if (holding.held.length > context.settings.heldEvents) {
        const [next, effects] = askAgain(holding, context);
        return [next, [{ kind: 'dropped', why: 'overflow' }, ...effects]];
      }
      return [{ ...holding, patienceEndsAt: patienceWithHole(holding, event, context) }, []];
    }
    case 'conflict':
      return afterConflict(subscription, context);
    case 'ended':
      return [subscription, [{ kind: 'dropped', why: 'ended' }]];
    default:
      return assertNever(fit);
  }
}

/** Applies what was held back as far as it follows now. */
export function drain(subscription: JobSubscription, context: SubscriptionContext): Step {
  const { held } = subscription;
  if (held.length === 0) return [subscription, []];
  let current = subscription;
  const effects: SubscriptionEffect[] = [];
  for (const [index, event] of held.entries()) {
    const fit = clientReducer.fit(current.job, event);
    if (fit === 'hole') {
      const patienceEndsAt = current.patienceEndsAt ?? context.now + context.settings.holePatienceMs;
      return [{ ...current, held: held.slice(index), patienceEndsAt }, effects];
    }
    if (fit === 'next' || fit === 'overlap') {
      const next = clientReducer.reduce(current.job, event);
      if (next !== null) current = advance(current, next, context);
    } else if (fit === 'conflict') {
      const [next, more] = afterConflict(current, context);
      return [next, [...effects, ...more]];
    } else if (fit === 'duplicate' && !current.epochs.includes(event.epoch)) {
      const [next, more] = askAgain(current, context);
      return [next, [...effects, ...more]];
    } else {
      effects.push({ kind: 'dropped', why: fit === 'ended' ? 'ended' : 'duplicate' });
    }
  }
  return [{ ...current, held: [] }, effects];
}

/** A replay comes in order, so an event of it that is too early proves a hole; a live one only comes before its turn. */
function patienceWithHole(subscription: JobSubscription, event: LogEvent, context: SubscriptionContext): number {
  const { phase, patienceEndsAt } = subscription;
  const target = phase.kind === 'synced' ? phase.target : null;
  const isOfReplay = target !== null && firstSequenceOf(event) <= target;
  const holeEndsAt = context.now + context.settings.holePatienceMs;
  if (patienceEndsAt === null) return holeEndsAt;
  return target === null || isOfReplay ? Math.min(patienceEndsAt, holeEndsAt) : patienceEndsAt;
}

/** Takes over a job that moved on, and with it the end of waiting. */
function advance(subscription: JobSubscription, job: ClientJobState, context: SubscriptionContext): JobSubscription {
  const { phase } = subscription;
  const target = phase.kind === 'synced' ? phase.target : null;
  const reached = target === null || job.sequence >= target;
  return {
    ...withJob(subscription, job),
    phase: { kind: 'synced', target: reached ? null : target },
    fruitless: 0,
    lastEventAt: context.now,
    patienceEndsAt: reached ? null : context.now + context.settings.replayPatienceMs,
  };
}

/**
 * Holds events back while a subscribe is on its way. Of too many the last one stays, so that what was dropped before it
 * is a hole that is seen, also where nothing comes after.
 */
function holdBounded(subscription: JobSubscription, event: LogEvent, context: SubscriptionContext): Step {
  const holding = hold(subscription, event);
  const { held } = holding;
  if (held.length <= context.settings.heldEvents) return [holding, []];
  return [{ ...holding, held: held.toSpliced(-2, 1) }, [{ kind: 'dropped', why: 'overflow' }]];
}

/** Keeps events in order of their first sequence; of two with the same reach the first one stays. */
function hold(subscription: JobSubscription, event: LogEvent): JobSubscription {
  const { held } = subscription;
  const first = firstSequenceOf(event);
  // From the end, since events come in order nearly always.
  const at = held.findLastIndex((other) => firstSequenceOf(other) <= first) + 1;
  for (let index = at - 1; index >= 0; index -= 1) {
    const other = held[index];
    if (other === undefined || firstSequenceOf(other) < first) break;
    if (isSameEvent(other, event)) return subscription;
  }
  return { ...subscription, held: held.toSpliced(at, 0, event) };
}

function isSameEvent(one: LogEvent, other: LogEvent): boolean {
  return (
    one.sequence === other.sequence && one.epoch === other.epoch && firstSequenceOf(one) === firstSequenceOf(other)
  );
}
