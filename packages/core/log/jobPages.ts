import { isFinished, type JobListResponse, type JobSummary } from '@regen/realtime-shared';
import type { ListRequest, ListedJob } from './jobLog.ts';

/** The newest first; among jobs of one millisecond by id, so that the order is the same for every store. */
export function newestFirst(one: JobSummary, other: JobSummary): number {
  return other.createdAt - one.createdAt || (other.jobId > one.jobId ? 1 : -1);
}

/** One page of an owner's jobs. The cursor names the last job of the page before; that job may be gone since. */
export function pageOfJobs(
  jobs: readonly JobSummary[],
  request: ListRequest,
): ({ kind: 'page' } & JobListResponse) | { kind: 'invalid'; message: string } {
  const cursor = request.cursor === undefined ? undefined : /^(\d{1,15})\.(.+)$/.exec(request.cursor);
  if (cursor === null) return { kind: 'invalid', message: 'cursor: not one that a list has given' };
  const matching = jobs
    .filter((job) => request.status === undefined || job.status === request.status)
    .filter((job) => cursor === undefined || isAfter(job, Number(cursor[1]), cursor[2] ?? ''))
    .sort(newestFirst);
  const page = matching.slice(0, request.limit);
  const last = page.at(-1);
  return matching.length > page.length && last !== undefined
    ? { kind: 'page', jobs: page, next: `${String(last.createdAt)}.${last.jobId}` }
    : { kind: 'page', jobs: page };
}

function isAfter(job: JobSummary, createdAt: number, jobId: string): boolean {
  return job.createdAt < createdAt || (job.createdAt === createdAt && job.jobId < jobId);
}

/** All unfinished jobs and the `finishedLimit` that finished last, the newest first. */
export function recentJobs(jobs: readonly ListedJob[], finishedLimit: number): ListedJob[] {
  const finished = jobs
    .filter(({ job }) => isFinished(job))
    .sort(({ job: one }, { job: other }) => (other.finishedAt ?? 0) - (one.finishedAt ?? 0) || newestFirst(one, other))
    .slice(0, finishedLimit);
  return [...jobs.filter(({ job }) => !isFinished(job)), ...finished].sort((one, other) =>
    newestFirst(one.job, other.job),
  );
}
