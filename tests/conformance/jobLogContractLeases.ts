import { expect } from 'vitest';
import {
  append,
  chunk,
  create,
  expectNear,
  logCase,
  retryable,
  snapshot,
  snapshotRead,
  takeOver,
  type LogCase,
} from './jobLogBed.ts';

export const leaseCases: readonly LogCase[] = [
  logCase(
    'LOG-LEASE-01',
    'a lease runs from the creation and is renewed by appends and heartbeats',
    async (harness) => {
      const { log } = harness;
      const { writer } = await create(log);
      await harness.advance(20_000);
      expect((await snapshotRead(log)).head.leaseRemainingMs).toBe(10_000);
      await append(log, chunk('a'));
      expect((await snapshotRead(log)).head.leaseRemainingMs).toBe(30_000);
      await harness.advance(20_000);
      expect(await log.heartbeat({ jobId: 'job-1', writer })).toEqual({ kind: 'renewed', cancelRequested: false });
      expect((await snapshotRead(log)).head.leaseRemainingMs).toBe(30_000);
    },
  ),

  logCase('LOG-LEASE-02', 'no lease runs while the job is paused, and one again from job:resumed', async ({ log }) => {
    await create(log);
    await append(log, { type: 'job:paused' });
    expect((await snapshotRead(log)).head).not.toHaveProperty('leaseRemainingMs');
    await append(log, { type: 'job:resumed' });
    expect((await snapshotRead(log)).head.leaseRemainingMs).toBe(30_000);
  }),

  logCase('LOG-LEASE-03', 'a heartbeat of an old writer is fenced, of a finished job finished', async ({ log }) => {
    const { writer } = await create(log);
    const taken = await takeOver(log, writer);
    expect(await log.heartbeat({ jobId: 'job-1', writer })).toEqual({ kind: 'fenced' });
    await append(log, { type: 'job:completed' });
    expect(await log.heartbeat({ jobId: 'job-1', writer: taken.writer })).toEqual({ kind: 'finished' });
    expect(await log.heartbeat({ jobId: 'job-2', writer })).toEqual({ kind: 'missing' });
  }),

  logCase('LOG-LEASE-04', 'a heartbeat says whether a cancel is wanted', async ({ log }) => {
    const { writer } = await create(log);
    await log.requestCancel({ jobId: 'job-1' });
    expect(await log.heartbeat({ jobId: 'job-1', writer })).toEqual({ kind: 'renewed', cancelRequested: true });
  }),

  logCase('LOG-LEASE-05', 'a repeat that appends nothing renews the lease too', async (harness) => {
    const { log } = harness;
    const { writer } = await create(log);
    const call = { jobId: 'job-1', writer, from: 2, events: [chunk('a')] };
    await log.append(call);
    await harness.advance(20_000);
    await log.append(call);
    expect((await snapshotRead(log)).head.leaseRemainingMs).toBe(30_000);
  }),

  logCase('LOG-TAKEOVER-01', 'with the current token: a new token, a new epoch, the same sequence', async ({ log }) => {
    const { epoch, writer } = await create(log);
    await append(log, chunk('a'));
    const taken = await takeOver(log, writer);
    expect(taken.sequence).toBe(2);
    expect(taken.epoch).not.toBe(epoch);
    expect(taken.writer).not.toBe(writer);
    expect(await log.append({ jobId: 'job-1', writer: taken.writer, from: 3, events: [chunk('b')] })).toMatchObject({
      kind: 'appended',
      epoch: taken.epoch,
      sequence: 3,
    });
  }),

  logCase('LOG-TAKEOVER-02', 'without a token, while the lease runs: leased, and for how long', async (harness) => {
    const { log } = harness;
    await create(log);
    await harness.advance(12_000);
    expect(await log.takeover({ jobId: 'job-1' })).toEqual({ kind: 'leased', retryAfterMs: 18_000 });
  }),

  logCase(
    'LOG-TAKEOVER-03',
    'without a token, once the lease has run out: taken, also without a sweep',
    async (harness) => {
      const { log } = harness;
      await create(log);
      await harness.advance(30_000);
      await takeOver(log);
      expect((await snapshotRead(log)).head.leaseRemainingMs).toBe(30_000);
    },
  ),

  logCase('LOG-TAKEOVER-04', 'with an old token: fenced', async ({ log }) => {
    const { writer } = await create(log);
    await takeOver(log, writer);
    expect(await log.takeover({ jobId: 'job-1', writer })).toEqual({ kind: 'fenced' });
  }),

  logCase('LOG-TAKEOVER-05', 'of a finished job: finished; of none: missing', async ({ log }) => {
    const { writer } = await create(log);
    await append(log, { type: 'job:completed' });
    expect(await log.takeover({ jobId: 'job-1', writer })).toEqual({ kind: 'finished' });
    expect(await log.takeover({ jobId: 'job-2' })).toEqual({ kind: 'missing' });
  }),

  logCase(
    'LOG-TAKEOVER-06',
    'a job that waits to be resumed: the first one wins, the second finds it leased',
    async ({ log }) => {
      await create(log);
      await append(log, { type: 'job:paused' });
      await log.requestResume({ jobId: 'job-1' });
      const [first, second] = await Promise.all([log.takeover({ jobId: 'job-1' }), log.takeover({ jobId: 'job-1' })]);
      expect(first.kind).toBe('taken');
      expect(second).toEqual({ kind: 'leased', retryAfterMs: 30_000 });
    },
  ),

  logCase('LOG-TAKEOVER-07', 'a retryable failure is taken over and goes on', async ({ log }) => {
    await create(log);
    await append(log, chunk('a'), retryable);
    const { writer, epoch } = await takeOver(log);
    expect(
      await log.append({ jobId: 'job-1', writer, from: 4, events: [{ type: 'job:resumed' }, chunk('b')] }),
    ).toMatchObject({ kind: 'appended', epoch, sequence: 5 });
    expect(await snapshot(log)).toMatchObject({ status: 'running', channels: { output: { text: 'ab' } } });
  }),

  logCase(
    'LOG-TAKEOVER-08',
    'who takes a waiting job over and does nothing gives it free after a lease',
    async (harness) => {
      const { log } = harness;
      await create(log);
      await append(log, { type: 'job:paused' });
      await log.requestResume({ jobId: 'job-1' });
      await takeOver(log);
      await harness.advance(30_000);
      await log.sweep();
      await takeOver(log);
      expect(await snapshot(log)).toMatchObject({ status: 'paused' });
    },
  ),

  logCase('LOG-TAKEOVER-09', 'the snapshot has the new epoch before anything is appended in it', async ({ log }) => {
    const { writer } = await create(log);
    const { epoch } = await takeOver(log, writer);
    expect(await snapshotRead(log)).toMatchObject({ head: { epoch, sequence: 1 }, snapshot: { epoch, sequence: 1 } });
  }),
  logCase('LOG-LEASE-06', 'a heartbeat keeps the lease of who took an idle job over', async (harness) => {
    const { log } = harness;
    for (const [index, idle] of [{ type: 'job:paused' } as const, retryable].entries()) {
      const jobId = `job-${String(index)}`;
      await create(log, { jobId });
      await log.append({ jobId, events: [idle] });
      const { writer } = await takeOver(log, undefined, jobId);
      await harness.advance(20_000);
      expect(await log.heartbeat({ jobId, writer })).toMatchObject({ kind: 'renewed' });
      expectNear((await snapshotRead(log, jobId)).head.leaseRemainingMs, 30_000);
      await harness.advance(20_000);
      await log.sweep();
      expect(await log.takeover({ jobId })).toMatchObject({ kind: 'leased' });
    }
  }),

  logCase(
    'LOG-LEASE-07',
    'who took a paused job over keeps the lease when it appends before job:resumed',
    async (harness) => {
      const { log } = harness;
      await create(log);
      await append(log, { type: 'job:paused' });
      const { writer } = await takeOver(log);
      await harness.advance(20_000);
      await log.append({ jobId: 'job-1', writer, from: 3, events: [chunk('on my way')] });
      expectNear((await snapshotRead(log)).head.leaseRemainingMs, 30_000);
      await harness.advance(20_000);
      await log.sweep();
      expect(await log.takeover({ jobId: 'job-1' })).toMatchObject({ kind: 'leased' });
      expect(await log.append({ jobId: 'job-1', writer, from: 4, events: [{ type: 'job:resumed' }] })).toMatchObject({
        kind: 'appended',
      });
    },
  ),
];
