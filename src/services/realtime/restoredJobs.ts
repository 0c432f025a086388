/** What earlier pages left: claimed once it is known who is signed in, and shown until it is dismissed. */
import type { Clock } from '@regen/realtime-shared';
import type { JobSubscriptions } from './jobSubscriptions.ts';
import { createRope } from './outputRope.ts';
import type { ClientJobState, JobEntry, RealtimeState, RestoredJob } from './realtimeStore.ts';
import type { SavedJob } from './sessionRecord.ts';
import type { Sessions } from './sessionStorage.ts';

export interface RestoredJobs {
  /** Takes what `who` left and goes on from there; resolves to the jobs as they were saved, newest first. */
  claim(who: string): Promise<readonly SavedJob[]>;
  /** Newest first; the same array until something changes. */
  list(): readonly RestoredJob[];
  /** Looks which of them have caught up. */
  noteCaughtUp(jobs: RealtimeState['jobs']): void;
  /** Returns whether any of them was listed. */
  dismiss(jobIds: readonly string[]): boolean;
  isDismissed(jobId: string): boolean;
  /** Another user has signed in. */
  clear(): void;
}

export function createRestoredJobs(
  clock: Clock,
  sessions: Pick<Sessions, 'claim'>,
  subscriptions: Pick<JobSubscriptions, 'seed'>,
): RestoredJobs {
  let restored: readonly RestoredJob[] = [];
  const dismissed = new Set<string>();

  return {
    claim: async (who) => {
      const saved = await sessions.claim(who);
      if (saved.length === 0) return saved;
      restored = saved.map(({ snapshot, savedAt }) => ({
        jobId: snapshot.jobId,
        title: snapshot.title,
        progress: snapshot.progress,
        savedAt,
        caughtUp: null,
      }));
      for (const job of saved) if (job.complete) subscriptions.seed(stateOf(job));
      return saved;
    },
    list: () => restored,
    noteCaughtUp: (jobs) => {
      restored = mapChanged(restored, (job) => noteCaughtUp(job, jobs.get(job.jobId), clock.now()));
    },
    dismiss: (jobIds) => {
      const left = restored.filter((job) => !jobIds.includes(job.jobId));
      if (left.length === restored.length) return false;
      for (const jobId of jobIds) dismissed.add(jobId);
      restored = left;
      return true;
    },
    isDismissed: (jobId) => dismissed.has(jobId),
    clear: () => {
      restored = [];
      dismissed.clear();
    },
  };
}

/** Notes the moment at which a job that was found has caught up, and how it stood then. Later calls change nothing. */
export function noteCaughtUp(found: RestoredJob, entry: JobEntry | undefined, now: number): RestoredJob {
  if (found.caughtUp !== null || entry === undefined || entry.job === null || entry.sync.kind !== 'live') return found;
  return { ...found, caughtUp: { at: now, status: entry.job.status } };
}

function stateOf({ snapshot }: SavedJob): ClientJobState {
  const channels = Object.entries(snapshot.channels).map(([name, { text, offset }]) => [
    name,
    { text: createRope(text), offset },
  ]);
  // `fromEntries` forgets what the values are.
  return { ...snapshot, channels: Object.fromEntries(channels) as ClientJobState['channels'] };
}

/** `map`, but the same array where no item changed. */
function mapChanged<Item>(items: readonly Item[], change: (item: Item) => Item): readonly Item[] {
  const next = items.map(change);
  return next.every((item, index) => item === items[index]) ? items : next;
}
