/**
 * One job's subscription as a pure function: its position, what is held back because of a hole, and when to ask the
 * server again. It never shows a hole, never waits on one for ever, and never shows an event twice.
 */
import {
  assertNever,
  createJobReducer,
  firstSequenceOf,
  type JobEvent,
  type JobNoticePayload,
  type JobReducer,
  type JobSnapshot,
  type Position,
  type SkippedEvent,
  type SubscribeOutcome,
  type SubscribeResult,
} from '@regen/realtime-shared';
import { ropeText, type OutputRope } from './outputRope.ts';
import type { ClientJobState } from './realtimeStore.ts';

export const clientReducer: JobReducer<OutputRope> = createJobReducer(ropeText);

type LogEvent = JobEvent | SkippedEvent;

export type SubscriptionPhase =
  /** Not asked for: there is no connection, or its turn has not come. */
  | { kind: 'idle' }
  /** The command is on its way; `after` is what it was sent with, `interrupted` why: the reader waited for it. */
  | { kind: 'subscribing'; after: Position | null; interrupted: boolean }
  /** `target`: the replay has arrived when the job stands there; null once it has. */
  | { kind: 'synced'; target: number | null }
  | { kind: 'holding' }
  /** Refused; asked again at `retryAt`, ms since the Unix epoch. */
  | { kind: 'refused'; code: string; retryAt: number };

export interface JobSubscription {
  jobId: string;
  phase: SubscriptionPhase;
  job: ClientJobState | null;
  outcome: SubscribeOutcome | null;
  /** Events that cannot be applied yet, by first sequence, each sequence once. */
  held: readonly LogEvent[];
  /** When to ask again because of a hole, a stalled replay or too much asking, ms since the Unix epoch; null = not. */
  patienceEndsAt: number | null;
  /** Incarnations that this client has followed; a late event of one of them is only old. */
  epochs: readonly string[];
  /** Asked again in a row without an event that could be applied: decides when a position is given up, and the delay. */
  fruitless: number;
  /** Refusals in a row: decides the delay. */
  refusals: number;
  /** Counts the times that the text was replaced by another history. */
  generation: number;
  /** The last replacement has not been followed by a fresh start. */
  replaced: boolean;
  /** Progress at which the session was interrupted and resumed. */
  gaps: readonly number[];
  /** What was missed, as sequences, when people noticed that something was; null where nobody did, or nothing was. */
  catchUp: { from: number; to: number } | null;
  /** The server does not have this job, or will not show it. */
  gone: boolean;
  /** When the job last moved on, ms since the Unix epoch by the client's clock; null before. */
  lastEventAt: number | null;
}

export type SubscriptionEvent =
  /** The command is being sent; `interrupted`: after a reload or a loss that a person noticed. */
  | { kind: 'sent'; interrupted: boolean }
  | { kind: 'acked'; result: SubscribeResult }
  | { kind: 'failed'; code: string; retryAfterMs: number | null }
  | { kind: 'received'; event: LogEvent }
  | { kind: 'notice'; notice: JobNoticePayload }
  | { kind: 'reset'; job: JobSnapshot }
  | { kind: 'disconnected' }
  | { kind: 'timer' }
  /** The server named the job again, as after a loss of its whole store. */
  | { kind: 'reappeared' };

/** What is to be done: send `job:subscribe` again, or report that the server's history replaced the one shown. */
export type SubscriptionEffect =
  | { kind: 'subscribe' }
  | { kind: 'dropped'; why: 'duplicate' | 'ended' | 'overflow' }
  | { kind: 'replaced'; why: string };

export interface SubscriptionSettings {
  /** How long events are held back because of a hole before the log is asked again; ms. */
  holePatienceMs: number;
  /** How long a replay may stall before the log is asked again; ms. */
  replayPatienceMs: number;
  /** Events that are held back at most; with more the log is asked again at once. */
  heldEvents: number;
}

export const DEFAULT_SUBSCRIPTION_SETTINGS: SubscriptionSettings = {
  holePatienceMs: 250,
  replayPatienceMs: 5_000,
  heldEvents: 2_000,
};

/** After so many fruitless attempts with a position the whole state is asked for. */
const FRUITLESS_WITH_POSITION = 2;
/** After so many fruitless attempts a server that answers nonsense is spared: each further one waits longer. */
const FRUITLESS_AT_ONCE = 4;
const RETRY_BASE_MS = 1_000;
const RETRY_CAP_MS = 30_000;

export interface SubscriptionContext {
  now: number;
  settings: SubscriptionSettings;
}

export function createJobSubscription(jobId: string, saved: ClientJobState | null): JobSubscription {
  return {
    jobId,
    phase: { kind: 'idle' },
    job: saved,
    outcome: null,
    held: [],
    patienceEndsAt: null,
    epochs: saved === null ? [] : [saved.epoch],
    fruitless: 0,
    refusals: 0,
    generation: 0,
    replaced: false,
    gaps: [],
    catchUp: null,
    gone: false,
    lastEventAt: null,
  };
}

/** The position to subscribe after; null asks for the whole state. */
export function positionOf(subscription: JobSubscription): Position | null {
  const { job, fruitless } = subscription;
  if (job === null || fruitless > FRUITLESS_WITH_POSITION) return null;
  return { epoch: job.epoch, sequence: job.sequence };
}

/** When `timer` is to be sent, ms since the Unix epoch; null = not at all. */
export function timerOf(subscription: JobSubscription): number | null {
  return subscription.phase.kind === 'refused' ? subscription.phase.retryAt : subscription.patienceEndsAt;
}

type Step = [JobSubscription, readonly SubscriptionEffect[]];
const SUBSCRIBE: readonly SubscriptionEffect[] = [{ kind: 'subscribe' }];

/** The next state and what to do now. The same reference where nothing changed. */
export function transition(
  subscription: JobSubscription,
  event: SubscriptionEvent,
  context: SubscriptionContext,
): Step {
  switch (event.kind) {
    case 'sent':
      return [
        {
          ...subscription,
          phase: { kind: 'subscribing', after: positionOf(subscription), interrupted: event.interrupted },
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
    case 'disconnected':
      return [
        { ...subscription, phase: { kind: 'idle' }, held: [], patienceEndsAt: null, fruitless: 0, refusals: 0 },
        [],
      ];
    case 'timer':
      return timer(subscription, context);
    case 'reappeared':
      return subscription.gone && subscription.phase.kind === 'refused'
        ? [{ ...subscription, phase: { kind: 'idle' } }, SUBSCRIBE]
        : [subscription, []];
    default:
      return assertNever(event);
  }
}

function acked(subscription: JobSubscription, result: SubscribeResult, context: SubscriptionContext): Step {
  if (subscription.phase.kind !== 'subscribing') return [subscription, []];
  const { after, interrupted } = subscription.phase;
  const { outcome, position } = result;
  const gaps = interrupted && outcome !== 'reset' ? withGap(subscription) : subscription.gaps;
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

function failed(
  subscription: JobSubscription,
  code: string,
  retryAfterMs: number | null,
  context: SubscriptionContext,
): Step {
  if (subscription.phase.kind !== 'subscribing') return [subscription, []];
  const refusals = subscription.refusals + 1;
  return [
    {
      ...subscription,
      phase: { kind: 'refused', code, retryAt: context.now + Math.max(retryDelay(refusals), retryAfterMs ?? 0) },
      refusals,
      gone: code === 'not_found',
      held: [],
      patienceEndsAt: null,
    },
    [],
  ];
}

function received(subscription: JobSubscription, event: LogEvent, context: SubscriptionContext): Step {
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
      return [
        { ...holding, patienceEndsAt: holding.patienceEndsAt ?? context.now + context.settings.holePatienceMs },
        [],
      ];
    }
    case 'conflict':
      return askForEverything(subscription, context);
    case 'ended':
      return [subscription, [{ kind: 'dropped', why: 'ended' }]];
    default:
      return assertNever(fit);
  }
}

/** Applies what was held back as far as it follows now. */
function drain(subscription: JobSubscription, context: SubscriptionContext): Step {
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
      const [next, more] = askForEverything(current, context);
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

/** Takes over a job that moved on, and with it the end of waiting. */
function advance(subscription: JobSubscription, job: ClientJobState, context: SubscriptionContext): JobSubscription {
  const { phase } = subscription;
  const target = phase.kind === 'synced' ? phase.target : null;
  const reached = target === null || job.sequence >= target;
  return {
    ...subscription,
    job,
    epochs: subscription.epochs.includes(job.epoch) ? subscription.epochs : [...subscription.epochs, job.epoch],
    phase: { kind: 'synced', target: reached ? null : target },
    fruitless: 0,
    lastEventAt: context.now,
    patienceEndsAt: reached ? null : context.now + context.settings.replayPatienceMs,
  };
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

function reset(subscription: JobSubscription, snapshot: JobSnapshot, context: SubscriptionContext): Step {
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

function noticed(subscription: JobSubscription, notice: JobNoticePayload): Step {
  if (subscription.job === null) return [subscription, []];
  const job = clientReducer.applyNotice(subscription.job, notice);
  return job === subscription.job ? [subscription, []] : [{ ...subscription, job }, []];
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

function askAgain(subscription: JobSubscription, context: SubscriptionContext): Step {
  const fruitless = subscription.fruitless + 1;
  const next: JobSubscription = { ...subscription, phase: { kind: 'idle' }, held: [], patienceEndsAt: null, fruitless };
  return fruitless <= FRUITLESS_AT_ONCE
    ? [next, SUBSCRIBE]
    : [{ ...next, patienceEndsAt: context.now + retryDelay(fruitless - FRUITLESS_AT_ONCE) }, []];
}

function askForEverything(subscription: JobSubscription, context: SubscriptionContext): Step {
  return askAgain({ ...subscription, fruitless: Math.max(subscription.fruitless, FRUITLESS_WITH_POSITION) }, context);
}

/** The delay before the `count`-th repetition in a row; ms. */
function retryDelay(count: number): number {
  return Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** Math.min(count - 1, 10));
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

function withGap(subscription: JobSubscription): readonly number[] {
  const progress = subscription.job?.progress ?? null;
  const running = subscription.job?.status === 'running';
  return progress === null || !running || subscription.gaps.includes(progress)
    ? subscription.gaps
    : [...subscription.gaps, progress];
}

function withReport([next, effects]: Step, why: string): Step {
  return [next, [...effects, { kind: 'replaced', why }]];
}

/** Whether a job's log still grows, as far as is known. */
export function isActive(job: ClientJobState): boolean {
  return job.status === 'queued' || job.status === 'running' || job.status === 'paused';
}
