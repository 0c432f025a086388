import type { JobEntry, RestoredJob } from './realtimeStore.ts';

/** Notes the moment at which a job that was found has caught up, and how it stood then. Later calls change nothing. */
export function noteCaughtUp(found: RestoredJob, entry: JobEntry | undefined, now: number): RestoredJob {
  if (found.caughtUp !== null || entry === undefined || entry.job === null || entry.sync.kind !== 'live') return found;
  return { ...found, caughtUp: { at: now, status: entry.job.status } };
}
