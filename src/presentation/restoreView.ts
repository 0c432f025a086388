/** What a page says of the jobs that an earlier page was watching: facts only, the words come from a catalogue. */
import { isFinished, type JobStatus } from '@regen/realtime-shared';
import { connectionLiveness } from './connectionLiveness.ts';
import { titleOf } from './jobTitle.ts';
import type { JobEntry, RealtimeState, RestoredJob } from '../services/realtime/realtimeStore.ts';

/** `percent` is the progress at which the earlier page stopped, 0 to 100; null = unknown, or not one number. */
export type RestoreView =
  | { kind: 'none' }
  /**
   * Not heard of yet, or the server is not ready to show it. `lost`: there is no connection and it is told in words.
   * `textKept`: what the earlier page saved can be read meanwhile.
   */
  | { kind: 'reconnecting'; jobIds: readonly string[]; percent: number | null; lost: boolean; textKept: boolean }
  /** Going on. `percent` is null where the server's record is another one than the one that was saved. */
  | { kind: 'resuming'; jobIds: readonly string[]; percent: number | null; catchingUp: boolean }
  | { kind: 'completed' | 'cancelled'; jobIds: readonly string[]; title: string }
  | { kind: 'failed'; jobIds: readonly string[]; title: string; reason: string; retryable: boolean }
  /** The server does not have the job. `textKept`: what the earlier page saved can still be read. */
  | { kind: 'gone'; jobIds: readonly string[]; percent: number | null; textKept: boolean };

type Found = Pick<RealtimeState, 'restored' | 'jobs' | 'connection'>;

/** How long "Resuming" stays once the text has caught up; ms. */
export const RESUMED_SHOWN_MS = 4_000;

/**
 * One banner for all jobs found: as long as any is awaited it counts those; then what became of those that did not go
 * on, one at a time, in the order of `restored`; then those that do.
 */
export function restoreView({ restored, jobs, connection }: Found): RestoreView {
  const isLost = connectionLiveness(connection).kind === 'lost';
  const views = restored.map((found) => viewOf(found, jobs.get(found.jobId), isLost));
  return (
    joinAwaited(views) ?? views.find((view) => view.kind !== 'resuming') ?? joinResuming(views) ?? { kind: 'none' }
  );
}

/** When those that go on can be forgotten without being asked, ms since the Unix epoch; null while none can. */
export function nextLeave({
  restored,
}: Pick<RealtimeState, 'restored'>): { at: number; jobIds: readonly string[] } | null {
  const resumed = restored.flatMap(({ jobId, caughtUp }) =>
    caughtUp === null || isFinished(caughtUp) ? [] : [{ jobId, at: caughtUp.at + RESUMED_SHOWN_MS }],
  );
  if (resumed.length === 0) return null;
  const at = Math.min(...resumed.map((job) => job.at));
  return { at, jobIds: resumed.filter((job) => job.at === at).map((job) => job.jobId) };
}

export function sameRestoreView(before: RestoreView, after: RestoreView): boolean {
  const entries = Object.entries(before);
  const other = new Map<string, unknown>(Object.entries(after));
  return entries.length === other.size && entries.every(([key, value]) => sameFact(value, other.get(key)));
}

function sameFact(before: unknown, after: unknown): boolean {
  if (!Array.isArray(before) || !Array.isArray(after)) return before === after;
  return before.length === after.length && before.every((item, index) => item === after[index]);
}

function viewOf(
  found: RestoredJob,
  entry: JobEntry | undefined,
  lost: boolean,
): Exclude<RestoreView, { kind: 'none' }> {
  const jobIds = [found.jobId];
  const percent = found.progress;
  const job = entry?.job ?? null;
  const textKept = Object.values(job?.channels ?? {}).some((channel) => channel.text.length > 0);
  if (entry?.sync.kind === 'gone') return { kind: 'gone', jobIds, percent, textKept };
  const resuming = {
    kind: 'resuming',
    jobIds,
    percent: entry?.replaced === true ? null : percent,
    catchingUp: found.caughtUp === null,
  } as const;
  if (found.caughtUp === null || job === null) {
    // Before the server's answer nothing is known of what was missed, nor whether it has the job at all.
    const isAnswered = entry?.sync.kind === 'catchingUp' && entry.sync.total > 0;
    return isAnswered ? resuming : { kind: 'reconnecting', jobIds, percent, lost, textKept };
  }
  // What ends after it was seen to go on did not end while the person was away; what goes on again is no end.
  const endedAway: JobStatus | null = isFinished(found.caughtUp) && isFinished(job) ? job.status : null;
  switch (endedAway) {
    case 'completed':
    case 'cancelled':
      return { kind: endedAway, jobIds, title: titleOf(job) };
    case 'failed':
      return {
        kind: 'failed',
        jobIds,
        title: titleOf(job),
        reason: job.error?.message ?? '',
        retryable: job.resumable,
      };
    default:
      return resuming;
  }
}

type View<Kind extends RestoreView['kind']> = Extract<RestoreView, { kind: Kind }>;

/** Those that are awaited as one: their ids, and a percentage only where it is one job's. */
function joinAwaited(views: readonly RestoreView[]): View<'reconnecting'> | null {
  const those = views.filter((view) => view.kind === 'reconnecting');
  const [first] = those;
  if (first === undefined || those.length === 1) return first ?? null;
  const jobIds = those.flatMap((view) => view.jobIds);
  return { ...first, jobIds, percent: null, textKept: those.every((view) => view.textKept) };
}

/** Those that go on as one; none of it is awaited any more once all have caught up. */
function joinResuming(views: readonly RestoreView[]): View<'resuming'> | null {
  const those = views.filter((view) => view.kind === 'resuming');
  const [first] = those;
  if (first === undefined || those.length === 1) return first ?? null;
  const jobIds = those.flatMap((view) => view.jobIds);
  return { ...first, jobIds, percent: null, catchingUp: those.some((view) => view.catchingUp) };
}
