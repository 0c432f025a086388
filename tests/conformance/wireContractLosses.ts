import { expect } from 'vitest';
import { openStream } from './wireCalls.ts';
import {
  can,
  chunk,
  errorOf,
  fold,
  progress,
  subscribed,
  wireCaseWith,
  worker,
  type Bed,
  type WireCase,
} from './wireContractBed.ts';

/** Ann reads a job, the store is lost, and `makeAnew` makes the job bob's. */
async function isKeptFromFormerReaders(bed: Bed, makeAnew: () => Promise<void>): Promise<void> {
  await bed.create();
  const client = await subscribed(bed);
  const stream = await openStream(bed);
  await bed.append('job-1', chunk('of ann'));
  await bed.until(() => client.events().length === 1 && stream.messages.length === 2, 'the events');
  await can(bed, 'restartWithoutLog')();
  await makeAnew();
  await bed.append('job-1', chunk('of bob'), progress(50));
  await bed.until(() => stream.ends() > 0 && client.disconnectReason !== undefined, 'both ends', 12_000);
  await bed.harness.advance(6_000);
  expect(client.events()).toHaveLength(1);
  expect(client.of('job:reset')).toEqual([]);
  expect(stream.messages.map(({ event }) => event)).toEqual(['job:created', 'model:chunk:v1']);
  expect(client.disconnectReason).toBe('transport close');
  const { epoch } = await bed.read('job-1');
  const again = await bed.connect();
  const refusal = await again.refused('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
  expect(refusal.code).toBe('not_found');
}

export const lossCases: readonly WireCase[] = [
  wireCaseWith(['restartWithoutLog'], 'WIRE-NOT-08', 'job:reset has the job and its position', async (bed) => {
    await bed.create();
    await bed.append('job-1', chunk('gone'));
    const client = await subscribed(bed);
    await can(bed, 'restartWithoutLog')();
    await bed.create();
    await bed.append('job-1', chunk('anew'));
    await bed.until(() => client.of('job:reset').length > 0, 'the reset', 12_000);
    const [reset] = client.of('job:reset');
    expect(reset?.position).toEqual({ epoch: reset?.job.epoch, sequence: reset?.job.sequence });
    expect(reset?.job.jobId).toBe('job-1');
  }),
  wireCaseWith(
    ['degrade'],
    'WIRE-NOT-11',
    'server:degraded is told to all, and its end as well; connections stay',
    async (bed) => {
      await bed.create();
      const client = await subscribed(bed);
      const other = await bed.connect('bob');
      await can(bed, 'degrade')(true);
      await bed.until(() => client.heard.some(({ name }) => name === 'server:degraded'), 'server:degraded');
      await can(bed, 'degrade')(false);
      await bed.until(() => other.of('server:degraded').length === 2, 'its end');
      expect(client.of('server:degraded')).toEqual([{ degraded: true }, { degraded: false }]);
      expect(client.disconnectReason).toBeUndefined();
      await bed.append('job-1', chunk('on it goes'));
      await bed.until(() => client.events().length === 1, 'the event', 8_000);
    },
  ),
  wireCaseWith(['degrade'], 'WIRE-NOT-11', 'who connects meanwhile is told once, and may stay', async (bed) => {
    await can(bed, 'degrade')(true);
    const client = await bed.connect();
    await bed.until(() => client.of('server:degraded').length > 0, 'server:degraded');
    await bed.harness.advance(500);
    expect(client.of('server:degraded')).toEqual([{ degraded: true }]);
  }),
  wireCaseWith(['degrade'], 'WIRE-NOT-11', 'a worker’s calls are 503 unavailable meanwhile', async (bed) => {
    await bed.create();
    await can(bed, 'degrade')(true);
    const answer = await bed.harness.workers.append({ caller: worker, jobId: 'job-1', body: { events: [chunk('x')] } });
    expect(errorOf(answer)).toMatchObject({ status: 503, code: 'unavailable' });
  }),
  wireCaseWith(
    ['restartWithoutLog'],
    'WIRE-NOT-13',
    'after a loss of the store the worker creates the job again, and clients get one reset',
    async (bed) => {
      const { writer } = await bed.create();
      await bed.append('job-1', chunk('lost'));
      const client = await subscribed(bed);
      await can(bed, 'restartWithoutLog')();
      const body = { events: [chunk('?')], from: 3, writer };
      expect(errorOf(await bed.harness.workers.append({ caller: worker, jobId: 'job-1', body }))).toMatchObject({
        status: 404,
        code: 'not_found',
      });
      await bed.create();
      await bed.append('job-1', chunk('again'));
      await bed.append('job-1', { type: 'job:completed' });
      const isOver = (): boolean =>
        client.of('job:completed').length > 0 || client.of('job:reset').at(-1)?.job.status === 'completed';
      await bed.until(isOver, 'the end', 12_000);
      expect(client.of('job:reset')).toHaveLength(1);
      const [reset] = client.of('job:reset');
      if (reset !== undefined) expect(fold(reset.job, client)).toEqual(await bed.read('job-1'));
    },
  ),
  wireCaseWith(
    ['restartWithoutLog'],
    'WIRE-NOT-14',
    'a job made anew for another owner is not shown to its former readers, and ends what they had',
    async (bed) => {
      await isKeptFromFormerReaders(bed, async () => {
        await bed.create({ ownerId: 'bob' });
      });
    },
  ),
  wireCaseWith(
    ['restartWithoutLog'],
    'WIRE-NOT-14',
    'a job made anew for another owner, who follows it, is not shown to its former readers',
    async (bed) => {
      await isKeptFromFormerReaders(bed, async () => {
        await bed.create({ ownerId: 'bob' });
        await (await bed.connect('bob')).ok('job:subscribe', { jobId: 'job-1' });
      });
    },
  ),
  wireCaseWith(
    ['restartWithoutLog', 'losePushes'],
    'WIRE-NOT-14',
    'a job made anew for another owner, who comes before the server heard of it, is not shown to its former readers',
    async (bed) => {
      await isKeptFromFormerReaders(bed, async () => {
        await can(bed, 'losePushes')(true);
        await bed.create({ ownerId: 'bob' });
        await (await bed.connect('bob')).ok('job:subscribe', { jobId: 'job-1' });
        await can(bed, 'losePushes')(false);
      });
    },
  ),
];
