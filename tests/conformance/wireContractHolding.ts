import { expect } from 'vitest';
import {
  can,
  chunk,
  chunks,
  errorOf,
  fold,
  range,
  sequencesOf,
  snapshotOf,
  subscribed,
  wireCaseWith,
  worker,
  type Bed,
  type WireCase,
} from './wireContractBed.ts';

/** A client that stands at the end of the job's first ten events, whose log then loses the last four of them. */
async function losingTail(bed: Bed) {
  const begun = await bed.create();
  const texts = chunks(9);
  const events = { events: texts, from: 2, writer: begun.writer };
  await bed.harness.workers.append({ caller: worker, jobId: 'job-1', body: events });
  const before = await bed.read('job-1');
  await can(bed, 'loseTail')('job-1', 6);
  const client = await bed.connect();
  const after = { epoch: before.epoch, sequence: 10 };
  return { ...begun, texts, before, client, after };
}

export const holdingCases: readonly WireCase[] = [
  wireCaseWith(
    ['loseTail'],
    'WIRE-SUB-11',
    'who is ahead of a log that lost its tail is held while the lease lives',
    async (bed) => {
      const { client, after } = await losingTail(bed);
      const answer = await client.ok('job:subscribe', { jobId: 'job-1', after });
      expect(answer.outcome).toBe('holding');
      expect(answer.job).toBeUndefined();
      await bed.harness.advance(100);
      expect(client.events()).toEqual([]);
      expect(client.of('job:reset')).toEqual([]);
    },
  ),
  wireCaseWith(
    ['loseTail'],
    'WIRE-SUB-12',
    'as the writer refills the log, events resume after the position, each once',
    async (bed) => {
      const { client, after, texts, writer, before } = await losingTail(bed);
      await client.ok('job:subscribe', { jobId: 'job-1', after });
      const { workers } = bed.harness;
      const gap = await workers.append({
        caller: worker,
        jobId: 'job-1',
        body: { events: [chunk('next')], from: 11, writer },
      });
      expect(errorOf(gap)).toMatchObject({ code: 'gap', sequence: 6 });
      const events = [...texts.slice(5), chunk('next')];
      await workers.append({ caller: worker, jobId: 'job-1', body: { events, from: 7, writer } });
      await bed.until(() => client.events().length > 0, 'the next event', 8_000);
      expect(sequencesOf(client)).toEqual([11]);
      expect(fold(before, client).channels).toEqual((await bed.read('job-1')).channels);
      expect(client.of('job:reset')).toEqual([]);
    },
  ),
  wireCaseWith(['loseTail'], 'WIRE-SUB-12', 'live subscribers wait for the refill without a reset', async (bed) => {
    const { writer } = await bed.create();
    const texts = chunks(9);
    const { workers } = bed.harness;
    const client = await bed.connect();
    const job = snapshotOf(await client.ok('job:subscribe', { jobId: 'job-1' }));
    await workers.append({ caller: worker, jobId: 'job-1', body: { events: texts, from: 2, writer } });
    await bed.until(() => sequencesOf(client).length === 9, 'the events');
    await can(bed, 'loseTail')('job-1', 6);
    await bed.harness.advance(100);
    const events = [...texts.slice(5), chunk('next')];
    await workers.append({ caller: worker, jobId: 'job-1', body: { events, from: 7, writer } });
    await bed.until(() => sequencesOf(client).length === 10, 'the next event', 8_000);
    expect(sequencesOf(client)).toEqual(range(2, 11));
    expect(fold(job, client).channels).toEqual((await bed.read('job-1')).channels);
  }),
  wireCaseWith(['loseTail'], 'WIRE-SUB-13', 'where another worker takes over instead, a reset follows', async (bed) => {
    const { client, after, writer } = await losingTail(bed);
    await client.ok('job:subscribe', { jobId: 'job-1', after });
    await bed.harness.workers.takeover({ caller: worker, jobId: 'job-1', body: { writer } });
    await bed.append('job-1', chunk('anew'));
    await bed.until(() => client.of('job:reset').length > 0, 'the reset', 8_000);
    await bed.harness.advance(100);
    expect(client.of('job:reset')).toHaveLength(1);
    const [reset] = client.of('job:reset');
    if (reset !== undefined) expect(fold(reset.job, client).channels).toEqual((await bed.read('job-1')).channels);
  }),
  wireCaseWith(
    ['loseTail'],
    'WIRE-SUB-14',
    'where the job ends before it was refilled, a reset follows',
    async (bed) => {
      const { client, after } = await losingTail(bed);
      await client.ok('job:subscribe', { jobId: 'job-1', after });
      // A tool ends it: the log numbers the end as 7, which the client has seen as something else.
      await bed.harness.advance(50);
      const { sequence } = await bed.read('job-1');
      expect(sequence).toBe(6);
      const body = { events: [{ type: 'job:completed' }], from: 7 };
      await bed.harness.workers.append({ caller: worker, jobId: 'job-1', body });
      await bed.until(() => client.of('job:reset').length > 0, 'the reset', 8_000);
      expect(client.of('job:reset')[0]?.job).toMatchObject({ status: 'completed', sequence: 7 });
    },
  ),
  wireCaseWith(
    ['loseTail', 'degrade'],
    'WIRE-SUB-11',
    'after an outage of the store longer than a lease who is ahead is held, at a paused job too',
    async (bed) => {
      const { workers, timings, advance } = bed.harness;
      const { writer } = await bed.create();
      const ask = [chunk('a'), { type: 'job:paused' }];
      const goOn = [{ type: 'job:resumed' }, chunk('b'), { type: 'job:paused' }];
      const write = (events: Record<string, unknown>[], from: number) =>
        workers.append({ caller: worker, jobId: 'job-1', body: { events, from, writer } });
      await write(ask, 2);
      await write(goOn, 4);
      const { job, position: after } = await (await bed.connect()).ok('job:subscribe', { jobId: 'job-1' });
      const there = await subscribed(bed);
      await can(bed, 'degrade')(true);
      await advance(timings.leaseMs + 1_000);
      await can(bed, 'loseTail')('job-1', 3);
      await can(bed, 'degrade')(false);
      await bed.until(() => there.of('server:degraded').length === 2, 'the end of the outage');
      // By then the server has compared what it told with the log.
      await advance(6_000);
      const client = await bed.connect();
      expect((await client.ok('job:subscribe', { jobId: 'job-1', after })).outcome).toBe('holding');
      await advance(100);
      await write([...goOn, { type: 'job:resumed' }], 4);
      for (const reader of [there, client]) {
        await bed.until(() => reader.of('job:resumed').length === 1, 'the next event', 8_000);
        expect(reader.of('job:reset')).toEqual([]);
        expect(sequencesOf(reader)).toEqual([7]);
      }
      if (job !== undefined) expect(fold(job, client).channels).toEqual((await bed.read('job-1')).channels);
    },
  ),
  wireCaseWith(
    ['loseTail', 'degrade'],
    'WIRE-SUB-15',
    'where nobody refills a log after an outage of the store, those who are held get a reset a lease later',
    async (bed) => {
      const { timings, advance } = bed.harness;
      const { writer } = await bed.create();
      const events = [chunk('a'), { type: 'job:paused' }, { type: 'job:resumed' }, { type: 'job:paused' }];
      await bed.harness.workers.append({ caller: worker, jobId: 'job-1', body: { events, from: 2, writer } });
      const client = await subscribed(bed);
      await can(bed, 'degrade')(true);
      await advance(timings.leaseMs + 1_000);
      await can(bed, 'loseTail')('job-1', 3);
      await can(bed, 'degrade')(false);
      await bed.until(() => client.of('server:degraded').length === 2, 'the end of the outage');
      await advance(timings.leaseMs - 2_000);
      expect(client.of('job:reset')).toEqual([]);
      await bed.until(() => client.of('job:reset').length > 0, 'the reset', 8_000);
      expect(client.of('job:reset')).toMatchObject([{ position: { sequence: 3 } }]);
    },
  ),
  wireCaseWith(['loseTail'], 'WIRE-SUB-15', 'when the lease is over those who are held get a reset', async (bed) => {
    const { client, after } = await losingTail(bed);
    await client.ok('job:subscribe', { jobId: 'job-1', after });
    const { leaseMs } = bed.harness.timings;
    await bed.until(() => client.of('job:reset').length > 0, 'the reset', leaseMs + 8_000);
    expect(client.of('job:reset')).toHaveLength(1);
    expect(client.of('job:reset')[0]?.position.sequence).toBe(6);
  }),
  wireCaseWith(['loseTail'], 'WIRE-SUB-15', 'who comes when the lease is over is reset by the ack', async (bed) => {
    const { client, after } = await losingTail(bed);
    await bed.harness.advance(bed.harness.timings.leaseMs + 500);
    const answer = await client.ok('job:subscribe', { jobId: 'job-1', after });
    expect(answer.outcome).toBe('reset');
    expect(snapshotOf(answer).sequence).toBe(6);
  }),
];
