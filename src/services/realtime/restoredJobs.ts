/** What earlier pages left, of the user who is signed in: shown until it is dismissed. */
import type { Clock } from '@regen/realtime-shared';
import type { JobSubscription } from './jobSubscription.ts';
import type { JobSubscriptions } from './jobSubscriptions.ts';
import { createRope } from './outputRope.ts';
import type { ClientJobState, JobEntry, RealtimeState, RestoredJob } from './realtimeStore.ts';
import type { SavedJob } from './sessionRecord.ts';

export interface RestoredJobs {
  /** Goes on from what was found. What the server has spoken of already is no news, and neither is what was dismissed. */
  add(saved: readonly SavedJob[]): void;
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

export function createRestoredJobs(clock: Clock, subscriptions: Pick<JobSubscriptions, 'get' | 'seed'>): RestoredJobs {
  let restored: readonly RestoredJob[] = [];
  const dismissed = new Set<string>();

  return {
    add: (saved) => {
      const listed = new Set([...dismissed, ...restored.map((job) => job.jobId)]);
      const news = saved.filter(({ snapshot: { jobId } }) => !listed.has(jobId) && !isTold(subscriptions.get(jobId)));
      if (news.length === 0) return;
      restored = [...restored, ...news.map(restoredJobOf)].toSorted((a, b) => b.savedAt - a.savedAt);
      for (const job of news) if (job.complete) subscriptions.seed(stateOf(job));
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

function isTold(subscription: JobSubscription | undefined): boolean {
  return subscription !== undefined && (subscription.outcome !== null || subscription.gone);
}

function restoredJobOf({ snapshot: { jobId, title, progress }, savedAt }: SavedJob): RestoredJob {
  return { jobId, title, progress, savedAt, caughtUp: null };
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
