import { listed, newestFirst, pageOfJobs, recentJobs, type JobLog, type ListedJob } from '@regen/realtime-core';
import type { JobSummary } from '@regen/realtime-shared';
import type { JobStore } from './jobStore.ts';
import type { OwnerIndex } from './ownerIndex.ts';

export interface JobLists {
  page: JobLog['list'];
  recent: JobLog['recent'];
}

/** Jobs are looked up in so many at once. */
const CHUNK = 100;

/** An owner's jobs: named by the index, and each looked up where it lies. */
export function createJobLists(jobs: JobStore, owners: OwnerIndex): JobLists {
  /** Those of the ids that there are, and of how many the index still names. */
  async function lookUp(
    ownerId: string,
    jobIds: readonly string[],
  ): Promise<{ found: ListedJob[]; stillNamed: number }> {
    const stored = await Promise.all(jobIds.map((jobId) => jobs.load(jobId)));
    const gone = jobIds.filter((_, index) => stored[index]?.record.ownerId !== ownerId);
    return {
      found: stored.flatMap((job) => (job?.record.ownerId === ownerId ? [listed(job.record.state)] : [])),
      stillNamed: jobIds.length - (await owners.isGone(ownerId, gone)),
    };
  }

  return {
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
        const looked = await lookUp(ownerId, jobIds);
        for (const { job } of looked.found) found.set(job.jobId, job);
        const page = pageOfJobs([...found.values()], request);
        if (page.kind === 'invalid' || page.next !== undefined || jobIds.length < CHUNK) return page;
        offset += looked.stillNamed;
      }
    },

    async recent({ ownerId, finishedLimit }) {
      const { found: open } = await lookUp(ownerId, await owners.open(ownerId));
      await owners.mend(ownerId, open);
      const ended: ListedJob[] = [];
      let offset = 0;
      while (ended.length < finishedLimit) {
        const jobIds = await owners.ended(ownerId, offset, CHUNK);
        const looked = await lookUp(ownerId, jobIds);
        ended.push(...looked.found);
        if (jobIds.length < CHUNK) break;
        offset += looked.stillNamed;
      }
      const all = new Map([...open, ...ended].map((entry) => [entry.job.jobId, entry]));
      return recentJobs([...all.values()], finishedLimit).sort((one, other) => newestFirst(one.job, other.job));
    },
  };
}
