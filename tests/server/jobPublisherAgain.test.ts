import { createVirtualClock } from '@regen/realtime-mocks';
import { systemClock, type Clock } from '@regen/realtime-shared';
import { expect, test, vi } from 'vitest';
import { PublishError, type Checkpoint, type PublishedJob } from '../../server/worker/index.ts';
import { createPublisherBed, losing, words } from './publisherBed.ts';

/** A job that is begun again: after a crash, by a queue that hands work out twice, or after answers that were lost. */

const LEASE_MS = 30_000;
const LOST_MS = 120_000;
const report = { ownerId: 'ann', title: 'Report', idempotencyKey: 'question-1' };

const writtenOf = (job: PublishedJob): string => job.snapshot?.channels['output']?.text ?? '';

/** A log on a clock of its own, and one for publishers, for whom the end of a lease alone is a matter of that clock. */
async function createSlowBed() {
  const virtual = createVirtualClock();
  const clock: Clock = {
    now: systemClock.now,
    setTimeout: (callback, ms) => (ms >= LEASE_MS / 2 ? virtual : systemClock).setTimeout(callback, ms),
    clearTimeout: (timer) => {
      virtual.clearTimeout(timer);
      systemClock.clearTimeout(timer);
    },
  };
  const bed = await createPublisherBed({ clock: virtual });
  return {
    ...bed,
    clock,
    advance: virtual.advance,
    /** Resolves when somebody waits for a lease to run out. */
    waits: () => vi.waitFor(() => expect(virtual.pending()).toBe(1), { timeout: 20_000, interval: 5 }),
  };
}

test('after a crash a create with the same key goes on behind what is there', async () => {
  const { open, textOf, statusOf } = await createPublisherBed();
  const before = open();
  const first = await before.create(report);
  for (const word of words(13)) await first.write(word);
  await first.flush();
  await first.write('maybe lost ');
  before.close();
  const second = await open().create(report);
  expect(second.jobId).toBe(first.jobId);
  const written = writtenOf(second);
  expect([words(13).join(''), `${words(13).join('')}maybe lost `]).toContain(written);
  await second.write('and on');
  await second.complete();
  expect(await textOf(second.jobId)).toBe(`${written}and on`);
  expect(await statusOf(second.jobId)).toBe('completed');
});

test('of two living workers with one key the former is told to stop, and nothing of both is mixed', async () => {
  const { open, textOf } = await createPublisherBed();
  const first = await open().create(report);
  await first.write('One. ');
  await first.flush();
  const second = await open().create(report);
  expect(writtenOf(second)).toBe('One. ');
  await second.write('Two.');
  await second.flush();
  await expect(first.write('Never.').then(() => first.complete())).rejects.toMatchObject({ code: 'fenced' });
  expect(first.signal.reason).toMatchObject({ code: 'fenced' });
  await second.complete();
  expect(await textOf(second.jobId)).toBe('One. Two.');
});

test('of two workers with one key that have written nothing yet only the latter writes', async () => {
  const { open, textOf } = await createPublisherBed();
  const first = await open().create(report);
  const second = await open({ fetch: losing('/v1/jobs') }).create(report);
  expect(second.snapshot).toBeNull();
  await second.write('Mine.');
  await second.complete();
  await first.write('Not mine.').catch(() => undefined);
  await expect(first.flush()).rejects.toMatchObject({ code: 'fenced' });
  expect(await textOf(second.jobId)).toBe('Mine.');
});

test('a create whose answer was lost is a job that begins here', async () => {
  const { log, open, textOf } = await createPublisherBed();
  const job = await open({ fetch: losing('/v1/jobs') }).create({ jobId: 'report-7', ownerId: 'ann', title: 'Report' });
  expect(job.snapshot).toBeNull();
  await job.write('Before. ');
  await job.flush();
  log.faults.restartWithoutLog();
  await job.write('After.');
  await job.complete();
  expect(await textOf('report-7')).toBe('Before. After.');
});

test('within one process, too, the latter has the job, and hears of its cancel', async () => {
  const { log, open } = await createPublisherBed();
  const publisher = open();
  const first = await publisher.create(report);
  const second = await publisher.create(report);
  expect(first.signal.reason).toMatchObject({ code: 'fenced' });
  const aborted = new Promise<unknown>((resolve) => {
    second.signal.addEventListener('abort', () => {
      resolve(second.signal.reason);
    });
  });
  await log.requestCancel({ jobId: second.jobId });
  expect(await aborted).toMatchObject({ code: 'cancel_requested' });
});

test('after a second crash the lease of the dead is waited for', async () => {
  const { open, clock, waits, advance, textOf } = await createSlowBed();
  for (const word of ['One. ', 'Two. ']) {
    const publisher = open();
    const job = await publisher.create(report);
    await job.write(word);
    await job.flush();
    publisher.close();
  }
  const creating = open({ clock }).create(report);
  await waits();
  advance(LEASE_MS + 1_000);
  const job = await creating;
  expect(writtenOf(job)).toBe('One. Two. ');
  await job.write('Three.');
  await job.complete();
  expect(await textOf(job.jobId)).toBe('One. Two. Three.');
});

test('a successor that lives keeps the job', async () => {
  const { open, clock, waits, advance } = await createSlowBed();
  await open().create(report);
  const second = await open().create(report);
  const refused = expect(open({ clock }).create(report)).rejects.toMatchObject({
    code: 'fenced',
    refusal: { code: 'leased' },
  });
  await waits();
  advance(LEASE_MS - 1_000);
  await second.write('Alive.');
  await second.flush();
  advance(2_000);
  await refused;
  await second.complete();
});

test('a takeover whose answer was lost is made again when its lease is over', async () => {
  const { open, clock, waits, advance, textOf } = await createSlowBed();
  const before = open();
  await before.create(report);
  before.close();
  const creating = open({ clock, fetch: losing('/takeover') }).create(report);
  await waits();
  advance(LEASE_MS + 1_000);
  const job = await creating;
  await job.write('All of it.');
  await job.complete();
  expect(await textOf(job.jobId)).toBe('All of it.');
});

test('a job that was given up for its silence goes on by its key', async () => {
  const { log, open, advance, textOf, statusOf } = await createSlowBed();
  const before = open();
  const first = await before.create(report);
  await first.write('One. ');
  await first.flush();
  before.close();
  advance(LOST_MS + LEASE_MS);
  await log.sweep();
  expect(await statusOf(first.jobId)).toBe('failed');
  const second = await open().create(report);
  expect(second.snapshot).toMatchObject({ status: 'failed', error: { code: 'worker_lost' } });
  second.resumed();
  await second.write('Two.');
  await second.complete();
  expect(await textOf(second.jobId)).toBe('One. Two.');
});

test('the key of a job that has ended is answered with that', async () => {
  const { open, textOf } = await createPublisherBed();
  const first = await open().create(report);
  await first.write('All of it.');
  await first.complete();
  await expect(open().create(report)).rejects.toMatchObject({ code: 'finished', refusal: { code: 'finished' } });
  expect(await textOf(first.jobId)).toBe('All of it.');
});

test('an outdated checkpoint is good once its successor is dead', async () => {
  const { open, clock, waits, advance } = await createSlowBed();
  const first = open();
  const checkpoint = await (await first.create(report)).checkpoint();
  first.close();
  const second = open();
  await (await second.takeOver(checkpoint)).flush();
  second.close();
  const taking = open({ clock }).takeOver(checkpoint);
  await waits();
  advance(LEASE_MS + 1_000);
  await (await taking).complete();
});

test('a job that the server lost is not found by its checkpoint, and begins again under its id', async () => {
  const { log, open, textOf } = await createPublisherBed();
  const publisher = open();
  const first = await publisher.create(report);
  await first.write('Lost.');
  const checkpoint = JSON.parse(JSON.stringify(await first.checkpoint())) as Checkpoint;
  publisher.close();
  log.faults.restartWithoutLog();
  const successor = open();
  const error: unknown = await successor.takeOver(checkpoint).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(PublishError);
  expect(error).toMatchObject({ code: 'not_found', refusal: { code: 'not_found' } });
  expect(checkpoint.request).toEqual({ jobId: first.jobId, ...report });
  const again = await successor.create(checkpoint.request ?? report);
  await again.write('From the beginning.');
  await again.complete();
  expect(await textOf(first.jobId)).toBe('From the beginning.');
});

test.each([report, { ...report, jobId: 'report-7' }])(
  'a job that its worker made again, for a server that lost all, goes on by its key: %j',
  async (request) => {
    const { log, open, textOf } = await createPublisherBed();
    const before = open();
    const first = await before.create(request);
    await first.write('Half. ');
    await first.flush();
    log.faults.restartWithoutLog();
    await first.write('More. ');
    await first.flush();
    before.close();
    const second = await open().create(request);
    expect([second.jobId, writtenOf(second)]).toEqual([first.jobId, 'Half. More. ']);
    await second.write('And on.');
    await second.complete();
    expect(await textOf(first.jobId)).toBe('Half. More. And on.');
  },
);

test('where somebody else wrote to the job its worker is told, and takes nothing of that for its own', async () => {
  const { log, open } = await createPublisherBed();
  const job = await open().create(report);
  await log.append({ jobId: job.jobId, events: [{ type: 'model:chunk:v1', text: 'Else.' }] });
  await job.write('Mine.');
  await expect(job.complete()).rejects.toMatchObject({ code: 'fenced', refusal: { code: 'conflict' } });
});

test('the own end of a job aborts no signal', async () => {
  const { open } = await createPublisherBed();
  const publisher = open();
  const job = await publisher.create(report);
  await job.complete();
  expect(job.signal.aborted).toBe(false);
  expect(() => {
    job.progress(30);
  }).toThrow('has ended');
  publisher.close();
  expect(job.signal.aborted).toBe(false);
});

test('what can be no request is refused before it is sent', async () => {
  const { open } = await createPublisherBed();
  const publisher = open({ fetch: () => Promise.reject(new Error('not expected')) });
  const refused = { code: 'refused', refusal: null };
  await expect(publisher.create({ ...report, metadata: { count: 1n } })).rejects.toMatchObject(refused);
  for (const idempotencyKey of ['', 'two words', 'Frage €', 'x'.repeat(257)]) {
    await expect(publisher.create({ ...report, idempotencyKey })).rejects.toMatchObject(refused);
  }
});
