import { LIMITS } from '@regen/realtime-shared';
import { setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { createPublisherBed } from './publisherBed.ts';
import { createScriptedPublisher } from './scriptedPublisher.ts';

/** What can be written, what cannot, and who is told. */

const report = { ownerId: 'ann', title: 'Report' };

test('a result that is too large is refused before it is sent, and the job can still be ended', async () => {
  const { open, statusOf, textOf } = await createPublisherBed();
  const job = await open().create(report);
  await job.write('The text.');
  await expect(job.complete({ big: 'ü'.repeat(600_000) })).rejects.toMatchObject({ code: 'refused', refusal: null });
  expect(job.signal.aborted).toBe(false);
  await job.fail({ code: 'too_large', message: 'The result is too large.', retryable: false });
  expect([await statusOf(job.jobId), await textOf(job.jobId)]).toEqual(['failed', 'The text.']);
});

test('a step too many is refused before it is sent, also behind a takeover, and takes no word with it', async () => {
  const { open, statusOf, textOf } = await createPublisherBed();
  const refused = expect.objectContaining({ code: 'refused', refusal: null }) as unknown;
  const first = await open().create({ ...report, steps: [{ id: 'announced' }] });
  for (let index = 2; index < LIMITS.stepsPerJob; index += 1) first.step(`step ${String(index)}`, 'completed');
  const job = await open().takeOver(await first.checkpoint());
  job.step('the last one');
  void job.write('Each word. ');
  expect(() => {
    job.step('one too many');
  }).toThrow(refused);
  job.step('announced');
  await job.write('Kept.');
  await job.complete();
  expect([await statusOf(job.jobId), await textOf(job.jobId)]).toEqual(['completed', 'Each word. Kept.']);
});

test('steps that were announced count', async () => {
  const { publisher, pass } = createScriptedPublisher(() => undefined);
  const steps = Array.from({ length: LIMITS.steps }, (_, index) => ({ id: `announced ${String(index)}` }));
  const creating = publisher.create({ ...report, steps });
  await pass(0);
  const job = await creating;
  for (let index = LIMITS.steps; index < LIMITS.stepsPerJob; index += 1) job.step(`step ${String(index)}`);
  job.step('announced 7');
  expect(() => {
    job.step('one too many');
  }).toThrow('a job may have 1000 steps');
});

test('the largest result that is taken arrives', async () => {
  const { open, statusOf } = await createPublisherBed();
  const job = await open().create(report);
  await job.complete('x'.repeat(1_048_576 - 1_024 - 100));
  expect(await statusOf(job.jobId)).toBe('completed');
});

test('text that takes six times its length on the way arrives whole', async () => {
  const { open, textOf } = await createPublisherBed();
  const job = await open().create(report);
  const flood = '\u001b'.repeat(65_536);
  for (let index = 0; index < 8; index += 1) void job.write(flood);
  await job.flush();
  expect(await textOf(job.jobId)).toBe(flood.repeat(8));
});

test.each([[{ delta: 'lost' }], [42], [null], [undefined], [['a', 'b']], [Buffer.from('a')]])(
  'what is no string is not written: %j',
  async (value) => {
    const { open, textOf } = await createPublisherBed();
    const job = await open().create(report);
    const text = value as unknown as string;
    await expect(job.write(text)).rejects.toMatchObject({ code: 'refused', refusal: null });
    await expect(job.pipe(['Before.', text, 'Behind.'])).rejects.toMatchObject({ code: 'refused' });
    await job.complete();
    expect(await textOf(job.jobId)).toBe('Before.');
  },
);

test('a string is piped as what it consists of', async () => {
  const { open, textOf } = await createPublisherBed();
  const job = await open().create(report);
  await job.pipe('Text.');
  await job.complete();
  expect(await textOf(job.jobId)).toBe('Text.');
});

test('what a source throws comes out of the pipe, behind what it gave', async () => {
  const { open, textOf } = await createPublisherBed();
  const job = await open().create(report);
  await expect(
    job.pipe(
      (async function* () {
        yield 'Before.';
        await Promise.reject(new Error('The model died.'));
      })(),
    ),
  ).rejects.toThrow('The model died.');
  await job.complete();
  expect(await textOf(job.jobId)).toBe('Before.');
});

test('a cancel ends the pipe of a source that gives nothing, and returns the source', async () => {
  const { log, open, textOf } = await createPublisherBed();
  const job = await open().create({ jobId: 'stalled', ...report });
  let isReturned = false;
  const texts = ['Half. '];
  const stalled: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        const value = texts.shift();
        return value === undefined ? new Promise(() => undefined) : Promise.resolve({ value, done: false });
      },
      return: () => {
        isReturned = true;
        return new Promise(() => undefined);
      },
    }),
  };
  const piping = job.pipe(stalled);
  const ended = expect(piping).rejects.toMatchObject({ code: 'cancel_requested' });
  await log.requestCancel({ jobId: 'stalled' });
  await ended;
  expect(isReturned).toBe(true);
  await job.cancelled();
  expect(await textOf('stalled')).toBe('Half. ');
});

test('a write that nobody waits for ends no process', async () => {
  const unhandled: unknown[] = [];
  const listener = (reason: unknown): void => {
    unhandled.push(reason);
  };
  process.on('unhandledRejection', listener);
  onTestFinished(() => {
    process.off('unhandledRejection', listener);
  });
  const { publisher, pass } = createScriptedPublisher(({ name }) => {
    if (name === 'events') throw new TypeError('fetch failed');
    return undefined;
  });
  const job = await publisher.create(report);
  for (let index = 0; index < 5; index += 1) void job.write('x'.repeat(300_000));
  await pass(0);
  publisher.close();
  void job.write('Late.');
  await pass(0);
  await setImmediate();
  expect(unhandled).toEqual([]);
  expect(job.signal.reason).toMatchObject({ code: 'closed' });
});

test('a write waits where too much has not been sent', async () => {
  let isOpen = false;
  const { publisher, pass } = createScriptedPublisher(({ name }) => {
    if (name === 'events' && !isOpen) throw new TypeError('fetch failed');
    return undefined;
  });
  const job = await publisher.create(report);
  let settled = 0;
  for (let index = 0; index < 5; index += 1) {
    void job.write('x'.repeat(300_000)).then(() => {
      settled += 1;
    });
  }
  await pass(0);
  expect(settled).toBe(3);
  isOpen = true;
  for (let beat = 0; beat < 10; beat += 1) await pass(5_000);
  expect(settled).toBe(5);
});

test('a call that fails is repeated, each time after a wait', async () => {
  const { publisher, calls, pass } = createScriptedPublisher(({ name }) => {
    if (name === 'events') throw new TypeError('fetch failed');
    return undefined;
  });
  const job = await publisher.create(report);
  job.started();
  await pass(0);
  expect(calls).toHaveLength(2);
  // Half of 100 ms, of 200 ms, of 400 ms, by this random.
  for (const ms of [50, 100, 200]) {
    const before = calls.length;
    await pass(ms - 1);
    expect(calls).toHaveLength(before);
    await pass(1);
    expect(calls).toHaveLength(before + 1);
  }
});
