import { isFinished } from '@regen/realtime-shared';
import type { MemoryJob } from './memoryJob.ts';

export interface DueTimes {
  leaseMs: number;
  lostMs: number;
  keep: { finishedMs: number; idleMs: number };
}

/**
 * What has to be done for a job next, and when (ms since the Unix epoch):
 * - `silent`: its worker has been silent for a lease;
 * - `give_up`: for longer than it may be, or a paused job's cancel found no worker to carry it out;
 * - `end_lease`: who took a waiting job over did nothing with it, so that it waits again;
 * - `forget`: it is kept no longer.
 */
export function dueOf(
  job: MemoryJob,
  { lostMs, keep }: DueTimes,
): { what: 'silent' | 'give_up' | 'end_lease' | 'forget'; at: number } {
  const { state } = job;
  if (isFinished(state) || state.status === 'paused') {
    if (job.leaseUntil !== null) return { what: 'end_lease', at: job.leaseUntil };
    if (isFinished(state)) return { what: 'forget', at: (state.finishedAt ?? job.lastSignOfLife) + keep.finishedMs };
    if (job.cancelRequestedAt !== undefined && state.cancelRequested) {
      return { what: 'give_up', at: Math.max(job.cancelRequestedAt, job.lastSignOfLife) + lostMs };
    }
    return { what: 'forget', at: job.lastSignOfLife + keep.idleMs };
  }
  if (state.workerSilentSince === undefined && job.leaseUntil !== null) return { what: 'silent', at: job.leaseUntil };
  return { what: 'give_up', at: job.lastSignOfLife + lostMs };
}
