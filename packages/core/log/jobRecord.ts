import { isFinal, isFinished, toJobSummary, type JobState, type Position } from '@regen/realtime-shared';
import type { JobHead, ListedJob } from './jobLog.ts';
import { remainingLease, type Lease } from './lease.ts';

/** What the rules of a log look at in a job's state: all but its content, so that a store need not load that. */
export type JobStanding = Pick<
  JobState<unknown>,
  | 'epoch'
  | 'sequence'
  | 'status'
  | 'error'
  | 'kind'
  | 'finishedAt'
  | 'cancelRequested'
  | 'resumeRequested'
  | 'resumable'
  | 'workerSilentSince'
>;

/** What a log keeps of a job beside its events. The rules decide by it, whatever the store; a change makes a new one. */
export interface JobRecord<State extends JobStanding = JobStanding> extends Lease {
  readonly jobId: string;
  readonly ownerId: string;
  /** The token of the worker that has the job. */
  readonly writer: string;
  /** The fold of all events; its epoch is the log's, also before anything is appended in it. */
  readonly state: State;
  /** Earlier epochs, each with the last sequence that was written in it or before it. */
  readonly earlier: readonly Position[];
  readonly cancelReason: string | undefined;
  /** ms since the Unix epoch. */
  readonly cancelRequestedAt: number | undefined;
}

/** Whether the owner has to be told: another status, or another end in the same one. */
export function hasNews(before: JobStanding, after: JobStanding): boolean {
  return after.status !== before.status || after.error !== before.error || after.finishedAt !== before.finishedAt;
}

export function listed(state: JobState<unknown>): ListedJob {
  return { job: toJobSummary(state), position: { epoch: state.epoch, sequence: state.sequence } };
}

/**
 * `snapshotLength`: as the function of that name measures the state. `notBefore`: before this no worker's silence
 * counts, not of a paused job either; ms since the Unix epoch.
 */
export function headOf(record: JobRecord, snapshotLength: number, now: number, notBefore: number): JobHead {
  const { state } = record;
  const sparedMs = isFinished(state) ? 0 : notBefore - now;
  const leaseRemainingMs = Math.max(remainingLease(record, now), sparedMs);
  return {
    jobId: record.jobId,
    ownerId: record.ownerId,
    epoch: state.epoch,
    sequence: state.sequence,
    status: state.status,
    final: isFinal(state),
    cancelRequested: state.cancelRequested,
    resumeRequested: state.resumeRequested,
    ...(state.workerSilentSince === undefined ? {} : { workerSilentSince: state.workerSilentSince }),
    ...(leaseRemainingMs === 0 ? {} : { leaseRemainingMs }),
    snapshotLength,
  };
}
