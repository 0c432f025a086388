import { expect } from 'vitest';
import { takeOver } from './wireCalls.ts';
import { can, chunk, failure, progress, wireCase, wireCaseWith, type WireCase } from './wireContractBed.ts';
import type { WireClient } from './wireClient.ts';

const toldTo = (client: WireClient): string[] => client.of('jobs:changed').map(({ job }) => job.jobId);

export const watchCases: readonly WireCase[] = [
  wireCase(
    'WIRE-WAT-01',
    'jobs:watch lists the owner’s active jobs and nobody else’s, with the server’s time',
    async (bed) => {
      await bed.create();
      await bed.create({ jobId: 'job-2', title: 'Another', kind: 'demo' });
      await bed.create({ jobId: 'bobs', ownerId: 'bob' });
      const answer = await (await bed.connect()).ok('jobs:watch', {});
      expect(answer.jobs.map((job) => job.jobId).toSorted()).toEqual(['job-1', 'job-2']);
      expect(answer.jobs.find((job) => job.jobId === 'job-2')).toMatchObject({
        title: 'Another',
        kind: 'demo',
        status: 'queued',
        progress: null,
      });
      expect(Math.abs(answer.serverTime - bed.harness.now())).toBeLessThan(2_000);
    },
  ),
  wireCase('WIRE-WAT-01', 'a summary tells no text', async (bed) => {
    await bed.create();
    await bed.append('job-1', chunk('long text'));
    const { jobs } = await (await bed.connect()).ok('jobs:watch', {});
    expect(Object.keys(jobs[0] ?? {})).not.toContain('channels');
  }),
  wireCase('WIRE-WAT-02', 'of the finished jobs the 20 most recent are listed', async (bed) => {
    for (let count = 0; count < 23; count += 1) {
      await bed.create({ jobId: `job-${String(count)}` });
      await bed.append(`job-${String(count)}`, { type: 'job:completed' });
      await bed.harness.advance(5);
    }
    await bed.create({ jobId: 'active' });
    const { jobs } = await (await bed.connect()).ok('jobs:watch', {});
    const ids = jobs.map((job) => job.jobId);
    expect(ids).toHaveLength(21);
    expect(ids).toContain('active');
    for (const old of ['job-0', 'job-1', 'job-2']) expect(ids).not.toContain(old);
  }),
  wireCase('WIRE-WAT-03', 'a job that is created is told to those who watch', async (bed) => {
    const client = await bed.connect();
    await client.ok('jobs:watch', {});
    await bed.create();
    await bed.until(() => client.of('jobs:changed').length > 0, 'jobs:changed');
    expect(client.of('jobs:changed')[0]?.job).toMatchObject({ jobId: 'job-1', status: 'queued', title: 'A job' });
  }),
  wireCase('WIRE-WAT-04', 'each change of status is told, and progress is not', async (bed) => {
    await bed.create();
    const client = await bed.connect();
    await client.ok('jobs:watch', {});
    await bed.append('job-1', { type: 'job:started' });
    await bed.append('job-1', progress(30));
    await bed.append('job-1', chunk('text'));
    await bed.append('job-1', { type: 'job:paused' });
    await bed.append('job-1', { type: 'job:resumed' });
    await bed.append('job-1', { type: 'job:completed' });
    await bed.until(() => client.of('jobs:changed').length >= 4, 'four changes');
    expect(client.of('jobs:changed').map(({ job }) => job.status)).toEqual([
      'running',
      'paused',
      'running',
      'completed',
    ]);
  }),
  wireCase('WIRE-WAT-04', 'a failure that becomes a final one is told, though the status stays', async (bed) => {
    await bed.create();
    await bed.append('job-1', failure(true));
    const client = await bed.connect();
    await client.ok('jobs:watch', {});
    await bed.append('job-1', { type: 'job:resumed' }, failure(false));
    await bed.until(() => client.of('jobs:changed').length > 0, 'jobs:changed');
    expect(client.of('jobs:changed').at(-1)?.job).toMatchObject({ status: 'failed', error: { retryable: false } });
  }),
  wireCase('WIRE-WAT-05', 'connections that do not watch, and other users, are told nothing', async (bed) => {
    const watching = await bed.connect('ann');
    const other = await bed.connect('ann');
    const bob = await bed.connect('bob');
    await watching.ok('jobs:watch', {});
    await bob.ok('jobs:watch', {});
    await bed.create();
    await bed.until(() => watching.of('jobs:changed').length > 0, 'jobs:changed');
    await bed.harness.advance(50);
    expect(other.heard).toEqual([]);
    expect(bob.of('jobs:changed')).toEqual([]);
  }),
  wireCaseWith(
    ['holdReads'],
    'WIRE-WAT-06',
    'a job that comes while the list is read is told after it, once',
    async (bed) => {
      await bed.create();
      const client = await bed.connect();
      const reads = await can(bed, 'holdReads')('answers');
      const answered = client.ok('jobs:watch', {});
      await reads.made;
      await bed.create({ jobId: 'meanwhile' });
      reads.release();
      expect((await answered).jobs.map(({ jobId }) => jobId)).toEqual(['job-1']);
      await bed.until(() => toldTo(client).includes('meanwhile'), 'jobs:changed');
      await bed.harness.advance(50);
      expect(client.heard[0]?.name).toBe('ack jobs:watch');
      expect(toldTo(client).filter((jobId) => jobId === 'meanwhile')).toHaveLength(1);
    },
  ),
  wireCaseWith(['degrade'], 'WIRE-WAT-07', 'after the store was out of reach the jobs are told again', async (bed) => {
    await bed.create();
    await bed.create({ jobId: 'job-2' });
    await bed.append('job-2', { type: 'job:completed' });
    const client = await bed.connect();
    await client.ok('jobs:watch', {});
    await can(bed, 'degrade')(true);
    await can(bed, 'degrade')(false);
    await bed.until(() => new Set(toldTo(client)).size === 2, 'both jobs', 8_000);
    const told = client.of('jobs:changed').map(({ job }) => `${job.jobId} ${job.status}`);
    expect([...new Set(told)].toSorted()).toEqual(['job-1 queued', 'job-2 completed']);
  }),
  ...[false, true].map((takenOver) =>
    wireCaseWith(
      ['degrade', 'holdReads'],
      'WIRE-WAT-08',
      `a job that ends${takenOver ? ' in a new epoch' : ''} while the jobs are told again never goes back to an older state`,
      async (bed) => {
        const { writer } = await bed.create();
        await bed.append('job-1', { type: 'job:started' });
        const client = await bed.connect();
        await client.ok('jobs:watch', {});
        await can(bed, 'degrade')(true);
        const reads = await can(bed, 'holdReads')('answers');
        await can(bed, 'degrade')(false);
        await reads.made;
        if (takenOver) expect(await takeOver(bed, { writer })).toMatchObject({ status: 200 });
        await bed.append('job-1', { type: 'job:completed' });
        const statuses = (): string[] => client.of('jobs:changed').map(({ job }) => job.status);
        await bed.until(() => statuses().includes('completed'), 'the end');
        reads.release();
        await bed.harness.advance(50);
        const since = statuses().slice(statuses().indexOf('completed'));
        expect(since.filter((status) => status !== 'completed')).toEqual([]);
      },
    ),
  ),
];
