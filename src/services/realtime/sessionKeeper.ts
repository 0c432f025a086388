/** Saves what is being watched, every 2 s while something is, and when the page is hidden or left. */
import type { Clock, ClockTimer } from '@regen/realtime-shared';
import { isActive, type JobSubscription } from './jobSubscription.ts';
import type { Environment } from './ports.ts';
import type { ClientJobState } from './realtimeStore.ts';
import { newestOf, type SavedJob } from './sessionRecord.ts';
import type { Sessions } from './sessionStorage.ts';

const SAVE_INTERVAL_MS = 2_000;
/** What has not changed is written again for its age alone, this often; ms. */
const AGE_INTERVAL_MS = 600_000;

export interface SessionKeeper {
  /** Jobs that were claimed; one is saved on as it was until more is known of it. */
  carry(jobs: readonly SavedJob[]): void;
  /** Forgets what was claimed and saves what is left: another user has signed in. */
  clear(): void;
  /** Something that would be saved changed. */
  touch(): void;
  /** Saves a last time. */
  stop(): void;
}

export interface SessionSource {
  /** Null while nobody is known to be signed in; then nothing is saved. */
  who(): string | null;
  subscriptions(): Iterable<JobSubscription>;
  /** When the server was last heard, ms since the Unix epoch: what is saved is known to live as of then. */
  heardAt(): number;
}

export function createSessionKeeper(
  ports: { clock: Clock; environment: Environment },
  sessions: Pick<Sessions, 'save'>,
  source: SessionSource,
): SessionKeeper {
  const { clock, environment } = ports;
  let timer: ClockTimer | undefined;
  let saved: readonly unknown[] | null = [];
  /** As of when what was saved is known to live. */
  let savedAsOf = 0;
  let carried: readonly SavedJob[] = [];
  let stopped = false;

  function save(): void {
    clock.clearTimeout(timer);
    timer = undefined;
    const who = source.who();
    if (who === null) return;
    const jobs: ClientJobState[] = [];
    const known = new Set<string>();
    for (const { jobId, job, outcome, gone } of source.subscriptions()) {
      // As long as the server has not spoken of it, it is as old as when an earlier page saved it.
      if (outcome === null && !gone) continue;
      known.add(jobId);
      if (job !== null && isActive(job)) jobs.push(job);
    }
    carried = carried.filter(({ snapshot }) => !known.has(snapshot.jobId));
    const content = jobs.length + carried.length === 0 ? [] : [who, ...jobs, ...carried];
    const heardAt = source.heardAt();
    const isNews = !isSame(saved, content) || (jobs.length > 0 && heardAt - savedAsOf >= AGE_INTERVAL_MS);
    if (isNews && sessions.save(who, jobs, heardAt, carried)) {
      saved = content;
      savedAsOf = heardAt;
    }
    if (content.length > 0 && !stopped) timer = clock.setTimeout(save, SAVE_INTERVAL_MS);
  }

  const unsubscribe = environment.subscribe((signal) => {
    if (signal === 'hidden' || signal === 'pagehide') save();
  });

  return {
    carry: (jobs) => {
      if (jobs.length === 0) return;
      carried = newestOf([...carried, ...jobs]);
      saved = null;
    },
    clear: () => {
      carried = [];
      save();
    },
    touch: () => {
      if (!stopped) timer ??= clock.setTimeout(save, SAVE_INTERVAL_MS);
    },
    stop: () => {
      stopped = true;
      save();
      unsubscribe();
    },
  };
}

function isSame(before: readonly unknown[] | null, after: readonly unknown[]): boolean {
  return before !== null && before.length === after.length && after.every((item, index) => item === before[index]);
}
