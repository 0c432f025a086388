import { expect, test, vi } from 'vitest';
import { createPublisherBed, losing } from './publisherBed.ts';
import { createScriptedPublisher } from './scriptedPublisher.ts';

/** A server whose log goes back to an older copy of itself, behind what a worker was answered. */

const report = { jobId: 'report-7', ownerId: 'ann', title: 'Report' };
const BATCH_MS = 20;
const HEARTBEAT_MS = 5_000;
const eventually = (assertion: () => Promise<void>): Promise<void> =>
  vi.waitFor(assertion, { timeout: 20_000, interval: 5 });

test('what a quiet worker wrote before is filled up again', async () => {
  const { log, open, textOf } = await createPublisherBed();
  const job = await open().create(report);
  await job.write('One. ');
  await job.flush();
  await job.write('Two.');
  await job.flush();
  log.faults.loseTail('report-7', 2);
  await eventually(async () => {
    expect(await textOf('report-7')).toBe('One. Two.');
  });
});

test('an end that was answered and is lost is said again', async () => {
  const { log, open, statusOf, textOf } = await createPublisherBed();
  const job = await open().create(report);
  await job.write('All of it.');
  await job.complete();
  log.faults.loseTail('report-7', 1);
  await eventually(async () => {
    expect(await statusOf('report-7')).toBe('completed');
  });
  expect(await textOf('report-7')).toBe('All of it.');
  expect(job.signal.aborted).toBe(false);
});

test('an end is said again to a server that lost all', async () => {
  const { log, open, statusOf } = await createPublisherBed();
  const job = await open().create(report);
  await job.complete();
  log.faults.restartWithoutLog();
  await eventually(async () => {
    expect(await statusOf('report-7')).toBe('completed');
  });
});

test('a pause that was answered and is lost is said again, and no lease runs', async () => {
  const { log, open, statusOf } = await createPublisherBed();
  const job = await open().create(report);
  await job.write('Half.');
  await job.flush();
  await job.pause('Waits');
  log.faults.loseTail('report-7', 2);
  expect(await statusOf('report-7')).toBe('running');
  await eventually(async () => {
    expect(await statusOf('report-7')).toBe('paused');
  });
  const read = await log.read({ jobId: 'report-7' });
  expect(read.kind === 'snapshot' && read.head.leaseRemainingMs).toBeUndefined();
});

test('a worker that pauses hears that another one took its job over', async () => {
  const { open } = await createPublisherBed();
  const job = await open().create(report);
  await job.pause();
  const other = await open().takeOver({ jobId: 'report-7' });
  await eventually(() => {
    expect(job.signal.reason).toMatchObject({ code: 'fenced' });
    return Promise.resolve();
  });
  other.resumed();
  await other.complete();
});

test('a sign of life is what was sent last, as it was sent', async () => {
  const { publisher, calls, pass } = createScriptedPublisher(() => undefined);
  const job = await publisher.create(report);
  await pass(HEARTBEAT_MS - 1);
  expect(calls).toHaveLength(1);
  await pass(1);
  expect(calls.at(-1)).toEqual({ name: 'heartbeat', body: { writer: 'w1' } });
  void job.write('One. ');
  void job.write('Two.');
  await pass(0);
  const sent = calls.at(-1);
  expect(sent).toMatchObject({ name: 'events', body: { from: 2, events: [{ text: 'One. Two.' }] } });
  for (let beat = 0; beat < 2; beat += 1) {
    await pass(BATCH_MS);
    await pass(HEARTBEAT_MS);
  }
  expect(calls.slice(3)).toEqual([sent, sent]);
});

test('an end is said three times in all', async () => {
  const { publisher, calls, pass } = createScriptedPublisher(() => undefined);
  const job = await publisher.create(report);
  void job.complete();
  for (let beat = 0; beat < 5; beat += 1) await pass(HEARTBEAT_MS);
  expect(calls.slice(1)).toHaveLength(3);
  expect(new Set(calls.slice(1).map((call) => JSON.stringify(call))).size).toBe(1);
});

test('a paused job whose cancel is wanted is left to the server', async () => {
  const { publisher, calls, pass } = createScriptedPublisher(({ name }) =>
    name === 'events' ? Response.json({ epoch: 'e1', sequence: 2, cancelRequested: true }) : undefined,
  );
  const job = await publisher.create(report);
  void job.pause();
  for (let beat = 0; beat < 5; beat += 1) await pass(HEARTBEAT_MS);
  expect(calls.map(({ name }) => name)).toEqual(['create', 'events']);
  expect(job.signal.reason).toMatchObject({ code: 'cancel_requested' });
});

test('a job that the server lost is created again though the answer to that is lost as well', async () => {
  const { log, open, textOf, statusOf } = await createPublisherBed();
  const job = await open({ fetch: losing('/v1/jobs', 1) }).create(report);
  await job.write('Before. ');
  await job.flush();
  log.faults.restartWithoutLog();
  await job.write('After.');
  await job.complete();
  expect(await textOf('report-7')).toBe('Before. After.');
  expect(await statusOf('report-7')).toBe('completed');
});
