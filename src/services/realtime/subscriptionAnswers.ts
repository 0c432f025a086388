/** What an answer to `job:subscribe`, or a `job:reset`, makes of a subscription. */
import { assertNever, isFinal, type JobSnapshot, type SubscribeResult } from '@regen/realtime-shared';
import { clientReducer, isRefusedForGood, type JobSubscription, type SubscriptionPhase } from './jobSubscription.ts';
import type { ClientJobState } from './realtimeStore.ts';
import { drain } from './subscriptionEvents.ts';
import {
  SUBSCRIBE,
  askForEverything,
  isAnotherRun,
  retryDelay,
  withJob,
  withReport,
  type Step,
  type SubscriptionContext,
} from './subscriptionStep.ts';

export function acked(subscription: JobSubscription, result: SubscribeResult, context: SubscriptionContext): Step {
  if (subscription.phase.kind !== 'subscribing') return [subscription, []];
  const [next, effects] = answeredWith(subscription, subscription.phase, result, context);
  const { job, relisted, phase } = next;
  if (relisted === null || phase.kind === 'idle') return [next, effects];
  const isAnswered = relisted.asked || job === null || !isFinal(job) || job.createdAt === relisted.createdAt;
  return isAnswered
    ? [{ ...next, relisted: null }, effects]
    : [{ ...next, phase: { kind: 'idle' } }, [...effects, ...SUBSCRIBE]];
}

function answeredWith(
  subscription: JobSubscription,
  { after, interrupted }: Extract<SubscriptionPhase, { kind: 'subscribing' }>,
  result: SubscribeResult,
  context: SubscriptionContext,
): Step {
  const { outcome, position } = result;
  const gaps = interrupted ? withGap(subscription) : subscription.gaps;
  const answered: JobSubscription = { ...subscription, outcome, gaps, refusals: 0, gone: false };
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
      if (had === null) return settle(answered, clientReducer.fromSnapshot(result.job), 'continued', context);
      // With a position the server vouches for the common beginning; without one only the texts can.
      if (after !== null || (!isAnotherRun(had, result.job) && clientReducer.extendsText(had, result.job))) {
        return settle(answered, clientReducer.continueWithSnapshot(had, result.job), 'continued', context);
      }
      return replace(answered, result.job, 'the histories of the server and of this client differed', context);
    }
    case 'reset':
      if (result.job === undefined) return askForEverything(answered, context);
      return replace(answered, result.job, LOST, context);
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
      phase: {
        kind: 'refused',
        code,
        retryAt: isRefusedForGood(code) ? null : context.now + Math.max(retryDelay(refusals), retryAfterMs ?? 0),
      },
      refusals,
      // The end of a job outlives its log.
      gone: isUnknown && !wasOver,
      relisted: isUnknown ? null : subscription.relisted,
      held: [],
      patienceEndsAt: null,
    },
    [],
  ];
}

const LOST = 'the server lost or replaced its record of the job';

/** Another run of the job is news of its own, no damage to what was shown. */
function replace(
  subscription: JobSubscription,
  snapshot: JobSnapshot,
  why: string,
  context: SubscriptionContext,
): Step {
  const { job } = subscription;
  const next = clientReducer.fromSnapshot(snapshot);
  return job !== null && isAnotherRun(job, next)
    ? settle(subscription, next, 'anotherRun', context)
    : withReport(settle(subscription, next, 'replaced', context), why);
}

function settle(
  subscription: JobSubscription,
  job: ClientJobState,
  how: 'continued' | 'replaced' | 'anotherRun',
  context: SubscriptionContext,
): Step {
  const { generation, replaced, gaps } = subscription;
  return drain(
    {
      ...withJob(subscription, job),
      phase: { kind: 'synced', target: null },
      catchUp: null,
      patienceEndsAt: null,
      ...(how === 'continued'
        ? { generation, replaced, gaps }
        : { generation: generation + 1, replaced: how === 'replaced', gaps: [] }),
    },
    context,
  );
}

export function reset(subscription: JobSubscription, snapshot: JobSnapshot, context: SubscriptionContext): Step {
  // While a subscribe is on its way its answer says what holds; it was written after this notice.
  if (subscription.phase.kind !== 'synced' && subscription.phase.kind !== 'holding') return [subscription, []];
  return replace({ ...subscription, outcome: 'reset', held: [] }, snapshot, LOST, context);
}

function withGap(subscription: JobSubscription): readonly number[] {
  const progress = subscription.job?.progress ?? null;
  const running = subscription.job?.status === 'running';
  return progress === null || !running || subscription.gaps.includes(progress)
    ? subscription.gaps
    : [...subscription.gaps, progress];
}
