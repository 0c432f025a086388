/** What an answer to `job:subscribe`, or a `job:reset`, makes of a subscription. */
import { assertNever, isFinal, type JobSnapshot, type SubscribeResult } from '@regen/realtime-shared';
import { clientReducer, type JobSubscription } from './jobSubscription.ts';
import type { ClientJobState } from './realtimeStore.ts';
import { drain } from './subscriptionEvents.ts';
import { askForEverything, retryDelay, withReport, type Step, type SubscriptionContext } from './subscriptionStep.ts';

export function acked(subscription: JobSubscription, result: SubscribeResult, context: SubscriptionContext): Step {
  if (subscription.phase.kind !== 'subscribing') return [subscription, []];
  const { after, interrupted } = subscription.phase;
  const { outcome, position } = result;
  const gaps = interrupted && outcome !== 'reset' ? withGap(subscription) : subscription.gaps;
  const answered: JobSubscription = { ...subscription, outcome, gaps, refusals: 0, gone: false, relisted: false };
  switch (outcome) {
    case 'live':
    case 'replayed': {
      // An answer that leans on a position we did not give cannot be followed.
      if (answered.job === null) return askForEverything(answered, context);
      const target = position.sequence > answered.job.sequence ? position.sequence : null;
      return drain(
        {
          ...answered,
          // What the worker's silence was before the loss is not known any more; if it lasts, a notice follows.
          job: clientReducer.applyNotice(answered.job, { jobId: answered.jobId, kind: 'worker_back' }),
          phase: { kind: 'synced', target },
          catchUp: interrupted && target !== null ? { from: answered.job.sequence, to: target } : null,
          patienceEndsAt: target === null ? null : context.now + context.settings.replayPatienceMs,
        },
        context,
      );
    }
    case 'snapshot': {
      if (result.job === undefined) return askForEverything(answered, context);
      const had = answered.job;
      // With a position the server vouches for the common beginning; without one only the texts can.
      if (had !== null && (after !== null || clientReducer.extendsText(had, result.job))) {
        return settle(answered, clientReducer.continueWithSnapshot(had, result.job), false, context);
      }
      const next = settle(answered, clientReducer.fromSnapshot(result.job), had !== null, context);
      return had === null ? next : withReport(next, 'the histories of the server and of this client differed');
    }
    case 'reset': {
      if (result.job === undefined) return askForEverything(answered, context);
      const next = settle(answered, clientReducer.fromSnapshot(result.job), true, context);
      return withReport(next, 'the server lost or replaced its record of the job');
    }
    case 'holding':
      return [{ ...answered, phase: { kind: 'holding' }, patienceEndsAt: null }, []];
    default:
      return assertNever(outcome);
  }
}

export function failed(
  subscription: JobSubscription,
  code: string,
  retryAfterMs: number | null,
  context: SubscriptionContext,
): Step {
  if (subscription.phase.kind !== 'subscribing') return [subscription, []];
  const refusals = subscription.refusals + 1;
  const isUnknown = code === 'not_found';
  const wasOver = subscription.job !== null && isFinal(subscription.job);
  return [
    {
      ...subscription,
      phase: { kind: 'refused', code, retryAt: context.now + Math.max(retryDelay(refusals), retryAfterMs ?? 0) },
      refusals,
      // The end of a job outlives its log.
      gone: isUnknown && !wasOver,
      relisted: subscription.relisted && !isUnknown,
      held: [],
      patienceEndsAt: null,
    },
    [],
  ];
}

function settle(
  subscription: JobSubscription,
  job: ClientJobState,
  replaced: boolean,
  context: SubscriptionContext,
): Step {
  return drain(
    {
      ...subscription,
      job,
      epochs: subscription.epochs.includes(job.epoch) ? subscription.epochs : [...subscription.epochs, job.epoch],
      phase: { kind: 'synced', target: null },
      catchUp: null,
      patienceEndsAt: null,
      generation: subscription.generation + (replaced ? 1 : 0),
      replaced: subscription.replaced || replaced,
      gaps: replaced ? [] : subscription.gaps,
    },
    context,
  );
}

export function reset(subscription: JobSubscription, snapshot: JobSnapshot, context: SubscriptionContext): Step {
  // While a subscribe is on its way its answer says what holds; it was written after this notice.
  if (subscription.phase.kind !== 'synced' && subscription.phase.kind !== 'holding') return [subscription, []];
  const next = settle(
    { ...subscription, outcome: 'reset', held: [] },
    clientReducer.fromSnapshot(snapshot),
    true,
    context,
  );
  return withReport(next, 'the server lost or replaced its record of the job');
}

function withGap(subscription: JobSubscription): readonly number[] {
  const progress = subscription.job?.progress ?? null;
  const running = subscription.job?.status === 'running';
  return progress === null || !running || subscription.gaps.includes(progress)
    ? subscription.gaps
    : [...subscription.gaps, progress];
}
