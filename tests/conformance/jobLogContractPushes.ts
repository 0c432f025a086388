import type { JobLogMessage, OwnerMessage } from '@regen/realtime-core';
import { expect } from 'vitest';
import {
  append,
  arrived,
  besidesChecks,
  chunk,
  create,
  fatal,
  listen,
  listenAsOwner,
  logCase,
  pushedEvents,
  readAll,
  retryable,
  takeOver,
  type LogCase,
} from './jobLogBed.ts';

export const pushCases: readonly LogCase[] = [
  logCase('LOG-PUSH-01', 'what is appended after ready is pushed, in order', async (harness) => {
    const { log } = harness;
    await create(log);
    await append(log, chunk('before'));
    const messages = await listen(harness);
    await append(log, chunk('a'), chunk('b'));
    await append(log, chunk('c'));
    await harness.settle();
    const pushed = messages.flatMap((message) => (message.kind === 'events' ? message.events : []));
    expect(pushed).toEqual((await readAll(log)).slice(2));
  }),

  logCase('LOG-PUSH-02', "only the job's own, and nothing after close", async (harness) => {
    const { log } = harness;
    await create(log);
    await create(log, { jobId: 'job-2' });
    const messages: JobLogMessage[] = [];
    const subscription = log.subscribe('job-1', (message) => messages.push(message));
    await subscription.ready;
    await log.append({ jobId: 'job-2', events: [chunk('a')] });
    await harness.settle();
    subscription.close();
    await append(log, chunk('b'));
    await harness.settle();
    expect(besidesChecks(messages)).toEqual([]);
  }),

  logCase('LOG-PUSH-03', 'a job can be listened to before it is there', async (harness) => {
    const messages = await listen(harness);
    await create(harness.log);
    await harness.settle();
    expect(besidesChecks(messages)).toMatchObject([{ kind: 'events', events: [{ type: 'job:created', sequence: 1 }] }]);
  }),

  logCase('LOG-PUSH-04', 'a takeover says check', async (harness) => {
    const { writer } = await create(harness.log);
    const messages = await listen(harness);
    await takeOver(harness.log, writer);
    await harness.settle();
    expect(messages).toContainEqual({ kind: 'check' });
  }),

  logCase('LOG-PUSH-05', 'duplicates and refusals push nothing', async (harness) => {
    const { log } = harness;
    const { writer } = await create(log);
    const call = { jobId: 'job-1', writer, from: 2, events: [chunk('a')] };
    await log.append(call);
    const messages = await listen(harness);
    await log.append(call);
    await log.append({ ...call, from: 9 });
    await log.append({ ...call, writer: 'forged' });
    await harness.settle();
    expect(besidesChecks(messages)).toEqual([]);
  }),

  logCase(
    'LOG-PUSH-06',
    'the owner hears of creation and of each change of status, of nothing else',
    async (harness) => {
      const { log } = harness;
      const messages: OwnerMessage[] = [];
      await log.subscribeOwner('ann', (message) => messages.push(message)).ready;
      await create(log);
      await create(log, { jobId: 'job-2', ownerId: 'bob' });
      await append(log, { type: 'job:started' }, chunk('a'));
      await append(log, chunk('b'), { type: 'job:progress', progress: 50 });
      await append(log, { type: 'job:completed' });
      await harness.settle();
      expect(besidesChecks(messages).map(({ job }) => [job.jobId, job.status])).toEqual([
        ['job-1', 'queued'],
        ['job-1', 'running'],
        ['job-1', 'completed'],
      ]);
    },
  ),
  logCase(
    'LOG-PUSH-07',
    'the end of a job that is given up is pushed to its readers and to its owner',
    async (harness) => {
      const { log } = harness;
      for (const [jobId, type, status] of [
        ['job-1', 'job:failed', 'failed'],
        ['job-2', 'job:cancelled', 'cancelled'],
      ] as const) {
        const { epoch } = await create(log, { jobId });
        if (status === 'cancelled') await log.requestCancel({ jobId });
        const readers = await listen(harness, jobId);
        const owner = await listenAsOwner(harness);
        await harness.advance(120_100);
        await log.sweep();
        await arrived(harness, () => besidesChecks(owner).length > 0, 'the word to the owner');
        await arrived(harness, () => pushedEvents(readers).length > 0, 'the end');
        expect(pushedEvents(readers)).toMatchObject([{ type, jobId, sequence: 2 }]);
        expect(pushedEvents(readers)[0]?.epoch).not.toBe(epoch);
        expect(besidesChecks(owner)).toMatchObject([{ kind: 'job', job: { jobId, status } }]);
      }
    },
  ),

  logCase(
    'LOG-PUSH-08',
    'the owner hears of a failure that becomes a final one in one append, though the status stays',
    async (harness) => {
      const { log } = harness;
      await create(log);
      await append(log, retryable);
      const messages = await listenAsOwner(harness);
      await append(log, { type: 'job:resumed' }, fatal);
      await arrived(harness, () => besidesChecks(messages).length > 0, 'the word to the owner');
      expect(besidesChecks(messages)).toMatchObject([
        { kind: 'job', job: { jobId: 'job-1', status: 'failed', error: { code: 'broken', retryable: false } } },
      ]);
    },
  ),
];
