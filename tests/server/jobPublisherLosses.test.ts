import { expect, test, vi } from 'vitest';
import { createPublisherBed, losing } from './publisherBed.ts';
import { createScriptedPublisher, type WorkerCall } from './scriptedPublisher.ts';

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

const known = { ownerId: 'ann', title: 'Report', idempotencyKey: 'question-1' };

/** A job whose server loses all, and what its worker did about that; `again`: the answers to creates after the loss. */
async function lostJob(again: (() => Response)[]) {
  let isLost = false;
  const script = createScriptedPublisher(({ name, body }) => {
    if (name === 'takeover') return Response.json({ epoch: 'e3', writer: 'w3', sequence: 1 });
    if (name === 'create' && isLost) return again.shift()?.();
    if (name !== 'events' || !isLost || body.writer !== 'w1') return undefined;
    return Response.json({ error: { code: 'not_found', message: 'None.' } }, { status: 404 });
  });
  const creating = script.publisher.create(known);
  await script.pass(0);
  const job = await creating;
  isLost = true;
  void job.write('Mine.').catch(() => undefined);
  for (let beat = 0; beat < 3; beat += 1) await script.pass(100);
  const since = script.calls.slice(1).map(({ name, body }): Partial<WorkerCall> => ({ name, body }));
  return { job, since };
}

const made = (jobId: string) => () => Response.json({ jobId, epoch: 'e2', writer: 'w2', sequence: 1 }, { status: 200 });
const unanswered = (): never => {
  throw new TypeError('fetch failed');
};

test('a lost job that another worker began again under its key is that one’s', async () => {
  const { job, since } = await lostJob([made('job-1')]);
  expect(job.signal.reason).toMatchObject({ code: 'fenced' });
  expect(since.map(({ name }) => name)).toEqual(['events', 'create']);
});

test('a lost job that is there after a lost answer is taken over before it is filled up', async () => {
  const { job, since } = await lostJob([unanswered, made('job-1')]);
  expect(job.signal.aborted).toBe(false);
  expect(since).toMatchObject([
    { name: 'events' },
    { name: 'create' },
    { name: 'create' },
    { name: 'takeover', body: { writer: 'w2' } },
    { name: 'events', body: { from: 2, writer: 'w3', events: [{ text: 'Mine.' }] } },
  ]);
});

test('a lost job whose key names another one since is that one’s', async () => {
  const { job, since } = await lostJob([unanswered, made('job-2')]);
  expect(job.signal.reason).toMatchObject({ code: 'fenced' });
  expect(since.map(({ name }) => name)).toEqual(['events', 'create', 'create']);
});
