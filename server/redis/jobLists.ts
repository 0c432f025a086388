import { listed, newestFirst, pageOfJobs, recentJobs, type JobLog, type ListedJob } from '@regen/realtime-core';
import { toJobSummary, type JobSummary } from '@regen/realtime-shared';
import type { JobStore } from './jobStore.ts';
import type { OwnerIndex } from './ownerIndex.ts';
import type { StoredJob } from './storedJob.ts';

export interface JobLists {
  page: JobLog['list'];
  recent: JobLog['recent'];
  summaryOf(stored: StoredJob): JobSummary;
}

/** Jobs are looked up in so many at once. */
const CHUNK = 100;

/** An owner's jobs: named by the index, and each looked up where it lies. */
export function createJobLists(jobs: JobStore, owners: OwnerIndex): JobLists {
  /** Those of the ids that there are; the index forgets the others. */
  async function lookUp(ownerId: string, jobIds: readonly string[]): Promise<ListedJob[]> {
    const stored = await Promise.all(jobIds.map((jobId) => jobs.load(jobId)));
    const gone = jobIds.filter((_, index) => stored[index]?.record.ownerId !== ownerId);
    await owners.isGone(ownerId, gone);
    return stored.flatMap((job) => (job?.record.ownerId === ownerId ? [listed(job.record.state)] : []));
  }

  return {
    summaryOf: ({ record }) => toJobSummary(record.state),

    async page(request) {
      const { ownerId, cursor } = request;
      // Says whether the cursor is one.
      const empty = pageOfJobs([], request);
      if (empty.kind === 'invalid') return empty;
      const from = cursor === undefined ? null : Number.parseInt(cursor, 10);
      // By id: one that is begun meanwhile moves those that were found already.
      const found = new Map<string, JobSummary>();
      let offset = 0;
      for (;;) {
        const jobIds = await owners.all(ownerId, from, offset, CHUNK);
        const standing = await lookUp(ownerId, jobIds);
        for (const { job } of standing) found.set(job.jobId, job);
        const page = pageOfJobs([...found.values()], request);
        if (page.kind === 'invalid' || page.next !== undefined || jobIds.length < CHUNK) return page;
        // Those that are gone are gone from the index, too.
        offset += standing.length;
      }
    },

    async recent({ ownerId, finishedLimit }) {
      const open = await lookUp(ownerId, await owners.open(ownerId));
      await owners.mend(ownerId, open);
      const ended: ListedJob[] = [];
      while (ended.length < finishedLimit) {
        const jobIds = await owners.ended(ownerId, ended.length, CHUNK);
        ended.push(...(await lookUp(ownerId, jobIds)));
        if (jobIds.length < CHUNK) break;
      }
      const all = new Map([...open, ...ended].map((entry) => [entry.job.jobId, entry]));
      return recentJobs([...all.values()], finishedLimit).sort((one, other) => newestFirst(one.job, other.job));
    },
  };
}
