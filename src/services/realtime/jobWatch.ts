/** Knows the user's jobs: asks `jobs:watch` while somebody looks, and keeps the newest active ones subscribed. */
import { EVENTS, isFinal, isFinished, type Clock, type ClockTimer, type JobSummary } from '@regen/realtime-shared';
import type { Connection } from './connection.ts';
import { RealtimeError } from './errors.ts';
import type { JobSubscriptions } from './jobSubscriptions.ts';

export interface JobWatch {
  /** Watches until the returned function is called; counted. */
  retain(): () => void;
  /** Jobs that an earlier page was watching: followed while somebody looks, until it is known what became of them. */
  include(jobIds: readonly string[]): void;
  summaries(): ReadonlyMap<string, JobSummary>;
  changed(job: JobSummary): void;
  /** A subscription has seen its job's last event. */
  ended(): void;
  connected(): void;
  disconnected(): void;
  /** Forgets every job: another user has signed in. */
  clear(): void;
  stop(): void;
}

/** Jobs that are subscribed at most: those of which something has to be found out, and the newest active ones. */
export const WATCHED_JOBS = 100;
/** Finished jobs whose text is kept. */
const KEPT_FINISHED = 20;
const RETRY_MS = 2_000;
const LINGER_MS = 1_000;

export function createJobWatch(
  clock: Clock,
  connection: Pick<Connection, 'isOpen' | 'command'>,
  subscriptions: JobSubscriptions,
  handlers: { onChange(jobId: string): void; onServerTime(serverTime: number): void },
): JobWatch {
  const summaries = new Map<string, JobSummary>();
  const retained = new Map<string, () => void>();
  const included = new Set<string>();
  let users = 0;
  let asked = false;
  let retry: ClockTimer | undefined;
  let linger: ClockTimer | undefined;
  let stopped = false;

  async function ask(): Promise<void> {
    if (users === 0 || asked || !connection.isOpen()) return;
    asked = true;
    try {
      const { jobs, serverTime } = await connection.command(EVENTS.JOBS_WATCH, {});
      handlers.onServerTime(serverTime);
      dropUnlisted(new Set(jobs.map((job) => job.jobId)));
      for (const job of jobs.toSorted((a, b) => a.createdAt - b.createdAt)) update(job);
      follow();
    } catch (error) {
      if (!(error instanceof RealtimeError)) throw error;
      asked = false;
      // Without an answer the jobs that are known stay; asked again while the connection lasts.
      if (connection.isOpen()) {
        clock.clearTimeout(retry);
        retry = clock.setTimeout(() => void ask(), Math.max(RETRY_MS, error.retryAfterMs ?? 0));
      }
    }
  }

  function update(job: JobSummary): void {
    summaries.set(job.jobId, job);
    subscriptions.listed(job);
    handlers.onChange(job.jobId);
  }

  /** All active jobs are in an answer: one that is not has ended long ago, or is no more. */
  function dropUnlisted(listed: ReadonlySet<string>): void {
    for (const [jobId, job] of summaries) {
      if (listed.has(jobId) || isFinal(job)) continue;
      summaries.delete(jobId);
      const known = subscriptions.get(jobId)?.job ?? null;
      if (known !== null && !isFinished(known)) included.add(jobId);
      handlers.onChange(jobId);
    }
  }

  /** Keeps subscribed what has to be found out and the newest active jobs, and lets go of all others. */
  function follow(): void {
    if (users > 0) {
      for (const jobId of included) if (isFinalHere(jobId)) included.delete(jobId);
      const isGone = (jobId: string): boolean => subscriptions.get(jobId)?.gone === true;
      const first = [...[...included].filter((jobId) => !isGone(jobId)), ...toFindOut()];
      const rest = [...newestActive(), ...[...included].filter(isGone)];
      const wanted = new Set([...new Set([...first, ...rest])].slice(0, WATCHED_JOBS));
      for (const jobId of [...first, ...rest.toReversed()]) {
        if (wanted.has(jobId) && !retained.has(jobId)) retained.set(jobId, subscriptions.retain(jobId));
      }
      for (const [jobId, release] of retained) {
        if (wanted.has(jobId)) continue;
        retained.delete(jobId);
        release();
      }
    }
    forgetOldest();
  }

  function newestActive(): string[] {
    return [...summaries.values()]
      .filter((job) => !isFinal(job))
      .toSorted((a, b) => b.createdAt - a.createdAt)
      .map((job) => job.jobId);
  }

  /** Jobs of which the list says another thing than what is shown: only their logs can say how it came about. */
  function toFindOut(): string[] {
    return [...summaries.values()].filter((summary) => differs(summary)).map((summary) => summary.jobId);
  }

  function differs(summary: JobSummary): boolean {
    const known = subscriptions.get(summary.jobId);
    if (known === undefined) return false;
    const { job, relisted, phase } = known;
    // It ended before its first answer was here.
    if (job === null) return isFinal(summary) && retained.has(summary.jobId) && phase.kind !== 'refused';
    return relisted !== null || (!isFinal(job) && (isFinal(summary) || job.status !== summary.status));
  }

  function isFinalHere(jobId: string): boolean {
    const job = subscriptions.get(jobId)?.job ?? null;
    return job !== null && isFinal(job);
  }

  function forgetOldest(): void {
    const finished = [...summaries.values()]
      .filter((job) => isFinal(job) && !retained.has(job.jobId))
      .toSorted((a, b) => (b.finishedAt ?? b.createdAt) - (a.finishedAt ?? a.createdAt));
    for (const job of finished.slice(KEPT_FINISHED)) {
      summaries.delete(job.jobId);
      subscriptions.forget(job.jobId);
      handlers.onChange(job.jobId);
    }
  }

  function letGo(): void {
    for (const release of retained.values()) release();
    retained.clear();
  }

  return {
    retain: () => {
      if (stopped) return () => undefined;
      users += 1;
      clock.clearTimeout(linger);
      void ask();
      follow();
      let released = false;
      return () => {
        if (released) return;
        released = true;
        users -= 1;
        if (users > 0 || stopped) return;
        linger = clock.setTimeout(() => {
          if (users === 0) letGo();
        }, LINGER_MS);
      };
    },
    include: (jobIds) => {
      for (const jobId of jobIds) included.add(jobId);
      follow();
    },
    summaries: () => summaries,
    changed: (job) => {
      update(job);
      follow();
    },
    ended: follow,
    connected: () => void ask(),
    disconnected: () => {
      asked = false;
      clock.clearTimeout(retry);
    },
    clear: () => {
      const known = [...summaries.keys()];
      summaries.clear();
      included.clear();
      letGo();
      for (const jobId of known) handlers.onChange(jobId);
    },
    stop: () => {
      stopped = true;
      clock.clearTimeout(retry);
      clock.clearTimeout(linger);
      letGo();
    },
  };
}
