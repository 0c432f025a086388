import { expect, test } from 'vitest';
import type { MemoryJobLog } from '../memory/memoryJobLog.ts';
import { append, chunk, createJob } from '../testing/jobs.ts';
import { settle } from '../testing/manualClock.ts';
import { createTestNode } from '../testing/testNode.ts';

/** Reads are answered by the log at once, but arrive when they are let through. */
function holdReads(log: MemoryJobLog): { held: () => number; release: () => void; stop: () => void } {
  const { read } = log;
  let waiting: (() => void)[] = [];
  log.read = async (request) => {
    const result = await read(request);
    await new Promise<void>((resolve) => waiting.push(resolve));
    return result;
  };
  const release = (): void => {
    const all = waiting;
    waiting = [];
    for (const resolve of all) resolve();
  };
  return {
    held: () => waiting.length,
    release,
    stop: () => {
      log.read = read;
      release();
    },
  };
}

const texts = (client: { of(event: 'model:chunk:v1'): { text: string }[] }): string =>
  client
    .of('model:chunk:v1')
    .map(({ text }) => text)
    .join('');

test('a hole that shows while a repair is already reading is repaired by another read, not by the next check', async () => {
  const node = createTestNode();
  await createJob(node.log);
  const client = await node.connect();
  await client.command('job:subscribe', { jobId: 'job-1' });
  node.log.faults.interceptPushes(() => undefined);
  await append(node.log, 'job-1', chunk('a'));
  node.log.faults.interceptPushes(undefined);
  const reads = holdReads(node.log);
  await append(node.log, 'job-1', chunk('b'));
  await settle();
  expect(reads.held()).toBe(1);
  await append(node.log, 'job-1', chunk('c'));
  reads.stop();
  await settle();
  await node.clock.advance(8);
  expect(texts(client)).toBe('abc');
});

test('what is pushed while the first read runs is delivered at once, not by the next check', async () => {
  const node = createTestNode();
  await createJob(node.log);
  const client = await node.connect();
  const reads = holdReads(node.log);
  const answered = client.command('job:subscribe', { jobId: 'job-1' });
  await settle();
  expect(reads.held()).toBe(1);
  await append(node.log, 'job-1', chunk('early'));
  reads.stop();
  expect(await answered).toMatchObject({ outcome: 'snapshot', position: { sequence: 1 } });
  await settle();
  await node.clock.advance(8);
  expect(texts(client)).toBe('early');
});

test('who comes while this node is ahead of its log gets what the log holds, then the refill as it is written', async () => {
  const node = createTestNode();
  const { writer } = await createJob(node.log);
  const first = await node.connect();
  await first.command('job:subscribe', { jobId: 'job-1' });
  await append(node.log, 'job-1', chunk('a'), chunk('b'), chunk('c'));
  node.log.faults.loseTail('job-1', 2);
  await settle();
  const late = await node.connect();
  expect(await late.command('job:subscribe', { jobId: 'job-1' })).toMatchObject({
    outcome: 'snapshot',
    position: { sequence: 2 },
  });
  await settle();
  expect(late.received()).toEqual([]);
  await node.log.append({ jobId: 'job-1', writer, from: 3, events: [chunk('b')] });
  await settle();
  expect(texts(late)).toBe('b');
  await node.log.append({ jobId: 'job-1', writer, from: 4, events: [chunk('c'), chunk('d')] });
  await settle();
  await node.clock.advance(1_100);
  expect(texts(late)).toBe('bcd');
  expect(texts(first)).toBe('abcd');
});

test('a read of the log that fails for a while neither loses events nor ends the subscription', async () => {
  const node = createTestNode();
  const { epoch } = await createJob(node.log);
  const client = await node.connect();
  await client.command('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
  node.log.faults.interceptPushes(() => undefined);
  await append(node.log, 'job-1', chunk('a'));
  node.log.faults.interceptPushes(undefined);
  const { read } = node.log;
  node.log.read = () => Promise.reject(new Error('a broken answer'));
  await append(node.log, 'job-1', chunk('b'));
  await node.clock.advance(2_500);
  expect(client.received()).toEqual([]);
  expect(node.errors.length).toBeGreaterThan(0);
  node.log.read = read;
  await node.clock.advance(1_000);
  expect(texts(client)).toBe('ab');
});
