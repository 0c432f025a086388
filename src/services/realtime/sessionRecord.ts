/** What one tab leaves in the browser: its user's jobs, each as this or an earlier page last saw it live. */
import { jobSnapshotSchema, type JobSnapshot, type JobState } from '@regen/realtime-shared';
import * as v from 'valibot';
import { clientReducer } from './jobSubscription.ts';
import type { ClientJobState } from './realtimeStore.ts';

/** A job that was seen live longer ago is not offered any more; ms. */
export const SESSION_MAX_AGE_MS = 3_600_000;
/** UTF-16 code units of output that one record may hold; a longer text comes back from the server's snapshot. */
export const SESSION_TEXT_BUDGET = 262_144;

export interface SavedJob {
  /** As it was; without its text, and to be subscribed without a position, where `complete` is false. */
  snapshot: JobSnapshot;
  complete: boolean;
  /** As of when the page that saved it knew it to live, ms since the Unix epoch. */
  savedAt: number;
}

export interface SessionRecord {
  who: string;
  jobs: readonly SavedJob[];
}

const savedJobSchema = v.object({
  snapshot: jobSnapshotSchema,
  complete: v.boolean(),
  savedAt: v.pipe(v.number(), v.finite()),
});
/** Each job is parsed by itself, so that one that is damaged does not cost the others. */
const recordSchema = v.object({ version: v.literal(2), who: v.string(), jobs: v.array(v.unknown()) });

/** Throws where `text` is no record. `onDamagedJob` is told of each job that is none, which is left out. */
export function parseRecord(text: string, onDamagedJob: (cause: unknown) => void): SessionRecord {
  const { who, jobs } = v.parse(recordSchema, JSON.parse(text));
  return {
    who,
    jobs: jobs.flatMap((saved) => {
      const parsed = v.safeParse(savedJobSchema, saved);
      if (parsed.success) return [parsed.output];
      onDamagedJob(new v.ValiError(parsed.issues));
      return [];
    }),
  };
}

/** A clock that was set back makes a record of the future; one of much later is as old as one of long ago. */
export function isFresh({ savedAt }: SavedJob, now: number): boolean {
  return Math.abs(now - savedAt) <= SESSION_MAX_AGE_MS;
}

/** Of several copies of one job the newest; newest first. */
export function newestOf(saved: readonly SavedJob[]): readonly SavedJob[] {
  const newest = new Map<string, SavedJob>();
  for (const job of saved.toSorted((a, b) => b.savedAt - a.savedAt)) {
    if (!newest.has(job.snapshot.jobId)) newest.set(job.snapshot.jobId, job);
  }
  return [...newest.values()];
}

/**
 * The record of `who`, as text. `jobs` are known to live as of `heardAt`, `carried` ones are as old as they were. The
 * texts of the first jobs that fit into `textBudget` are kept; of the others only what they are called and how far they were.
 */
export function recordText(
  who: string,
  jobs: readonly ClientJobState[],
  heardAt: number,
  carried: readonly SavedJob[],
  textBudget: number,
): string {
  let budget = textBudget;
  function fits(channels: JobState<{ readonly length: number }>['channels']): boolean {
    const length = Object.values(channels).reduce((sum, channel) => sum + channel.text.length, 0);
    if (length > budget) return false;
    budget -= length;
    return true;
  }
  const saved: SavedJob[] = [
    ...jobs.map((job) => {
      const complete = fits(job.channels);
      return {
        snapshot: clientReducer.toSnapshot(complete ? job : { ...job, channels: {} }),
        complete,
        savedAt: heardAt,
      };
    }),
    ...carried.map((job) =>
      job.complete && fits(job.snapshot.channels)
        ? job
        : { ...job, snapshot: { ...job.snapshot, channels: {} }, complete: false },
    ),
  ];
  return JSON.stringify({ version: 2, who, jobs: saved });
}
