import { expect } from 'vitest';
import {
  chunk,
  errorOf,
  failure,
  follow,
  progress,
  wireCase,
  worker,
  type Bed,
  type WireCase,
} from './wireContractBed.ts';

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
];
