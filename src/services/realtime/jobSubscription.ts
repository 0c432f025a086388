/**
 * One job's subscription as a value: its position, what is held back because of a hole, and when to ask the server again.
 * `subscriptionTransition.ts` moves it on. It never shows a hole, never waits on one for ever, and never shows an event
 * twice.
 */
import {
  JOB_ID_PATTERN,
  createJobReducer,
  isFinal,
  type JobEvent,
  type JobReducer,
  type Position,
  type SkippedEvent,
  type SubscribeOutcome,
} from '@regen/realtime-shared';
import { ropeText, type OutputRope } from './outputRope.ts';
import type { ClientJobState } from './realtimeStore.ts';

export const clientReducer: JobReducer<OutputRope> = createJobReducer(ropeText);

export type LogEvent = JobEvent | SkippedEvent;

export type SubscriptionPhase =
  /** Not asked for: there is no connection, or its turn has not come. */
  | { kind: 'idle' }
  /** The command is on its way; `after` is what it was sent with, `interrupted` why: the reader waited for it. */
  | { kind: 'subscribing'; after: Position | null; interrupted: boolean }
  /** `target`: the replay has arrived when the job stands there; null once it has. */
  | { kind: 'synced'; target: number | null }
  | { kind: 'holding' }
  /** Refused; asked again at `retryAt`, ms since the Unix epoch; null: not on this connection, it would be in vain. */
  | { kind: 'refused'; code: string; retryAt: number | null };

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
  /** Counts the times that the text was replaced by another history or another run. */
  generation: number;
  /** The server's record of this run took the place of the one that was shown. Another run starts afresh. */
  replaced: boolean;
  /** How often the job went on behind a failure: a cancel that was asked for before is answered by it. */
  retries: number;
  /** How often the job went on behind a pause or a failure: so is a resume. */
  resumptions: number;
  /** Progress at which the session was interrupted and resumed. */
  gaps: readonly number[];
  /** What was missed, as sequences, when people noticed that something was; null where nobody did, or nothing was. */
  catchUp: { from: number; to: number } | null;
  /** The server does not have this job, or will not show it. */
  gone: boolean;
  /**
   * Over, and listed by the server as another run of the same id since: only its log can say. `createdAt`, ms since the
   * Unix epoch, is that run's; `asked`: the log was asked after that. Null where it is not.
   */
  relisted: { createdAt: number; asked: boolean } | null;
  /** When the job last moved on, ms since the Unix epoch by the client's clock; null before. */
  lastEventAt: number | null;
}

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
export const FRUITLESS_WITH_POSITION = 2;

export function createJobSubscription(jobId: string, saved: ClientJobState | null): JobSubscription {
  return {
    jobId,
    phase: isJobId(jobId) ? { kind: 'idle' } : { kind: 'refused', code: 'invalid_payload', retryAt: null },
    job: saved,
    outcome: null,
    held: [],
    patienceEndsAt: null,
    epochs: saved === null ? [] : [saved.epoch],
    fruitless: 0,
    refusals: 0,
    generation: 0,
    replaced: false,
    retries: 0,
    resumptions: 0,
    gaps: [],
    catchUp: null,
    gone: false,
    relisted: null,
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

/** Whether nothing more can come, so that the server need not be asked. */
export function isOver({ job, relisted }: JobSubscription): boolean {
  return job !== null && isFinal(job) && relisted === null;
}

/** Whether a job can have this id at all; a server would refuse any other. Who has no types may give anything. */
export function isJobId(jobId: unknown): boolean {
  return typeof jobId === 'string' && JOB_ID_PATTERN.test(jobId);
}

const REFUSED_FOR_GOOD: readonly string[] = ['invalid_payload', 'unauthorized'];

/** Whether a refusal of one job with this code stays the same however often it is asked for. */
export function isRefusedForGood(code: string): boolean {
  return REFUSED_FOR_GOOD.includes(code);
}

/** Whether a job's log still grows, as far as is known. */
export function isActive(job: ClientJobState): boolean {
  return job.status === 'queued' || job.status === 'running' || job.status === 'paused';
}
