/** Moves a subscription on, as a pure function: what is to be done is returned, not done. */
import { assertNever, isFinal, isFinished, type JobNoticePayload } from '@regen/realtime-shared';
import { clientReducer, isJobId, positionOf, type JobSubscription } from './jobSubscription.ts';
import { acked, failed, reset } from './subscriptionAnswers.ts';
import { received } from './subscriptionEvents.ts';
import {
  SUBSCRIBE,
  askAgain,
  type Step,
  type SubscriptionContext,
  type SubscriptionEvent,
} from './subscriptionStep.ts';

/** The next state and what to do now. The same reference where nothing changed. */
export function transition(
  subscription: JobSubscription,
  event: SubscriptionEvent,
  context: SubscriptionContext,
): Step {
  const { relisted } = subscription;
  switch (event.kind) {
    case 'sent':
      return [
        {
          ...subscription,
          phase: { kind: 'subscribing', after: positionOf(subscription), interrupted: event.interrupted },
          relisted: relisted === null ? null : { ...relisted, asked: true },
          patienceEndsAt: null,
        },
        [],
      ];
    case 'acked':
      return acked(subscription, event.result, context);
    case 'failed':
      return failed(subscription, event.code, event.retryAfterMs, context);
    case 'received':
      return received(subscription, event.event, context);
    case 'notice':
      return noticed(subscription, event.notice);
    case 'reset':
      return reset(subscription, event.job, context);
    case 'missed':
      return [missed(subscription, context), []];
    case 'released':
      return isInVain(subscription) ? [subscription, []] : [disconnected(subscription), []];
    case 'disconnected':
      return [disconnected(subscription), []];
    case 'timer':
      return timer(subscription, context);
    case 'listed':
      return listed(subscription, event, context);
    default:
      return assertNever(event);
  }
}

/** Nothing may come after it that would show the hole. */
function missed(subscription: JobSubscription, context: SubscriptionContext): JobSubscription {
  const { phase, patienceEndsAt } = subscription;
  if (phase.kind !== 'synced' || patienceEndsAt !== null) return subscription;
  return { ...subscription, patienceEndsAt: context.now + context.settings.holePatienceMs };
}

/** On this connection another try would be in vain, whoever asks. */
function isInVain({ phase }: JobSubscription): boolean {
  return phase.kind === 'refused' && phase.retryAt === null;
}

function disconnected(subscription: JobSubscription): JobSubscription {
  if (!isJobId(subscription.jobId)) return subscription;
  return { ...subscription, phase: { kind: 'idle' }, held: [], patienceEndsAt: null, fruitless: 0, refusals: 0 };
}

function noticed(subscription: JobSubscription, notice: JobNoticePayload): Step {
  if (subscription.job === null) return [subscription, []];
  const job = clientReducer.applyNotice(subscription.job, notice);
  return job === subscription.job ? [subscription, []] : [{ ...subscription, job }, []];
}

/**
 * A listing may be older than what is shown, so it decides nothing: it only has the log asked. What is shown stays until
 * the answer is here, and one of another history is reported as such.
 */
function listed(
  subscription: JobSubscription,
  { createdAt, isFinished: isListedFinished }: Extract<SubscriptionEvent, { kind: 'listed' }>,
  context: SubscriptionContext,
): Step {
  const { job, phase, gone, relisted, patienceEndsAt } = subscription;
  if (gone && phase.kind === 'refused') return [{ ...subscription, phase: { kind: 'idle' } }, SUBSCRIBE];
  if (job === null) return [subscription, []];
  if (isFinal(job)) {
    if (createdAt === relisted?.createdAt || createdAt === job.createdAt) return [subscription, []];
    const next: JobSubscription = { ...subscription, relisted: { createdAt, asked: false } };
    // What is on its way may tell of a run before this one: then it is asked once more.
    return relisted === null ? [{ ...next, phase: { kind: 'idle' } }, SUBSCRIBE] : [next, []];
  }
  // Its last event may be on its way; one that was lost must not leave the job running for ever.
  const isBehind = isListedFinished && !isFinished(job) && phase.kind === 'synced' && patienceEndsAt === null;
  return isBehind
    ? [{ ...subscription, patienceEndsAt: context.now + context.settings.replayPatienceMs }, []]
    : [subscription, []];
}

function timer(subscription: JobSubscription, context: SubscriptionContext): Step {
  const { phase, patienceEndsAt } = subscription;
  switch (phase.kind) {
    case 'refused':
      return [{ ...subscription, phase: { kind: 'idle' } }, SUBSCRIBE];
    case 'idle':
      return patienceEndsAt === null ? [subscription, []] : [{ ...subscription, patienceEndsAt: null }, SUBSCRIBE];
    case 'subscribing':
    case 'synced':
    case 'holding':
      return patienceEndsAt === null ? [subscription, []] : askAgain(subscription, context);
    default:
      return assertNever(phase);
  }
}
