import { EVENTS, isFinished, type IngestEvent } from '@regen/realtime-shared';
import type { JobRecord } from './jobRecord.ts';
import { isIdle } from './lease.ts';
import type { LogTimings } from './logTimings.ts';

/**
 * What has to be done for a job next, and when (ms since the Unix epoch):
 * - `silent`: its worker has been silent for a lease;
 * - `give_up`: for longer than it may be, or a paused job's cancel found no worker to carry it out;
 * - `end_lease`: who took a waiting job over did nothing with it, so that it waits again;
 * - `forget`: it is kept no longer.
 */
export interface JobDue {
  what: 'silent' | 'give_up' | 'end_lease' | 'forget';
  at: number;
}

export function dueOf(record: JobRecord, { lostMs, keepFinishedMs, keepIdleMs }: LogTimings): JobDue {
  const { state, leaseUntil, lastSignOfLife, cancelRequestedAt } = record;
  if (isIdle(state)) {
    if (leaseUntil !== null) return { what: 'end_lease', at: leaseUntil };
    // By the log's own clock: what a worker calls the time may be anything.
    if (isFinished(state)) return { what: 'forget', at: lastSignOfLife + keepFinishedMs };
    if (cancelRequestedAt !== undefined && state.cancelRequested) {
      return { what: 'give_up', at: Math.max(cancelRequestedAt, lastSignOfLife) + lostMs };
    }
    return { what: 'forget', at: lastSignOfLife + keepIdleMs };
  }
  if (state.workerSilentSince === undefined && leaseUntil !== null) return { what: 'silent', at: leaseUntil };
  return { what: 'give_up', at: lastSignOfLife + lostMs };
}

/** How a job ends whose worker is given up: cancelled where that was wanted, else failed, to be resumed. */
export function endingOfGivenUp({ state, cancelReason }: JobRecord): IngestEvent {
  if (state.cancelRequested) {
    return { type: EVENTS.JOB_CANCELLED, ...(cancelReason === undefined ? {} : { reason: cancelReason }) };
  }
  return {
    type: EVENTS.JOB_FAILED,
    error: { code: 'worker_lost', message: 'The worker has gone silent and was given up.', retryable: true },
  };
}
