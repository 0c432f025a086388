import { expect } from 'vitest';
import { append, chunk, create, logCase, readAll, snapshot, snapshotRead, type LogCase } from './jobLogBed.ts';
import { CONTRACT_SETTINGS } from './jobLogHarness.ts';

export const createCases: readonly LogCase[] = [
  logCase('LOG-CREATE-01', 'a new log begins with job:created as sequence 1', async ({ log, now }) => {
    const { epoch } = await create(log, { kind: 'essay', steps: [{ id: 'thinking', label: 'Thinking' }] });
    expect(await readAll(log)).toEqual([
      {
        type: 'job:created',
        jobId: 'job-1',
        epoch,
        sequence: 1,
        timestamp: now(),
        title: 'A job',
        kind: 'essay',
        steps: [{ id: 'thinking', label: 'Thinking' }],
      },
    ]);
  }),

  logCase('LOG-CREATE-02', 'the answer carries job, epoch, writer and sequence 1', async ({ log }) => {
    const created = await create(log);
    expect(created).toMatchObject({ jobId: 'job-1', sequence: 1 });
    expect(created.epoch.length).toBeGreaterThan(0);
    expect(created.writer.length).toBeGreaterThanOrEqual(20);
  }),

  logCase('LOG-CREATE-03', 'the same idempotency key gives the same answer, later too', async ({ log }) => {
    const first = await create(log, { idempotencyKey: 'key' });
    await append(log, chunk('more'));
    const again = await log.create({ jobId: 'job-9', ownerId: 'ann', title: 'A job', idempotencyKey: 'key' });
    expect(again).toEqual({ ...first, kind: 'repeated' });
    expect(await log.read({ jobId: 'job-9' })).toEqual({ kind: 'missing' });
  }),

  logCase('LOG-CREATE-04', 'idempotency keys are kept per owner', async ({ log }) => {
    await create(log, { idempotencyKey: 'key' });
    const other = await log.create({ jobId: 'job-2', ownerId: 'bob', title: 'B', idempotencyKey: 'key' });
    expect(other).toMatchObject({ kind: 'created', jobId: 'job-2' });
  }),

  logCase('LOG-CREATE-05', 'the same id alone answers with the log as it is now, without a writer', async ({ log }) => {
    const { epoch } = await create(log);
    await append(log, chunk('a'), chunk('b'));
    const again = await log.create({ jobId: 'job-1', ownerId: 'ann', title: 'A job' });
    expect(again).toEqual({ kind: 'exists', jobId: 'job-1', epoch, sequence: 3 });
  }),

  logCase('LOG-CREATE-06', 'an id of another owner is a conflict and changes nothing', async ({ log }) => {
    await create(log);
    expect(await log.create({ jobId: 'job-1', ownerId: 'bob', title: 'B' })).toEqual({ kind: 'conflict' });
    expect(await snapshotRead(log)).toMatchObject({ head: { ownerId: 'ann', sequence: 1 } });
  }),

  logCase('LOG-CREATE-07', 'two creates at once of one id: one begins the log', async ({ log }) => {
    const request = { jobId: 'job-1', ownerId: 'ann', title: 'A job' };
    const results = await Promise.all([log.create(request), log.create(request)]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['created', 'exists']);
    expect(await readAll(log)).toHaveLength(1);
  }),

  logCase('LOG-CREATE-08', 'epochs and writer tokens of two jobs differ', async ({ log }) => {
    const one = await create(log);
    const other = await create(log, { jobId: 'job-2' });
    expect(one.epoch).not.toBe(other.epoch);
    expect(one.writer).not.toBe(other.writer);
  }),
  logCase('LOG-CREATE-09', 'an idempotency key is kept for its time, then it begins a new job', async (harness) => {
    const { log } = harness;
    const { writer } = await create(log, { idempotencyKey: 'key' });
    await append(log, { type: 'job:paused' });
    for (let beats = 0; beats < 3; beats += 1) {
      await harness.advance(CONTRACT_SETTINGS.keepFinishedMs / 4);
      expect(await log.heartbeat({ jobId: 'job-1', writer })).toMatchObject({ kind: 'renewed' });
    }
    const again = { jobId: 'job-9', ownerId: 'ann', title: 'A job', idempotencyKey: 'key' };
    await harness.advance(CONTRACT_SETTINGS.keepFinishedMs / 4 - 5_000);
    expect(await log.create(again)).toMatchObject({ kind: 'repeated', jobId: 'job-1' });
    await harness.advance(10_000);
    expect(await log.create(again)).toMatchObject({ kind: 'created', jobId: 'job-9' });
    expect(await snapshot(log)).toMatchObject({ jobId: 'job-1', status: 'paused' });
  }),

  logCase('LOG-CREATE-10', 'the answer to a key does not outlive its job: the job is made anew', async (harness) => {
    const { log } = harness;
    const first = await create(log, { idempotencyKey: 'key' });
    await append(log, { type: 'job:paused' });
    await harness.advance(CONTRACT_SETTINGS.keepIdleMs + 1_000);
    await log.sweep();
    expect(await log.read({ jobId: 'job-1' })).toEqual({ kind: 'missing' });
    const second = await create(log, { idempotencyKey: 'key' });
    expect(second.epoch).not.toBe(first.epoch);
    expect(await snapshot(log)).toMatchObject({ status: 'queued', sequence: 1, epoch: second.epoch });
    const again = await log.create({ jobId: 'job-1', ownerId: 'ann', title: 'A job', idempotencyKey: 'key' });
    expect(again).toEqual({ ...second, kind: 'repeated' });
  }),
];
