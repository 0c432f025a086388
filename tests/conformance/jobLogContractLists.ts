import type { JobLog } from '@regen/realtime-core';
import { expect } from 'vitest';
import { append, arrived, besidesChecks, create, listenAsOwner, logCase, takeOver, type LogCase } from './jobLogBed.ts';

/** An owner's jobs by pages of a size. */
async function pagesOf(log: JobLog, limit: number): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await log.list({ ownerId: 'ann', limit, ...(cursor === undefined ? {} : { cursor }) });
    if (page.kind !== 'page') throw new Error(page.message);
    ids.push(...page.jobs.map(({ jobId }) => jobId));
    cursor = page.next;
  } while (cursor !== undefined && ids.length < 100);
  return ids;
}

export const listCases: readonly LogCase[] = [
  logCase('LOG-LIST-01', "the newest first, the owner's alone", async (harness) => {
    const { log } = harness;
    for (const jobId of ['job-b', 'job-a', 'job-c']) {
      await create(log, { jobId });
      await harness.advance(1);
    }
    await create(log, { jobId: 'job-x', ownerId: 'bob' });
    const page = await log.list({ ownerId: 'ann', limit: 10 });
    expect(page.kind === 'page' && page.jobs.map(({ jobId }) => jobId)).toEqual(['job-c', 'job-a', 'job-b']);
    expect(page).not.toHaveProperty('next');
  }),

  logCase('LOG-LIST-02', 'pages by cursor hold each job once, also where jobs come meanwhile', async (harness) => {
    const { log } = harness;
    for (let index = 0; index < 7; index += 1) {
      await create(log, { jobId: `job-${String(index)}` });
      if (index % 2 === 0) await harness.advance(1);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let pages = 0; pages < 5; pages += 1) {
      const page = await log.list({ ownerId: 'ann', limit: 3, ...(cursor === undefined ? {} : { cursor }) });
      if (page.kind !== 'page') throw new Error(page.message);
      seen.push(...page.jobs.map(({ jobId }) => jobId));
      cursor = page.next;
      if (cursor === undefined) break;
      await harness.advance(1);
      await create(log, { jobId: `later-${String(pages)}` });
    }
    expect([...seen].sort()).toEqual(Array.from({ length: 7 }, (_, index) => `job-${String(index)}`));
  }),

  logCase('LOG-LIST-03', 'a status filters', async ({ log }) => {
    for (const jobId of ['job-1', 'job-2', 'job-3']) await create(log, { jobId });
    await log.append({ jobId: 'job-2', events: [{ type: 'job:started' }] });
    const page = await log.list({ ownerId: 'ann', status: 'running', limit: 10 });
    expect(page.kind === 'page' && page.jobs.map(({ jobId }) => jobId)).toEqual(['job-2']);
  }),

  logCase('LOG-LIST-04', 'a cursor that no list has given is invalid', async ({ log }) => {
    await create(log);
    expect(await log.list({ ownerId: 'ann', limit: 1, cursor: '../../etc' })).toMatchObject({ kind: 'invalid' });
  }),

  logCase('LOG-LIST-05', 'recent: all unfinished ones and the last finished ones', async (harness) => {
    const { log } = harness;
    for (let index = 0; index < 5; index += 1) {
      const jobId = `done-${String(index)}`;
      await create(log, { jobId });
      await log.append({ jobId, events: [{ type: 'job:completed' }] });
      await harness.advance(1);
    }
    await create(log, { jobId: 'running' });
    const listed = await log.recent({ ownerId: 'ann', finishedLimit: 2 });
    const recent = listed.map(({ job }) => job);
    expect(recent.map(({ jobId }) => jobId)).toEqual(['running', 'done-4', 'done-3']);
    expect(recent[0]).toEqual({
      jobId: 'running',
      title: 'A job',
      status: 'queued',
      progress: null,
      createdAt: harness.now(),
    });
  }),
  logCase(
    'LOG-LIST-06',
    'of the finished ones those that finished last are recent, not those created last',
    async (harness) => {
      const { log } = harness;
      const ids = ['job-1', 'job-2', 'job-3', 'job-4'];
      for (const jobId of ids) {
        await create(log, { jobId });
        await harness.advance(100);
      }
      for (const jobId of ids.toReversed()) {
        await log.append({ jobId, events: [{ type: 'job:completed' }] });
        await harness.advance(100);
      }
      const listed = await log.recent({ ownerId: 'ann', finishedLimit: 2 });
      expect(listed.map(({ job }) => job.jobId)).toEqual(['job-2', 'job-1']);
    },
  ),

  logCase('LOG-LIST-07', 'jobs of one millisecond have one order, whatever the size of the pages', async ({ log }) => {
    const ids = ['job-d', 'job-a', 'job-f', 'job-c', 'job-b', 'job-g', 'job-e'];
    await Promise.all(ids.map((jobId) => create(log, { jobId })));
    const all = await pagesOf(log, 50);
    expect(all.toSorted()).toEqual(ids.toSorted());
    for (const limit of [1, 2, 3, 50]) expect(await pagesOf(log, limit)).toEqual(all);
  }),

  logCase(
    'LOG-LIST-08',
    'what is listed and told to the owner has the place in the log where it is true',
    async (harness) => {
      const { log } = harness;
      const messages = await listenAsOwner(harness);
      const { epoch, writer } = await create(log);
      await append(log, { type: 'job:started' });
      const taken = await takeOver(log, writer);
      await append(log, { type: 'job:completed' });
      await arrived(harness, () => besidesChecks(messages).length === 3, 'three changes');
      const [created, running, completed] = besidesChecks(messages);
      expect(created).toMatchObject({ job: { status: 'queued' }, position: { epoch, sequence: 1 } });
      expect(running).toMatchObject({ job: { status: 'running' }, position: { epoch, sequence: 2 } });
      const end = { job: { status: 'completed' }, position: { epoch: taken.epoch, sequence: 3 } };
      expect(completed).toMatchObject(end);
      expect(await log.recent({ ownerId: 'ann', finishedLimit: 1 })).toMatchObject([end]);
    },
  ),
];
