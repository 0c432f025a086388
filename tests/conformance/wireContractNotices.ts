import { expect } from 'vitest';
import { takeOver } from './wireCalls.ts';
import {
  bodyOf,
  can,
  chunk,
  errorOf,
  failure,
  fold,
  subscribed,
  wireCase,
  wireCaseWith,
  worker,
  type WireCase,
} from './wireContractBed.ts';
import type { WireClient } from './wireClient.ts';

const kindsOf = (client: WireClient): string[] => client.of('job:notice').map(({ kind }) => kind);

export const noticeCases: readonly WireCase[] = [
  wireCase(
    'WIRE-NOT-01',
    'cancel_requested goes to all who follow the job, and stands in the next snapshot',
    async (bed) => {
      await bed.create();
      const one = await subscribed(bed);
      const other = await subscribed(bed);
      await one.ok('job:cancel', { jobId: 'job-1' });
      await bed.until(() => kindsOf(one).length + kindsOf(other).length === 2, 'the notices');
      expect(one.of('job:notice')).toEqual([{ jobId: 'job-1', kind: 'cancel_requested' }]);
      const { job } = await (await bed.connect()).ok('job:subscribe', { jobId: 'job-1' });
      expect(job?.cancelRequested).toBe(true);
    },
  ),
  wireCase('WIRE-NOT-01', 'who continues from a position is told what no event tells', async (bed) => {
    const { epoch } = await bed.create();
    const client = await bed.connect();
    await client.ok('job:cancel', { jobId: 'job-1' });
    await client.ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
    await bed.until(() => kindsOf(client).length > 0, 'the notice');
    expect(kindsOf(client)).toEqual(['cancel_requested']);
  }),
  wireCase(
    'WIRE-NOT-02',
    'resume_requested goes to all who follow the job, and stands in the next snapshot',
    async (bed) => {
      await bed.create();
      await bed.append('job-1', { type: 'job:paused' });
      const client = await subscribed(bed);
      await client.ok('job:resume', { jobId: 'job-1' });
      await bed.until(() => kindsOf(client).length > 0, 'the notice');
      expect(client.of('job:notice')).toEqual([{ jobId: 'job-1', kind: 'resume_requested' }]);
      expect((await bed.read('job-1')).resumeRequested).toBe(true);
      await bed.append('job-1', { type: 'job:resumed' });
      expect((await bed.read('job-1')).resumeRequested).toBe(false);
    },
  ),
  wireCase(
    'WIRE-NOT-03',
    'after one lease of silence worker_silent tells since when, as does the next snapshot',
    async (bed) => {
      const { leaseMs } = bed.harness.timings;
      await bed.create();
      const client = await subscribed(bed);
      const since = bed.harness.now();
      await bed.append('job-1', chunk('last words'));
      await bed.harness.advance(leaseMs - 1_000);
      expect(kindsOf(client)).toEqual([]);
      await bed.until(() => kindsOf(client).length > 0, 'the notice', 1_000 + leaseMs);
      const [notice] = client.of('job:notice');
      expect(notice).toMatchObject({ jobId: 'job-1', kind: 'worker_silent' });
      expect(Math.abs((notice?.since ?? 0) - since)).toBeLessThan(1_000);
      expect((await bed.read('job-1')).workerSilentSince).toBe(notice?.since);
    },
  ),
  wireCase('WIRE-NOT-04', 'a sign of life of a silent worker is worker_back', async (bed) => {
    const { leaseMs } = bed.harness.timings;
    const { writer } = await bed.create();
    const client = await subscribed(bed);
    await bed.until(() => kindsOf(client).length > 0, 'the silence', 2 * leaseMs);
    await bed.harness.workers.heartbeat({ caller: worker, jobId: 'job-1', body: { writer } });
    await bed.until(() => kindsOf(client).length > 1, 'the return');
    expect(kindsOf(client)).toEqual(['worker_silent', 'worker_back']);
    expect((await bed.read('job-1')).workerSilentSince).toBeUndefined();
  }),
  wireCase('WIRE-NOT-04', 'a takeover of a job whose worker is silent is worker_back', async (bed) => {
    await bed.create();
    const client = await subscribed(bed);
    await bed.until(() => kindsOf(client).length > 0, 'the silence', 2 * bed.harness.timings.leaseMs);
    expect(await takeOver(bed)).toMatchObject({ status: 200 });
    await bed.until(() => kindsOf(client).length > 1, 'the return');
    expect(kindsOf(client)).toEqual(['worker_silent', 'worker_back']);
    expect((await bed.read('job-1')).workerSilentSince).toBeUndefined();
  }),
  wireCase('WIRE-NOT-05', 'a worker that stays silent is given up, and the job can be resumed', async (bed) => {
    const { lostMs, leaseMs } = bed.harness.timings;
    const { epoch } = await bed.create();
    const client = await subscribed(bed);
    await bed.harness.advance(lostMs - leaseMs / 2);
    expect(client.of('job:failed')).toEqual([]);
    await bed.until(() => client.of('job:failed').length > 0, 'the end', leaseMs * 2);
    expect(client.of('job:failed')[0]?.error).toMatchObject({ code: 'worker_lost', retryable: true });
    const job = await bed.read('job-1');
    expect(job).toMatchObject({ status: 'failed', resumable: true });
    expect(job.epoch).not.toBe(epoch);
    expect(client.of('job:reset')).toEqual([]);
    expect(await client.ok('job:resume', { jobId: 'job-1' })).toMatchObject({ state: 'requested' });
  }),
  wireCase('WIRE-NOT-05', 'the worker that was given up is fenced off', async (bed) => {
    const { lostMs, leaseMs } = bed.harness.timings;
    const { writer } = await bed.create();
    await bed.harness.advance(lostMs + leaseMs);
    const body = { events: [chunk('late')], from: 2, writer };
    expect(errorOf(await bed.harness.workers.append({ caller: worker, jobId: 'job-1', body }))).toMatchObject({
      code: 'fenced',
    });
  }),
  wireCase('WIRE-NOT-06', 'a job whose cancel was requested is cancelled when its worker is given up', async (bed) => {
    const { lostMs, leaseMs } = bed.harness.timings;
    await bed.create();
    const client = await subscribed(bed);
    await client.ok('job:cancel', { jobId: 'job-1', reason: 'enough' });
    await bed.until(() => client.of('job:cancelled').length > 0, 'the end', lostMs + 2 * leaseMs);
    expect(client.of('job:cancelled')[0]?.reason).toBe('enough');
    expect((await bed.read('job-1')).status).toBe('cancelled');
  }),
  wireCase('WIRE-NOT-07', 'a paused job’s worker may be silent', async (bed) => {
    const { lostMs, leaseMs } = bed.harness.timings;
    await bed.create();
    await bed.append('job-1', { type: 'job:paused' });
    const client = await subscribed(bed);
    await bed.harness.advance(lostMs + 2 * leaseMs);
    expect(kindsOf(client)).toEqual([]);
    expect((await bed.read('job-1')).status).toBe('paused');
  }),
  wireCaseWith(
    ['drain'],
    'WIRE-NOT-09',
    'each connection is given a moment of its own within the window to come back',
    async (bed) => {
      const clients = [await bed.connect(), await bed.connect(), await bed.connect('bob'), await bed.connect()];
      await can(bed, 'drain')(8_000);
      await bed.until(() => clients.every((client) => client.of('server:draining').length === 1), 'server:draining');
      const moments = clients.map((client) => client.of('server:draining')[0]?.reconnectAfterMs ?? -1);
      for (const moment of moments) {
        expect(moment).toBeGreaterThanOrEqual(0);
        expect(moment).toBeLessThanOrEqual(8_000);
      }
      expect(Math.max(...moments) - Math.min(...moments)).toBeGreaterThan(2_000);
      expect(new Set(moments).size).toBe(moments.length);
    },
  ),
  wireCaseWith(
    ['drain'],
    'WIRE-NOT-10',
    'then the transport is closed, which socket.io-client takes for a reason to reconnect',
    async (bed) => {
      const client = await bed.connect();
      await can(bed, 'drain')(1_000);
      await bed.until(() => client.disconnectReason !== undefined, 'the end', 3_000);
      expect(client.disconnectReason).toBe('transport close');
      expect(client.heard.map(({ name }) => name)).toEqual(['server:draining']);
    },
  ),
  wireCase('WIRE-NOT-12', 'who sees a takeover happen gets the new epoch’s events and no reset', async (bed) => {
    const { epoch, writer } = await bed.create();
    const client = await bed.connect();
    const { job } = await client.ok('job:subscribe', { jobId: 'job-1' });
    await bed.append('job-1', chunk('one '));
    const taken = bodyOf(await bed.harness.workers.takeover({ caller: worker, jobId: 'job-1', body: { writer } }));
    expect(taken.epoch).not.toBe(epoch);
    await bed.append('job-1', chunk('two'), { type: 'job:completed' });
    await bed.until(() => client.of('job:completed').length > 0, 'the end', 8_000);
    expect(client.of('job:reset')).toEqual([]);
    if (job !== undefined) expect(fold(job, client)).toEqual(await bed.read('job-1'));
    expect(client.events().map((event) => event.epoch)).toEqual([epoch, taken.epoch, taken.epoch]);
  }),
  wireCase('WIRE-NOT-02', 'a resume that nobody can carry out is told to nobody', async (bed) => {
    await bed.create();
    const client = await subscribed(bed);
    await client.ok('job:resume', { jobId: 'job-1' });
    await bed.append('job-1', failure(false));
    await client.ok('job:resume', { jobId: 'job-1' });
    await bed.harness.advance(100);
    expect(kindsOf(client)).toEqual([]);
  }),
];
