import {
  EVENTS,
  assertNever,
  type JobEvent,
  type JobNoticePayload,
  type JobSnapshot,
  type JobStatus,
} from '@regen/realtime-shared';
import type { JobHead } from '../log/jobLog.ts';

/** What notices tell of a job, and what decides about them. */
export interface JobFlags {
  failed: boolean;
  final: boolean;
  cancelRequested: boolean;
  resumeRequested: boolean;
  workerSilentSince: number | undefined;
}

export const NO_FLAGS: JobFlags = {
  failed: false,
  final: false,
  cancelRequested: false,
  resumeRequested: false,
  workerSilentSince: undefined,
};

export function flagsOfHead(head: JobHead): JobFlags {
  return flags(head.status, head.final, head);
}

export function flagsOfSnapshot(snapshot: JobSnapshot, final: boolean): JobFlags {
  return flags(snapshot.status, final, snapshot);
}

function flags(
  status: JobStatus,
  final: boolean,
  of: { cancelRequested: boolean; resumeRequested: boolean; workerSilentSince?: number },
): JobFlags {
  return {
    failed: status === 'failed',
    final,
    cancelRequested: of.cancelRequested,
    resumeRequested: of.resumeRequested,
    workerSilentSince: of.workerSilentSince,
  };
}

/** As the fold of the job does it; the same reference where nothing changes. */
export function flagsAfterEvent(before: JobFlags, event: JobEvent): JobFlags {
  const alive = before.workerSilentSince === undefined ? before : { ...before, workerSilentSince: undefined };
  switch (event.type) {
    case EVENTS.JOB_CREATED:
    case EVENTS.JOB_STARTED:
    case EVENTS.JOB_PROGRESS:
    case EVENTS.JOB_STEP:
    case EVENTS.MODEL_CHUNK:
    case EVENTS.JOB_PAUSED:
      return alive;
    case EVENTS.JOB_RESUMED:
      return {
        ...alive,
        failed: false,
        resumeRequested: false,
        cancelRequested: before.failed ? false : before.cancelRequested,
      };
    case EVENTS.JOB_COMPLETED:
    case EVENTS.JOB_CANCELLED:
      return { ...alive, final: true, resumeRequested: false };
    case EVENTS.JOB_FAILED:
      return { ...alive, failed: true, final: !event.error.retryable, resumeRequested: false };
    default:
      return assertNever(event);
  }
}

export function flagsAfterNotice(before: JobFlags, notice: JobNoticePayload): JobFlags {
  switch (notice.kind) {
    case 'cancel_requested':
      return before.cancelRequested ? before : { ...before, cancelRequested: true };
    case 'resume_requested':
      return before.resumeRequested ? before : { ...before, resumeRequested: true };
    case 'worker_silent':
      return before.workerSilentSince === notice.since ? before : { ...before, workerSilentSince: notice.since };
    case 'worker_back':
      return before.workerSilentSince === undefined ? before : { ...before, workerSilentSince: undefined };
    default:
      return assertNever(notice.kind);
  }
}

/** The notices that bring who knows `known` to `actual`. A request that was withdrawn has none: an event tells it. */
export function noticesBetween(jobId: string, known: JobFlags, actual: JobFlags): JobNoticePayload[] {
  const notices: JobNoticePayload[] = [];
  if (actual.cancelRequested && !known.cancelRequested) notices.push({ jobId, kind: 'cancel_requested' });
  if (actual.resumeRequested && !known.resumeRequested) notices.push({ jobId, kind: 'resume_requested' });
  if (actual.workerSilentSince !== known.workerSilentSince) {
    notices.push(
      actual.workerSilentSince === undefined
        ? { jobId, kind: 'worker_back' }
        : { jobId, kind: 'worker_silent', since: actual.workerSilentSince },
    );
  }
  return notices;
}
