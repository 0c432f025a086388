import type { JobSnapshot } from '@regen/realtime-shared';
import { expect } from 'vitest';
import {
  chunk,
  errorOf,
  failure,
  fold,
  progress,
  wireCase,
  worker,
  type Bed,
  type WireCase,
} from './wireContractBed.ts';
import type { WireClient } from './wireClient.ts';

/** A subscribed client and the state it was given. */
async function follow(bed: Bed): Promise<{ client: WireClient; start: JobSnapshot }> {
  const client = await bed.connect();
  const { job } = await client.ok('job:subscribe', { jobId: 'job-1' });
  if (job === undefined) throw new Error('A snapshot was expected.');
  return { client, start: job };
}

/** Appends the events and gives what arrives of them, without what every payload has. */
async function heardOf(bed: Bed, ...events: Record<string, unknown>[]): Promise<Record<string, unknown>[]> {
  const { client } = await follow(bed);
  for (const event of events) {
    await bed.append('job-1', event);
    await bed.harness.advance(20);
  }
  await bed.until(() => client.events().length === events.length, 'the events');
  return client.events().map((event) => {
    const { jobId, epoch, sequence, timestamp, ...payload } = event;
    expect(jobId).toBe('job-1');
    expect(epoch).not.toBe('');
    expect(sequence).toBeGreaterThan(1);
    expect(timestamp).toBeGreaterThan(0);
    return payload;
  });
}

const ENDS: readonly (readonly [what: string, event: Record<string, unknown>])[] = [
  ['job:completed', { type: 'job:completed' }],
  ['job:cancelled', { type: 'job:cancelled' }],
  ['a job:failed that is not retryable', failure(false)],
];
const STARTS: readonly (readonly [what: string, event: Record<string, unknown>])[] = [
  ['job:started', { type: 'job:started' }],
  ['job:progress', progress(5)],
  ['job:step', { type: 'job:step', step: { id: 'thinking', status: 'active' } }],
  ['a chunk', chunk('a')],
];

export const eventCases: readonly WireCase[] = [
  wireCase('WIRE-EVT-01', 'every payload tells job, epoch, sequence and time', async (bed) => {
    const { epoch } = await bed.create();
    const { client } = await follow(bed);
    const before = bed.harness.now();
    await bed.append('job-1', { type: 'job:started' });
    await bed.append('job-1', progress(1));
    await bed.append('job-1', { type: 'job:completed' });
    await bed.until(() => client.events().length === 3, 'the events');
    for (const [index, event] of client.events().entries()) {
      expect(event).toMatchObject({ jobId: 'job-1', epoch, sequence: index + 2 });
      expect(Math.abs(event.timestamp - before)).toBeLessThan(2_000);
    }
    expect(client.heard.filter(({ name }) => name.startsWith('job:')).every(({ args }) => args === 1)).toBe(true);
  }),
  wireCase('WIRE-EVT-01', 'a timestamp that the worker gave is kept', async (bed) => {
    await bed.create();
    const { client } = await follow(bed);
    await bed.append('job-1', { type: 'job:started', timestamp: 1_234 });
    await bed.until(() => client.events().length === 1, 'the event');
    expect(client.events()[0]?.timestamp).toBe(1_234);
  }),
  wireCase('WIRE-EVT-02', 'job:created is sequence 1 and tells title, kind and steps', async (bed) => {
    const steps = [{ id: 'thinking', label: 'Think' }, { id: 'writing' }];
    const { epoch } = await bed.create({ kind: 'demo', steps });
    const client = await bed.connect();
    await client.ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 0 } });
    await bed.until(() => client.events().length === 1, 'job:created');
    expect(client.of('job:created')[0]).toMatchObject({ sequence: 1, title: 'A job', kind: 'demo', steps });
  }),
  wireCase('WIRE-EVT-03', 'job:started', async (bed) => {
    await bed.create();
    expect(await heardOf(bed, { type: 'job:started' })).toEqual([{ type: 'job:started' }]);
  }),
  wireCase('WIRE-EVT-04', 'job:progress with all fields, and as null', async (bed) => {
    await bed.create();
    const full = progress(12.5, { message: 'reading', etaMs: 4_000 });
    expect(await heardOf(bed, full, progress(null), progress(0), progress(100))).toEqual([
      full,
      progress(null),
      progress(0),
      progress(100),
    ]);
  }),
  wireCase('WIRE-EVT-04', 'a progress below 0, above 100 or that is no number is refused', async (bed) => {
    await bed.create();
    for (const value of [-1, 101, 'half', undefined]) {
      const body = { events: [{ type: 'job:progress', progress: value }] };
      const answer = await bed.harness.workers.append({ caller: worker, jobId: 'job-1', body });
      expect(errorOf(answer), String(value)).toMatchObject({ status: 400, code: 'invalid_payload' });
    }
  }),
  wireCase('WIRE-EVT-05', 'job:step in each status', async (bed) => {
    await bed.create();
    const steps = ['active', 'completed', 'failed', 'skipped'].map((status, index) => ({
      type: 'job:step',
      step: { id: `step-${String(index)}`, label: 'A step', status },
    }));
    expect(await heardOf(bed, ...steps)).toEqual(steps);
  }),
  wireCase('WIRE-EVT-06', 'chunks tell where their channel’s text stands, in UTF-16 code units', async (bed) => {
    await bed.create();
    const heard = await heardOf(
      bed,
      chunk('a😀'),
      chunk('hm', { channel: 'reasoning' }),
      chunk('b'),
      chunk('m', { channel: 'reasoning' }),
    );
    expect(heard).toEqual([
      chunk('a😀', { offset: 0 }),
      chunk('hm', { channel: 'reasoning', offset: 0 }),
      chunk('b', { offset: 3 }),
      chunk('m', { channel: 'reasoning', offset: 2 }),
    ]);
  }),
  wireCase('WIRE-EVT-07', 'job:paused with its reason', async (bed) => {
    await bed.create();
    const event = { type: 'job:paused', reason: 'needs a person' };
    expect(await heardOf(bed, event)).toEqual([event]);
    expect(await bed.read('job-1')).toMatchObject({ status: 'paused', reason: 'needs a person', resumable: true });
  }),
  wireCase('WIRE-EVT-08', 'job:resumed after a pause', async (bed) => {
    await bed.create();
    expect(await heardOf(bed, { type: 'job:paused' }, { type: 'job:resumed' })).toEqual([
      { type: 'job:paused' },
      { type: 'job:resumed' },
    ]);
    expect(await bed.read('job-1')).toMatchObject({ status: 'running', resumable: false });
  }),
  wireCase('WIRE-EVT-09', 'job:completed with any JSON as its result', async (bed) => {
    await bed.create();
    const event = { type: 'job:completed', result: { pages: [1, 2], note: null } };
    expect(await heardOf(bed, event)).toEqual([event]);
  }),
  wireCase('WIRE-EVT-10', 'job:failed with its error', async (bed) => {
    await bed.create();
    expect(await heardOf(bed, failure(false))).toEqual([failure(false)]);
    expect(await bed.read('job-1')).toMatchObject({ status: 'failed', resumable: false, error: { code: 'busy' } });
  }),
  wireCase('WIRE-EVT-11', 'job:cancelled with its reason', async (bed) => {
    await bed.create();
    const event = { type: 'job:cancelled', reason: 'as you wished' };
    expect(await heardOf(bed, event)).toEqual([event]);
    expect(await bed.read('job-1')).toMatchObject({ status: 'cancelled', reason: 'as you wished' });
  }),
  wireCase('WIRE-EVT-12', 'job:chunk is taken in and told as model:chunk:v1', async (bed) => {
    await bed.create();
    expect(await heardOf(bed, { type: 'job:chunk', text: 'old' })).toEqual([chunk('old', { offset: 0 })]);
  }),
  ...ENDS.map(([what, event]) =>
    wireCase('WIRE-EVT-13', `after ${what} nothing is appended`, async (bed) => {
      const { writer } = await bed.create();
      await bed.append('job-1', event);
      for (const late of [chunk('late'), { type: 'job:resumed' }, { type: 'job:completed' }]) {
        const body = { events: [late], from: 3, writer };
        expect(errorOf(await bed.harness.workers.append({ caller: worker, jobId: 'job-1', body }))).toMatchObject({
          status: 409,
          code: 'finished',
        });
      }
      const takeover = await bed.harness.workers.takeover({ caller: worker, jobId: 'job-1', body: {} });
      expect(errorOf(takeover)).toMatchObject({ status: 409, code: 'finished' });
      expect((await bed.read('job-1')).sequence).toBe(2);
    }),
  ),
  wireCase(
    'WIRE-EVT-14',
    'after a retryable failure the log goes on with job:resumed and nothing else',
    async (bed) => {
      await bed.create();
      await bed.append('job-1', chunk('half'), failure(true));
      const { workers } = bed.harness;
      const taken = await workers.takeover({ caller: worker, jobId: 'job-1', body: {} });
      if ('error' in taken) throw new Error(taken.error.message);
      const { writer } = taken.body;
      const early = await workers.append({
        caller: worker,
        jobId: 'job-1',
        body: { events: [chunk('no')], from: 4, writer },
      });
      expect(errorOf(early)).toMatchObject({ status: 409, code: 'finished' });
      const events = [{ type: 'job:resumed' }, chunk(' whole')];
      expect(await workers.append({ caller: worker, jobId: 'job-1', body: { events, from: 4, writer } })).toMatchObject(
        { status: 200 },
      );
      expect(await bed.read('job-1')).toMatchObject({
        status: 'running',
        channels: { output: { text: 'half whole' } },
      });
    },
  ),
  wireCase('WIRE-EVT-15', 'a replay tells what live delivery told', async (bed) => {
    const { epoch } = await bed.create();
    const { client: live } = await follow(bed);
    const events = [
      { type: 'job:started' },
      progress(10, { message: 'm' }),
      { type: 'job:step', step: { id: 's', status: 'active' } },
      chunk('a'),
      { type: 'job:paused' },
      { type: 'job:resumed' },
      { type: 'job:completed', result: 1 },
    ];
    for (const event of events) await bed.append('job-1', event);
    await bed.until(() => live.of('job:completed').length === 1, 'the end');
    const replayed = await bed.connect();
    await replayed.ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
    await bed.until(() => replayed.of('job:completed').length === 1, 'the replayed end');
    expect(replayed.events()).toEqual(live.events());
  }),
  wireCase('WIRE-EVT-16', 'chunks that come together may be merged, and cover what they are made of', async (bed) => {
    await bed.create();
    const { client, start } = await follow(bed);
    const words = Array.from({ length: 60 }, (_, index) => `${String(index)} `);
    await bed.append('job-1', ...words.map((word) => chunk(word)));
    await bed.until(() => client.of('model:chunk:v1').at(-1)?.sequence === 61, 'the chunks');
    let covered = 1;
    let length = 0;
    for (const event of client.of('model:chunk:v1')) {
      expect(event.firstSequence ?? event.sequence).toBe(covered + 1);
      expect(event.offset).toBe(length);
      expect(event.text).toBe(words.slice(covered - 1, event.sequence - 1).join(''));
      covered = event.sequence;
      length += event.text.length;
    }
    expect(fold(start, client)).toEqual(await bed.read('job-1'));
  }),
  wireCase('WIRE-EVT-16', 'a replay merges too, but never over another event, channel or epoch', async (bed) => {
    const { epoch, writer } = await bed.create();
    const start = await bed.read('job-1');
    await bed.append(
      'job-1',
      chunk('a'),
      chunk('b'),
      chunk('x', { channel: 'reasoning' }),
      chunk('c'),
      progress(1),
      chunk('d'),
    );
    await bed.harness.workers.takeover({ caller: worker, jobId: 'job-1', body: { writer } });
    await bed.append('job-1', chunk('e'), chunk('f'));
    const client = await bed.connect();
    await client.ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
    await bed.until(() => client.of('model:chunk:v1').at(-1)?.sequence === 9, 'the replay');
    expect(fold(start, client)).toEqual(await bed.read('job-1'));
    for (const { text } of client.of('model:chunk:v1'))
      expect(['ab', 'x', 'c', 'd', 'ef', 'a', 'b', 'e', 'f']).toContain(text);
  }),

  ...STARTS.map(([what, event]) =>
    wireCase('WIRE-FOLD-01', `${what} moves a queued job to running`, async (bed) => {
      await bed.create();
      expect((await bed.read('job-1')).status).toBe('queued');
      await bed.append('job-1', event);
      const job = await bed.read('job-1');
      expect(job.status).toBe('running');
      expect(job.startedAt).toBeGreaterThan(0);
    }),
  ),
  wireCase('WIRE-FOLD-02', 'job:resumed clears an error', async (bed) => {
    await bed.create();
    await bed.append('job-1', failure(true));
    expect((await bed.read('job-1')).error).toMatchObject({ code: 'busy' });
    await bed.append('job-1', { type: 'job:resumed' });
    const job = await bed.read('job-1');
    expect(job.error).toBeUndefined();
    expect(job).toMatchObject({ status: 'running', resumable: false });
  }),
  wireCase('WIRE-FOLD-03', 'job:completed is 100 per cent, and steps that were not done stay pending', async (bed) => {
    await bed.create({ steps: [{ id: 'one' }, { id: 'two' }] });
    await bed.append('job-1', { type: 'job:step', step: { id: 'one', status: 'completed' } }, progress(40), {
      type: 'job:completed',
    });
    const job = await bed.read('job-1');
    expect(job.progress).toBe(100);
    expect(job.steps.map(({ status }) => status)).toEqual(['completed', 'pending']);
  }),
  wireCase('WIRE-FOLD-04', 'a step that was not announced is added, labelled by its id', async (bed) => {
    await bed.create({ steps: [{ id: 'one', label: 'First' }] });
    await bed.append('job-1', { type: 'job:step', step: { id: 'surprise', status: 'active' } });
    expect((await bed.read('job-1')).steps.map(({ id, label }) => [id, label])).toEqual([
      ['one', 'First'],
      ['surprise', 'surprise'],
    ]);
  }),
  wireCase('WIRE-FOLD-05', 'a step remembers the progress at which it began', async (bed) => {
    await bed.create();
    await bed.append('job-1', { type: 'job:step', step: { id: 'one', status: 'active' } }, progress(30), {
      type: 'job:step',
      step: { id: 'two', status: 'active' },
    });
    const { steps } = await bed.read('job-1');
    expect(steps[0]).not.toHaveProperty('startedAtProgress');
    expect(steps[1]?.startedAtProgress).toBe(30);
  }),
  wireCase('WIRE-FOLD-06', 'a summary names the step that became active last', async (bed) => {
    await bed.create();
    await bed.append(
      'job-1',
      { type: 'job:step', step: { id: 'one', label: 'First', status: 'active' } },
      { type: 'job:step', step: { id: 'two', label: 'Second', status: 'active' } },
      { type: 'job:step', step: { id: 'one', status: 'completed' } },
    );
    const { jobs } = await (await bed.connect()).ok('jobs:watch', {});
    expect(jobs[0]?.step).toEqual({ id: 'two', label: 'Second' });
  }),
  wireCase('WIRE-FOLD-07', 'of a very long text the tail is kept, and its offset says so', async (bed) => {
    const { maxTextLength } = bed.harness.limits;
    await bed.create();
    const part = 'x'.repeat(50_000);
    for (let length = 0; length < maxTextLength * 2; length += part.length) await bed.append('job-1', chunk(part));
    const answer = await (await bed.connect()).ok('job:subscribe', { jobId: 'job-1' });
    const output = answer.job?.channels['output'];
    expect(output?.offset).toBeGreaterThan(0);
    expect(output?.text.length).toBeGreaterThanOrEqual(maxTextLength);
    const next = await bed.append('job-1', chunk('!'));
    expect(next.sequence).toBe(answer.position.sequence + 1);
  }),
  wireCase('WIRE-FOLD-07', 'a text within the bound is kept from its beginning', async (bed) => {
    await bed.create();
    await bed.append('job-1', chunk('from the beginning'));
    expect((await bed.read('job-1')).channels['output']).toEqual({ text: 'from the beginning', offset: 0 });
  }),
];
