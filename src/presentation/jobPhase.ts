import { assertNever, isFinal, isFinished, type JobStatus, type JobSummary } from '@regen/realtime-shared';
import type { ClientJobState, ConnectionState, JobEntry } from '../services/realtime/realtimeStore.ts';
import { connectionLiveness } from './connectionLiveness.ts';

/** `cancelling`: it was asked to stop, and whether it has heard that is not known. */
interface AskedToStop {
  cancelling?: true;
}

/** What a job is to a person at this moment: the job's own status together with what is known of it here. */
export type JobPhase =
  /** Only its id is known. `why`: it is being asked for; the server refused to tell; there is nobody to ask. */
  | { kind: 'unknown'; why: 'asked' | 'refused' | 'notConnected' }
  | { kind: 'queued'; live: boolean }
  /** `live` is false while no report can arrive but nothing is said of it in words. */
  | { kind: 'running'; live: boolean }
  | { kind: 'cancelling' }
  | { kind: 'paused' }
  | { kind: 'resuming' }
  | ({ kind: 'catchingUp'; applied: number; total: number | null } & AskedToStop)
  /** The server rebuilds its record. */
  | ({ kind: 'holding' } & AskedToStop)
  | ({ kind: 'workerSilent'; forMs: number } & AskedToStop)
  /** Connected, but reports come late. */
  | { kind: 'delayed' }
  /** No connection, or no subscription: `lastStatus` is what it was `agoMs` ago. */
  | { kind: 'notLive'; lastStatus: JobStatus; agoMs: number | null }
  /** The server has no such job any more. */
  | { kind: 'gone' }
  /** `late`: a cancel was asked for and came too late. */
  | { kind: 'completed'; late: boolean }
  | { kind: 'failed'; retryable: boolean }
  | { kind: 'cancelled' };

/** Asked to stop, and something else is to be said of it first. */
export function isStopAwaited(phase: JobPhase): boolean {
  return 'cancelling' in phase && phase.cancelling === true;
}

/** The state where there is one, else the summary. */
export function knownOf(entry: JobEntry): ClientJobState | JobSummary | null {
  return entry.job ?? entry.summary;
}

/** What a job counts as: its own status, or `gone` where the server does not have it and its end was not seen. */
export type JobStanding = JobStatus | 'gone';

/** Null while nothing is known of the job. */
export function standingOf(entry: JobEntry): JobStanding | null {
  const known = knownOf(entry);
  if (entry.sync.kind === 'gone' && (known === null || !isFinal(known))) return 'gone';
  return known?.status ?? null;
}

export type EndedStanding = Extract<JobStanding, 'completed' | 'failed' | 'cancelled' | 'gone'>;

/** Nothing more is awaited, unless somebody tries it again. */
export function isEnd(standing: JobStanding): standing is EndedStanding {
  return standing === 'gone' || isFinished({ status: standing });
}

export function hasEnded(entry: JobEntry): boolean {
  const standing = standingOf(entry);
  return standing !== null && isEnd(standing);
}

/** The summary of a job that is not subscribed is kept up to date by `jobs:changed`, without progress. */
function isLive(entry: JobEntry, connection: ConnectionState): boolean {
  return connectionLiveness(connection).kind === 'live' && entry.sync.kind === 'live';
}

/**
 * What a job is to a person now: what its log says, as far as the connection lets that be claimed.
 *
 * @param now local time, ms since the Unix epoch
 * @param serverTimeOffset server time minus local time, ms
 */
export function jobPhase(
  entry: JobEntry,
  connection: ConnectionState,
  now: number,
  serverTimeOffset: number = 0,
): JobPhase {
  const known = knownOf(entry);
  if (known === null) return unknownPhase(entry, connection);
  if (isFinal(known)) return finalPhase(entry, known);
  if (entry.sync.kind === 'gone') return { kind: 'gone' };

  const liveness = connectionLiveness(connection);
  if (liveness.kind === 'lost') return notLive(known.status, liveness.since ?? entry.lastEventAt, now);
  const asked: AskedToStop = isCancelling(entry) ? { cancelling: true } : {};
  if (entry.sync.kind === 'catchingUp') {
    const { applied, total } = entry.sync;
    return { kind: 'catchingUp', applied, total: total > 0 ? total : null, ...asked };
  }
  if (entry.sync.kind === 'holding') return { kind: 'holding', ...asked };
  if (entry.sync.kind === 'refused') return notLive(known.status, entry.lastEventAt, now);

  const job = entry.job;
  switch (known.status) {
    case 'queued':
      if (isCancelling(entry)) return { kind: 'cancelling' };
      return { kind: 'queued', live: isLive(entry, connection) };
    case 'running':
      if (liveness.kind === 'delayed') return { kind: 'delayed' };
      if (job?.workerSilentSince !== undefined) {
        const forMs = Math.max(0, now + serverTimeOffset - job.workerSilentSince);
        return { kind: 'workerSilent', forMs, ...asked };
      }
      if (isCancelling(entry)) return { kind: 'cancelling' };
      return { kind: 'running', live: isLive(entry, connection) };
    case 'paused':
      if (isCancelling(entry)) return { kind: 'cancelling' };
      return isResuming(entry) ? { kind: 'resuming' } : { kind: 'paused' };
    case 'failed':
      return isResuming(entry) ? { kind: 'resuming' } : { kind: 'failed', retryable: true };
    case 'completed':
    case 'cancelled':
      return finalPhase(entry, known);
    default:
      return assertNever(known.status);
  }
}

function unknownPhase({ sync }: JobEntry, connection: ConnectionState): JobPhase {
  // An id that no job can have is asked of no server.
  if (sync.kind === 'gone' || (sync.kind === 'refused' && sync.code === 'invalid_payload')) return { kind: 'gone' };
  if (sync.kind === 'refused') return { kind: 'unknown', why: 'refused' };
  const isAway = connection.socketStatus === 'initial' || connectionLiveness(connection).kind === 'lost';
  return { kind: 'unknown', why: isAway ? 'notConnected' : 'asked' };
}

function finalPhase(entry: JobEntry, known: JobSummary): JobPhase {
  switch (known.status) {
    case 'completed':
      return { kind: 'completed', late: cameTooLate(entry) };
    case 'cancelled':
      return { kind: 'cancelled' };
    default:
      return { kind: 'failed', retryable: false };
  }
}

/** Asked by anybody, or here and on its way. */
function isCancelling(entry: JobEntry): boolean {
  return entry.job?.cancelRequested === true || entry.cancel === 'sending' || entry.cancel === 'requested';
}

function isResuming(entry: JobEntry): boolean {
  return entry.job?.resumeRequested === true || entry.resume === 'sending' || entry.resume === 'requested';
}

function notLive(lastStatus: JobStatus, since: number | null, now: number): JobPhase {
  return { kind: 'notLive', lastStatus, agoMs: since === null ? null : Math.max(0, now - since) };
}

/** A cancel was asked for, here or elsewhere, and the job had completed before its worker could stop. */
export function cameTooLate(entry: JobEntry): boolean {
  const isRequested = entry.job?.cancelRequested === true || entry.cancel === 'tooLate';
  return isRequested && knownOf(entry)?.status === 'completed';
}
