import { expect } from 'vitest';
import {
  append,
  arrived,
  besidesChecks,
  chunk,
  create,
  expectNear,
  listen,
  logCase,
  notices,
  snapshot,
  snapshotRead,
  takeOver,
  type LogCase,
} from './jobLogBed.ts';
import { CONTRACT_SETTINGS } from './jobLogHarness.ts';

export const silenceCases: readonly LogCase[] = [
  logCase(
    'LOG-SILENT-01',
    'after a lease: worker_silent since the last sign of life, in the snapshot too',
    async (harness) => {
      const { log } = harness;
      await create(log);
      await append(log, chunk('a'));
      const since = harness.now();
      const messages = await listen(harness);
      await harness.advance(30_000);
      await log.sweep();
      await harness.settle();
      expect(notices(messages)).toEqual([{ jobId: 'job-1', kind: 'worker_silent', since }]);
      expect((await snapshotRead(log)).head.workerSilentSince).toBe(since);
      expect((await snapshot(log)).workerSilentSince).toBe(since);
    },
  ),

  logCase('LOG-SILENT-02', 'a second sweep says it no second time', async (harness) => {
    const { log } = harness;
    await create(log);
    const messages = await listen(harness);
    await harness.advance(30_000);
    await Promise.all([log.sweep(), log.sweep()]);
    await log.sweep();
    await harness.settle();
    expect(notices(messages)).toHaveLength(1);
  }),

  logCase('LOG-SILENT-03', 'a heartbeat or an append brings worker_back', async (harness) => {
    const { log } = harness;
    const { writer } = await create(log);
    for (const back of [() => log.heartbeat({ jobId: 'job-1', writer }), () => append(log, chunk('a'))]) {
      await harness.advance(30_000);
      await log.sweep();
      const messages = await listen(harness);
      await back();
      await harness.settle();
      expect(notices(messages)).toEqual([{ jobId: 'job-1', kind: 'worker_back' }]);
      expect(await snapshot(log)).not.toHaveProperty('workerSilentSince');
    }
  }),

  logCase(
    'LOG-SILENT-04',
    'a worker silent for too long is given up: failed, worker_lost, retryable, a new epoch',
    async (harness) => {
      const { log } = harness;
      const { epoch, writer } = await create(log);
      await append(log, chunk('a'));
      await harness.advance(119_999);
      await log.sweep();
      expect(await snapshot(log)).toMatchObject({ status: 'running' });
      await harness.advance(1);
      const sweeps = await Promise.all([log.sweep(), log.sweep()]);
      const job = await snapshot(log);
      expect(sweeps.flatMap(({ givenUp }) => givenUp)).toEqual([
        expect.objectContaining({ type: 'job:failed', jobId: 'job-1', epoch: job.epoch, sequence: 3 }),
      ]);
      expect(job).toMatchObject({ status: 'failed', resumable: true, error: { code: 'worker_lost', retryable: true } });
      expect(job.epoch).not.toBe(epoch);
      expect(await log.append({ jobId: 'job-1', writer, from: 3, events: [chunk('late')] })).toEqual({
        kind: 'fenced',
      });
    },
  ),

  logCase(
    'LOG-SILENT-05',
    'a lost worker whose job shall be cancelled: cancelled, with the reason',
    async (harness) => {
      const { log } = harness;
      await create(log);
      await log.requestCancel({ jobId: 'job-1', reason: 'enough' });
      await harness.advance(120_000);
      await log.sweep();
      expect(await snapshot(log)).toMatchObject({ status: 'cancelled', reason: 'enough' });
    },
  ),

  logCase('LOG-SILENT-06', 'a paused job is neither silent nor given up', async (harness) => {
    const { log } = harness;
    await create(log);
    await append(log, { type: 'job:paused' });
    const messages = await listen(harness);
    await harness.advance(3_600_000);
    await log.sweep();
    await harness.settle();
    expect(besidesChecks(messages)).toEqual([]);
    expect(await snapshot(log)).toMatchObject({ status: 'paused' });
  }),

  logCase(
    'LOG-SILENT-07',
    'a paused job whose cancel no worker carries out is cancelled after the same time',
    async (harness) => {
      const { log } = harness;
      await create(log);
      await append(log, { type: 'job:paused' });
      await harness.advance(3_600_000);
      await log.requestCancel({ jobId: 'job-1' });
      await harness.advance(119_999);
      await log.sweep();
      expect(await snapshot(log)).toMatchObject({ status: 'paused' });
      await harness.advance(1);
      await log.sweep();
      expect(await snapshot(log)).toMatchObject({ status: 'cancelled' });
    },
  ),

  logCase('LOG-SILENT-08', 'a sweep says when something is due next', async (harness) => {
    const { log } = harness;
    expect(await log.sweep()).toEqual({ nextDueInMs: null, givenUp: [] });
    await create(log);
    await harness.advance(10_000);
    expect(await log.sweep()).toEqual({ nextDueInMs: 20_000, givenUp: [] });
    await harness.advance(20_000);
    expect(await log.sweep()).toEqual({ nextDueInMs: 90_000, givenUp: [] });
  }),

  logCase('LOG-SILENT-09', 'a finished job is kept for its time, then forgotten, the index too', async (harness) => {
    const { log } = harness;
    await create(log);
    await append(log, { type: 'job:completed' });
    await harness.advance(CONTRACT_SETTINGS.keepFinishedMs - 1);
    await log.sweep();
    expect(await snapshot(log)).toMatchObject({ status: 'completed' });
    await harness.advance(1);
    await log.sweep();
    expect(await log.read({ jobId: 'job-1' })).toEqual({ kind: 'missing' });
    expect(await log.recent({ ownerId: 'ann', finishedLimit: 20 })).toEqual([]);
  }),
  logCase('LOG-SILENT-10', 'a heartbeat is a sign of life: the silence counts from it', async (harness) => {
    const { log } = harness;
    const { writer } = await create(log);
    const messages = await listen(harness);
    await harness.advance(20_000);
    await log.heartbeat({ jobId: 'job-1', writer });
    const since = harness.now();
    await harness.advance(30_100);
    await log.sweep();
    await arrived(harness, () => notices(messages).length > 0, 'worker_silent');
    expect(notices(messages)).toMatchObject([{ jobId: 'job-1', kind: 'worker_silent' }]);
    expectNear(notices(messages)[0]?.since, since);
    expectNear((await snapshot(log)).workerSilentSince, since);
  }),

  logCase('LOG-SILENT-11', 'a takeover of a job whose worker is silent brings worker_back', async (harness) => {
    const { log } = harness;
    await create(log);
    await harness.advance(30_100);
    await log.sweep();
    const messages = await listen(harness);
    await takeOver(log);
    await arrived(harness, () => notices(messages).length > 0, 'worker_back');
    expect(notices(messages)).toEqual([{ jobId: 'job-1', kind: 'worker_back' }]);
    const { head, snapshot: job } = await snapshotRead(log);
    expect(head).not.toHaveProperty('workerSilentSince');
    expect(job).not.toHaveProperty('workerSilentSince');
  }),

  logCase(
    'LOG-SILENT-12',
    'the cancel of a paused job waits for a worker that still gives signs of life',
    async (harness) => {
      const { log } = harness;
      const { writer } = await create(log);
      await append(log, { type: 'job:paused' });
      await log.requestCancel({ jobId: 'job-1' });
      await harness.advance(100_000);
      expect(await log.heartbeat({ jobId: 'job-1', writer })).toEqual({ kind: 'renewed', cancelRequested: true });
      await harness.advance(119_000);
      await log.sweep();
      expect(await snapshot(log)).toMatchObject({ status: 'paused' });
      await harness.advance(2_000);
      await log.sweep();
      expect(await snapshot(log)).toMatchObject({ status: 'cancelled' });
    },
  ),

  logCase('LOG-SILENT-13', 'a silent worker that repeats what the log has is back', async (harness) => {
    const { log } = harness;
    const { writer } = await create(log);
    const again = { jobId: 'job-1', from: 2, writer, events: [chunk('once')] };
    await log.append(again);
    await harness.advance(31_000);
    await log.sweep();
    const messages = await listen(harness);
    expect(await log.append(again)).toMatchObject({ kind: 'duplicate' });
    await arrived(harness, () => notices(messages).length > 0, 'the notice');
    expect(notices(messages)).toEqual([{ jobId: 'job-1', kind: 'worker_back' }]);
    expect(await snapshot(log)).not.toHaveProperty('workerSilentSince');
  }),

  logCase(
    'LOG-SILENT-14',
    'a store that was out of reach gives each worker a lease to be heard again, then tells and gives up',
    async (harness) => {
      const { log } = harness;
      const { writer } = await create(log);
      await create(log, { jobId: 'job-2' });
      const messages = await listen(harness);
      await harness.faults.setAvailable(false);
      await harness.advance(300_000);
      await harness.faults.setAvailable(true);
      expect(await log.sweep()).toEqual({ nextDueInMs: 30_000, givenUp: [] });
      await harness.advance(29_999);
      await log.sweep();
      expect(await log.heartbeat({ jobId: 'job-1', writer })).toMatchObject({ kind: 'renewed' });
      await harness.advance(1);
      await log.sweep();
      await harness.settle();
      expect(notices(messages)).toEqual([]);
      expect(await snapshot(log)).toMatchObject({ status: 'queued' });
      expect((await snapshotRead(log, 'job-2')).snapshot).toMatchObject({
        status: 'failed',
        error: { code: 'worker_lost' },
      });
    },
  ),

  logCase('LOG-KEEP-01', 'an unfinished job is kept for its time from the last sign of life', async (harness) => {
    const { log } = harness;
    const { writer } = await create(log);
    await append(log, { type: 'job:paused' });
    await harness.advance(CONTRACT_SETTINGS.keepIdleMs / 2);
    await log.heartbeat({ jobId: 'job-1', writer });
    await harness.advance(CONTRACT_SETTINGS.keepIdleMs - 1_000);
    await log.sweep();
    expect(await snapshot(log)).toMatchObject({ status: 'paused' });
    await harness.advance(2_000);
    await log.sweep();
    expect(await log.read({ jobId: 'job-1' })).toEqual({ kind: 'missing' });
    expect(await log.recent({ ownerId: 'ann', finishedLimit: 20 })).toEqual([]);
    expect(await log.list({ ownerId: 'ann', limit: 10 })).toEqual({ kind: 'page', jobs: [] });
  }),

  logCase(
    'LOG-KEEP-02',
    'a finished job is kept from its end by the log’s clock, whatever its worker calls the time',
    async (harness) => {
      const { log, now } = harness;
      const month = 30 * 86_400_000;
      const ends = [
        ['long-ago', now() - month],
        ['far-ahead', now() + month],
      ] as const;
      for (const [jobId] of ends) await create(log, { jobId });
      await harness.advance(20_000);
      for (const [jobId, timestamp] of ends) {
        expect(await log.append({ jobId, events: [{ type: 'job:completed', timestamp }] })).toMatchObject({
          sequence: 2,
        });
      }
      await harness.advance(CONTRACT_SETTINGS.keepFinishedMs - 5_000);
      await log.sweep();
      for (const [jobId] of ends) expect(await log.read({ jobId })).toMatchObject({ kind: 'snapshot' });
      await harness.advance(10_000);
      await log.sweep();
      for (const [jobId] of ends) expect(await log.read({ jobId })).toEqual({ kind: 'missing' });
    },
  ),

  logCase(
    'LOG-KEEP-03',
    'a worker that repeats the end of its job, or still sends heartbeats, does not prolong its keeping',
    async (harness) => {
      const { log } = harness;
      const { writer } = await create(log);
      const failure = {
        type: 'job:failed' as const,
        error: { code: 'tool_error', message: 'The tool is down.', retryable: true },
      };
      const end = { jobId: 'job-1', from: 2, writer, events: [failure] };
      expect(await log.append(end)).toMatchObject({ kind: 'appended' });
      await harness.advance(CONTRACT_SETTINGS.keepFinishedMs - 20_000);
      expect(await log.append(end)).toMatchObject({ kind: 'duplicate' });
      expect(await log.heartbeat({ jobId: 'job-1', writer })).toMatchObject({ kind: 'renewed' });
      await log.sweep();
      expect(await log.read({ jobId: 'job-1' })).toMatchObject({ kind: 'snapshot' });
      await harness.advance(25_000);
      await log.sweep();
      expect(await log.read({ jobId: 'job-1' })).toEqual({ kind: 'missing' });
    },
  ),
];
