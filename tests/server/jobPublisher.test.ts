import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { PublishError } from '../../server/worker/index.ts';
import { createPublisherBed, words } from './publisherBed.ts';

test('what a worker writes is the job, word for word', async () => {
  const { log, open, textOf } = await createPublisherBed();
  const job = await open().create({ ownerId: 'ann', title: 'Report', kind: 'report' });
  job.started();
  job.step('thinking', 'active', 'Thinking');
  job.progress(20, { message: 'Looking around' });
  await job.pipe(words(500));
  await job.write('Because.', { channel: 'reasoning' });
  job.step('thinking', 'completed');
  await job.complete({ pages: 3 });
  expect(await textOf(job.jobId)).toBe(words(500).join(''));
  const read = await log.read({ jobId: job.jobId });
  expect(read).toMatchObject({
    snapshot: {
      status: 'completed',
      kind: 'report',
      result: { pages: 3 },
      steps: [{ id: 'thinking', label: 'Thinking', status: 'completed' }],
      channels: { reasoning: { text: 'Because.' } },
    },
  });
  expect(() => {
    job.progress(30);
  }).toThrow(PublishError);
});

test('small pieces travel together', async () => {
  const { log, open } = await createPublisherBed();
  let calls = 0;
  const counted: typeof fetch = (...request) => {
    calls += 1;
    return fetch(...request);
  };
  const job = await open({ fetch: counted, settings: { batchMs: 20 } }).create({ ownerId: 'ann', title: 'Report' });
  calls = 0;
  for (const word of words(2_000)) void job.write(word);
  await job.flush();
  expect(calls).toBeLessThanOrEqual(4);
  const read = await log.read({ jobId: job.jobId, after: 'beginning' });
  expect(read.kind === 'events' && read.events.length).toBeLessThanOrEqual(5);
});

test('nothing is lost or doubled where the line breaks again and again', async () => {
  const { log, proxy, open, textOf } = await createPublisherBed();
  const job = await open().create({ ownerId: 'ann', title: 'Report' });
  for (const [index, word] of words(300).entries()) {
    await job.write(word);
    if (index % 20 === 10) await job.flush();
    if (index % 30 === 15) proxy.reset();
  }
  await job.complete();
  expect(await textOf(job.jobId)).toBe(words(300).join(''));
  const read = await log.read({ jobId: job.jobId, after: 'beginning' });
  if (read.kind !== 'events') throw new Error(read.kind);
  expect(read.events.map(({ sequence }) => sequence)).toEqual(read.events.map((_, index) => index + 1));
});

test('a log that lost its end is filled up again under the same sequences', async () => {
  const { log, open, textOf } = await createPublisherBed();
  const job = await open().create({ ownerId: 'ann', title: 'Report' });
  for (const word of words(10)) {
    await job.write(word);
    await job.flush();
  }
  log.faults.loseTail(job.jobId, 4);
  await job.write('and on');
  await job.complete();
  expect(await textOf(job.jobId)).toBe(`${words(10).join('')}and on`);
});

test('a server that lost everything gets the job again from its worker', async () => {
  const { log, open, textOf, statusOf } = await createPublisherBed();
  const job = await open().create({ jobId: 'report-7', ownerId: 'ann', title: 'Report' });
  await job.write('Before. ');
  await job.flush();
  log.faults.restartWithoutLog();
  await job.write('After.');
  await job.complete();
  expect(await textOf('report-7')).toBe('Before. After.');
  expect(await statusOf('report-7')).toBe('completed');
});

test('a heartbeat alone brings a job back that the server has lost', async () => {
  const { log, open, textOf } = await createPublisherBed();
  const job = await open().create({ jobId: 'report-7', ownerId: 'ann', title: 'Report' });
  await job.write('Before. ');
  await job.flush();
  const back = new Promise<void>((resolve) => {
    log.subscribe('report-7', (message) => {
      if (message.kind === 'events' && message.events.some(({ sequence }) => sequence === 2)) resolve();
    });
  });
  log.faults.restartWithoutLog();
  await back;
  expect(await textOf('report-7')).toBe('Before. ');
});

test('where more is lost than is kept the worker is told, and nothing is mixed', async () => {
  const { log, open } = await createPublisherBed();
  const job = await open({ settings: { batchMs: 1, maxKeptLength: 200 } }).create({ ownerId: 'ann', title: 'Report' });
  for (const word of words(50)) {
    await job.write(word);
    await job.flush();
  }
  log.faults.loseTail(job.jobId, 4);
  await job.write('more');
  await expect(job.complete()).rejects.toMatchObject({ code: 'history_lost' });
  expect(job.signal.reason).toMatchObject({ code: 'history_lost' });
});

test('a cancel aborts the signal with its reason, and the worker ends the job', async () => {
  const { log, open, statusOf } = await createPublisherBed();
  const job = await open().create({ ownerId: 'ann', title: 'Report' });
  const aborted = new Promise<unknown>((resolve) => {
    job.signal.addEventListener('abort', () => {
      resolve(job.signal.reason);
    });
  });
  await log.requestCancel({ jobId: job.jobId, reason: 'Wrong question' });
  expect(await aborted).toMatchObject({ code: 'cancel_requested' });
  await expect(job.pipe(words(3))).rejects.toMatchObject({ code: 'cancel_requested' });
  await job.cancelled('Wrong question');
  expect(await statusOf(job.jobId)).toBe('cancelled');
});

test('a successor goes on from a checkpoint, and the first worker is told to stop', async () => {
  const { open, textOf } = await createPublisherBed();
  const first = await open().create({ ownerId: 'ann', title: 'Report' });
  await first.write('One. ');
  const checkpoint = JSON.parse(JSON.stringify(await first.checkpoint())) as Awaited<
    ReturnType<typeof first.checkpoint>
  >;
  const second = await open().takeOver(checkpoint);
  expect(second.snapshot?.channels['output']?.text).toBe('One. ');
  await second.write('Two.');
  await second.flush();
  await first.write('Late.').catch(() => undefined);
  await expect(first.flush()).rejects.toMatchObject({ code: 'fenced' });
  expect(first.signal.reason).toMatchObject({ code: 'fenced' });
  await second.complete();
  expect(await textOf(second.jobId)).toBe('One. Two.');
});

test('of two workers that hear of a resume one goes on', async () => {
  const { log, open, textOf } = await createPublisherBed();
  const paused = await open().create({ ownerId: 'ann', title: 'Report', kind: 'report' });
  await paused.write('Half. ');
  await paused.pause('Waits for an answer');
  const outcomes = [open(), open()].map(
    (publisher) =>
      new Promise<string>((resolve) => {
        publisher.onResume('report', (jobId) => {
          publisher.takeOver({ jobId }).then(
            async (job) => {
              job.resumed();
              await job.write('Whole.');
              await job.complete();
              resolve('went on');
            },
            (error: unknown) => {
              resolve(error instanceof PublishError ? error.code : 'other');
            },
          );
        });
      }),
  );
  await log.requestResume({ jobId: paused.jobId });
  expect((await Promise.all(outcomes)).toSorted()).toEqual(['fenced', 'went on']);
  expect(await textOf(paused.jobId)).toBe('Half. Whole.');
});

test('who listens after a first job of the kind hears what is pending', async () => {
  const { log, open } = await createPublisherBed();
  const paused = await open().create({ ownerId: 'ann', title: 'Report', kind: 'report' });
  await paused.pause();
  await log.requestResume({ jobId: paused.jobId });
  let hasOpened = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    hasOpened = resolve;
  });
  const publisher = open({
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (!String(input).includes('/v1/control') || response.body === null) return response;
      // The first stream has said all that is pending.
      const [body, copy] = response.body.tee();
      void (async () => {
        let said = '';
        for await (const bytes of copy) {
          said += new TextDecoder().decode(bytes);
          if (said.includes(paused.jobId)) hasOpened();
        }
      })().catch(() => undefined);
      return new Response(body, response);
    },
  });
  await publisher.create({ ownerId: 'ann', title: 'Another', kind: 'report' });
  await opened;
  // The publisher has read it as well.
  await setImmediate();
  const heard = new Promise<string>((resolve) => {
    publisher.onResume('report', resolve);
  });
  expect(await heard).toBe(paused.jobId);
});

test('a create that is repeated with its key is the same job, and one that makes no sense is refused', async () => {
  const { open } = await createPublisherBed();
  const publisher = open();
  const first = await publisher.create({ ownerId: 'ann', title: 'Report', idempotencyKey: 'question-1' });
  const second = await open().create({ ownerId: 'ann', title: 'Report', idempotencyKey: 'question-1' });
  expect(second.jobId).toBe(first.jobId);
  await expect(publisher.create({ ownerId: '', title: 'Report' })).rejects.toMatchObject({ code: 'refused' });
  await expect(open({ workerKey: 'wrong' }).create({ ownerId: 'ann', title: 'Report' })).rejects.toMatchObject({
    code: 'refused',
  });
});

test('an event that does not fit is refused at once and harms nothing', async () => {
  const { open, textOf } = await createPublisherBed();
  const job = await open().create({ ownerId: 'ann', title: 'Report' });
  await job.write('Good. ');
  expect(() => {
    job.progress(140);
  }).toThrow(/job:progress of job/);
  await job.write('Still good.');
  await job.complete();
  expect(await textOf(job.jobId)).toBe('Good. Still good.');
});

test('text of any length and script arrives whole', async () => {
  const { open, textOf } = await createPublisherBed();
  const job = await open().create({ ownerId: 'ann', title: 'Report' });
  const text = '👩‍👩‍👧 𝒜 مرحبا 漢字 '.repeat(20_000);
  await job.write(text);
  await job.complete();
  expect(await textOf(job.jobId)).toBe(text);
});

test('what is written behind the end is told to whoever writes it, and the job ends all the same', async () => {
  const { open, statusOf, textOf } = await createPublisherBed();
  const job = await open().create({ jobId: 'behind-the-end', ownerId: 'ann', title: 'Report' });
  await job.write('All of it.');
  const ending = job.cancelled();
  await expect(job.write(' More.')).rejects.toMatchObject({ name: 'PublishError', code: 'finished' });
  expect(() => {
    job.progress(50);
  }).toThrow('has ended');
  await ending;
  expect([await statusOf('behind-the-end'), await textOf('behind-the-end')]).toEqual(['cancelled', 'All of it.']);
});
