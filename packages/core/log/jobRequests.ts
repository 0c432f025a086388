import { isFinished, type CancelState, type ControlKind, type ResumeState } from '@regen/realtime-shared';
import type { LogControlMessage, OwnedRequest } from './jobLog.ts';
import type { JobRecord, JobStanding } from './jobRecord.ts';

/** Whether who asks may know of the job: another owner's is as one that does not exist. */
export function isOwned(record: Pick<JobRecord, 'ownerId'>, { ownerId }: OwnedRequest): boolean {
  return ownerId === undefined || ownerId === record.ownerId;
}

/** What a cancel finds. A job that failed runs no more, be it retryable or not. */
export function cancelState(state: JobStanding): CancelState {
  if (isFinished(state)) return 'already_finished';
  return state.cancelRequested ? 'already_requested' : 'requested';
}

/** What a resume finds. */
export function resumeState(state: JobStanding): ResumeState {
  return state.resumable ? 'requested' : 'not_resumable';
}

/** What a worker is told of a request. */
export function controlMessage({ jobId, state, cancelReason }: JobRecord, kind: ControlKind): LogControlMessage {
  const reason = kind === 'cancel' ? cancelReason : undefined;
  return {
    kind,
    jobId,
    ...(state.kind === undefined ? {} : { jobKind: state.kind }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The requests that no worker has answered yet. */
export function pendingRequests(record: JobRecord): LogControlMessage[] {
  const { state } = record;
  const kinds: ControlKind[] = [];
  if (state.cancelRequested && !isFinished(state)) kinds.push('cancel');
  if (state.resumeRequested) kinds.push('resume');
  return kinds.map((kind) => controlMessage(record, kind));
}
