import { expect } from 'vitest';
import {
  append,
  arrived,
  chunk,
  chunks,
  create,
  expectNear,
  listen,
  listenAsOwner,
  listenAsWorker,
  logCase,
  pushedEvents,
  readAll,
  retryable,
  snapshot,
  snapshotRead,
  takeOver,
  type LogCase,
} from './jobLogBed.ts';

export const lossCases: readonly LogCase[] = [
  logCase('LOG-LOSS-01', 'a lost tail is refilled by its writer under the same positions', async ({ log, faults }) => {
    const { writer, epoch } = await create(log);
    const events = [chunk('a'), chunk('b'), chunk('c')];
    await log.append({ jobId: 'job-1', writer, from: 2, events });
    const before = await readAll(log);
    await faults.loseTail('job-1', 2);
    expect(await log.append({ jobId: 'job-1', writer, from: 5, events: [chunk('d')] })).toEqual({
      kind: 'gap',
      sequence: 2,
    });
    await log.append({ jobId: 'job-1', writer, from: 2, events });
    expect(await readAll(log)).toEqual(before);
    expect((await snapshotRead(log)).head.epoch).toBe(epoch);
  }),

  logCase('LOG-LOSS-02', 'a lost tail says check', async (harness) => {
    await create(harness.log);
    await append(harness.log, chunk('a'), chunk('b'));
    const messages = await listen(harness);
    await harness.faults.loseTail('job-1', 2);
    await harness.settle();
    expect(messages).toContainEqual({ kind: 'check' });
  }),

  logCase('LOG-LOSS-03', 'the state after a lost tail is the fold of what is left', async ({ log, faults }) => {
    await create(log);
    await append(log, ...chunks(300));
    const expected = await snapshot(log);
    await append(log, ...chunks(10), { type: 'job:progress', progress: 99 });
    await faults.loseTail('job-1', 301);
    expect(await snapshot(log)).toEqual(expected);
  }),

  logCase(
    'LOG-LOSS-04',
    'a tail lost across a takeover: positions past it in the earlier epoch have diverged',
    async (harness) => {
      const { log, faults } = harness;
      const { writer, epoch } = await create(log);
      await append(log, chunk('a'), chunk('b'), chunk('c'));
      await takeOver(log, writer);
      await faults.loseTail('job-1', 2);
      expect(await log.read({ jobId: 'job-1', after: { epoch, sequence: 4 } })).toMatchObject({ kind: 'diverged' });
      expect(await log.read({ jobId: 'job-1', after: { epoch, sequence: 2 } })).toMatchObject({ kind: 'events' });
    },
  ),

  logCase('LOG-LOSS-05', 'after the loss of all, jobs are missing and made again in a new epoch', async (harness) => {
    const { log, faults } = harness;
    const first = await create(log, { idempotencyKey: 'key' });
    const messages = await listen(harness);
    await faults.restartWithoutLog();
    await harness.settle();
    expect(messages).toContainEqual({ kind: 'check' });
    expect(await log.append({ jobId: 'job-1', writer: first.writer, from: 2, events: [chunk('a')] })).toEqual({
      kind: 'missing',
    });
    const again = await create(log, { idempotencyKey: 'key' });
    expect(again.epoch).not.toBe(first.epoch);
    expect(await log.read({ jobId: 'job-1', after: { epoch: first.epoch, sequence: 1 } })).toMatchObject({
      kind: 'diverged',
    });
  }),

  logCase('LOG-LOSS-06', 'out of reach: calls reject, it is told, and check comes when it heals', async (harness) => {
    const { log, faults } = harness;
    await create(log);
    const messages = await listen(harness);
    const told: boolean[] = [];
    log.onAvailability((available) => told.push(available));
    await faults.setAvailable(false);
    expect(log.isAvailable()).toBe(false);
    await expect(log.append({ jobId: 'job-1', events: [chunk('a')] })).rejects.toMatchObject({
      name: 'JobLogUnavailableError',
    });
    await expect(log.read({ jobId: 'job-1' })).rejects.toMatchObject({ name: 'JobLogUnavailableError' });
    await faults.setAvailable(true);
    await harness.settle();
    expect(told).toEqual([false, true]);
    expect(messages).toContainEqual({ kind: 'check' });
    expect(await readAll(log)).toHaveLength(1);
  }),
  logCase('LOG-LOSS-07', 'after the loss of all, owners and workers are told to check', async (harness) => {
    await create(harness.log);
    const owner = await listenAsOwner(harness);
    const workers = await listenAsWorker(harness);
    await harness.faults.restartWithoutLog();
    await arrived(harness, () => owner.length > 0 && workers.length > 0, 'both checks');
    expect(owner).toContainEqual({ kind: 'check' });
    expect(workers).toContainEqual({ kind: 'check' });
  }),

  logCase('LOG-LOSS-08', 'once it is in reach again, owners and workers are told to check', async (harness) => {
    await create(harness.log);
    const owner = await listenAsOwner(harness);
    const workers = await listenAsWorker(harness);
    await harness.faults.setAvailable(false);
    await harness.faults.setAvailable(true);
    await arrived(harness, () => owner.length > 0 && workers.length > 0, 'both checks');
    expect(owner).toContainEqual({ kind: 'check' });
    expect(workers).toContainEqual({ kind: 'check' });
  }),

  logCase('LOG-LOSS-09', 'out of reach no subscription is ready: it rejects; later ones are', async (harness) => {
    const { log, faults } = harness;
    const ignore = (): void => undefined;
    await create(log);
    await faults.setAvailable(false);
    const subscriptions = [
      log.subscribe('job-1', ignore),
      log.subscribeOwner('ann', ignore),
      log.subscribeControl(ignore),
    ];
    const outcomes = await Promise.allSettled(subscriptions.map(({ ready }) => ready));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'JobLogUnavailableError' } });
    }
    for (const { close } of subscriptions) close();
    await faults.setAvailable(true);
    const messages = await listen(harness);
    await append(log, chunk('a'));
    await arrived(harness, () => pushedEvents(messages).length > 0, 'the event');
  }),

  logCase(
    'LOG-LOSS-10',
    'once it is in reach again the writer of what has not ended counts as alive for a lease, paused or not',
    async (harness) => {
      const { log, faults } = harness;
      for (const jobId of ['job-1', 'job-2', 'job-3']) await create(log, { jobId });
      await log.append({ jobId: 'job-2', events: [{ type: 'job:paused' }] });
      await log.append({ jobId: 'job-3', events: [retryable] });
      await harness.settle();
      await faults.setAvailable(false);
      await harness.advance(40_000);
      await faults.setAvailable(true);
      await harness.settle();
      for (const jobId of ['job-1', 'job-2']) {
        expectNear((await snapshotRead(log, jobId)).head.leaseRemainingMs, 30_000);
      }
      expect((await snapshotRead(log, 'job-3')).head).not.toHaveProperty('leaseRemainingMs');
      await harness.advance(31_000);
      for (const jobId of ['job-1', 'job-2']) {
        expect((await snapshotRead(log, jobId)).head).not.toHaveProperty('leaseRemainingMs');
      }
    },
  ),
];
