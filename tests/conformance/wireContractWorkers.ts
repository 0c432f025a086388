import type { StreamMessage } from '@regen/realtime-core';
import { expect } from 'vitest';
import {
  bodyOf,
  can,
  chunk,
  chunks,
  errorOf,
  failure,
  progress,
  user,
  wireCase,
  wireCaseWith,
  worker,
  type Bed,
  type WireCase,
} from './wireContractBed.ts';

const append = (bed: Bed, body: unknown, jobId = 'job-1') =>
  bed.harness.workers.append({ caller: worker, jobId, body });
const takeover = (bed: Bed, body: unknown = {}) =>
  bed.harness.workers.takeover({ caller: worker, jobId: 'job-1', body });
const create = (bed: Bed, body: unknown, idempotencyKey?: string) =>
  bed.harness.workers.createJob({ caller: worker, body, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) });

/** A job's server-sent events. */
async function stream(bed: Bed, place: { after?: string; lastEventId?: string } = {}, jobId = 'job-1') {
  const messages: StreamMessage[] = [];
  let ends = 0;
  const answer = await bed.harness.workers.eventStream({
    caller: user('ann'),
    jobId,
    ...place,
    send: (message) => messages.push(message),
    end: () => {
      ends += 1;
    },
  });
  await bed.harness.settle();
  return { answer, messages, ends: () => ends };
}

async function* linesOf(...parts: string[][]): AsyncGenerator<string[]> {
  for (const part of parts) {
    await Promise.resolve();
    yield part;
  }
}

const line = (event: Record<string, unknown>): string => JSON.stringify(event);

const BAD_JOBS: readonly (readonly [what: string, body: unknown])[] = [
  ['no body', undefined],
  ['no owner', { title: 'A job' }],
  ['no title', { ownerId: 'ann' }],
  ['an empty title', { ownerId: 'ann', title: '' }],
  ['a jobId that none can be', { jobId: '-x', ownerId: 'ann', title: 'A job' }],
  ['two steps of one id', { ownerId: 'ann', title: 'A job', steps: [{ id: 'a' }, { id: 'a' }] }],
];
const BAD_APPENDS: readonly (readonly [what: string, body: unknown])[] = [
  ['no events', { events: [] }],
  ['1,001 events', { events: chunks(1_001) }],
  ['an unknown type', { events: [{ type: 'job:danced' }] }],
  ['a second job:created', { events: [{ type: 'job:created', title: 'again' }] }],
  ['from 0', { events: [{ type: 'job:started' }], from: 0 }],
  ['an offset that does not fit', { events: [{ type: 'model:chunk:v1', text: 'a', offset: 7 }] }],
];

export const workerCases: readonly WireCase[] = [
  wireCase('WIRE-CRE-01', 'a new job is 201 with its epoch, its writer token and sequence 1', async (bed) => {
    const answer = await create(bed, { jobId: 'job-1', ownerId: 'ann', title: 'A job', metadata: { source: 'test' } });
    expect(answer).toMatchObject({ status: 201, body: { jobId: 'job-1', sequence: 1 } });
    const { epoch, writer } = bodyOf(answer);
    expect(epoch).not.toBe('');
    expect(writer).not.toBe('');
  }),
  wireCase('WIRE-CRE-01', 'without a jobId the server chooses one', async (bed) => {
    const one = bodyOf(await create(bed, { ownerId: 'ann', title: 'A job' }));
    const other = bodyOf(await create(bed, { ownerId: 'ann', title: 'A job' }));
    expect(one.jobId).not.toBe(other.jobId);
    expect((await bed.read(one.jobId)).title).toBe('A job');
  }),
  wireCase('WIRE-CRE-02', 'the same Idempotency-Key is 200 with the same answer, kept per owner', async (bed) => {
    const first = await create(bed, { ownerId: 'ann', title: 'A job' }, 'key-1');
    const again = await create(bed, { ownerId: 'ann', title: 'A job' }, 'key-1');
    expect(again).toEqual({ status: 200, body: bodyOf(first) });
    const other = await create(bed, { ownerId: 'bob', title: 'A job' }, 'key-1');
    expect(other.status).toBe(201);
    expect(bodyOf(other).jobId).not.toBe(bodyOf(first).jobId);
  }),
  wireCase(
    'WIRE-CRE-03',
    'the same jobId alone is 200 with the position as it is now, without a writer',
    async (bed) => {
      const { epoch } = await bed.create();
      await bed.append('job-1', chunk('a'));
      const again = await create(bed, { jobId: 'job-1', ownerId: 'ann', title: 'Other words' });
      expect(again).toEqual({ status: 200, body: { jobId: 'job-1', epoch, sequence: 2 } });
    },
  ),
  wireCase('WIRE-CRE-04', 'a jobId of another owner is a conflict', async (bed) => {
    await bed.create();
    expect(errorOf(await create(bed, { jobId: 'job-1', ownerId: 'bob', title: 'A job' }))).toMatchObject({
      status: 409,
      code: 'conflict',
    });
  }),
  ...BAD_JOBS.map(([what, body]) =>
    wireCase('WIRE-CRE-05', `a job with ${what} is invalid_payload`, async (bed) => {
      expect(errorOf(await create(bed, body))).toMatchObject({ status: 400, code: 'invalid_payload' });
    }),
  ),
  wireCase('WIRE-CRE-06', 'what is for workers is unauthorized for users', async (bed) => {
    const { writer } = await bed.create();
    const { workers } = bed.harness;
    const caller = user('ann');
    const answers = [
      await workers.createJob({ caller, body: { ownerId: 'ann', title: 'Mine' } }),
      await workers.append({ caller, jobId: 'job-1', body: { events: [chunk('x')] } }),
      await workers.heartbeat({ caller, jobId: 'job-1', body: { writer } }),
      await workers.takeover({ caller, jobId: 'job-1', body: { writer } }),
      await workers.controlStream({ caller, send: () => undefined }),
      await workers.list({ caller: worker }),
    ];
    for (const answer of answers) expect(errorOf(answer)).toMatchObject({ status: 401, code: 'unauthorized' });
    expect((await bed.read('job-1')).sequence).toBe(1);
  }),

  wireCase('WIRE-APP-01', 'an append answers with the log’s new position', async (bed) => {
    const { epoch, writer } = await bed.create();
    const answer = await append(bed, { events: chunks(3), from: 2, writer });
    expect(answer).toEqual({ status: 200, body: { epoch, sequence: 4, cancelRequested: false } });
  }),
  wireCase('WIRE-APP-02', 'where one event does not fit, none is appended', async (bed) => {
    const { writer } = await bed.create();
    const events = [chunk('fits'), chunk('does not', { offset: 99 }), chunk('neither')];
    expect(errorOf(await append(bed, { events, from: 2, writer }))).toMatchObject({ status: 400 });
    expect((await bed.read('job-1')).sequence).toBe(1);
  }),
  ...BAD_APPENDS.map(([what, body]) =>
    wireCase('WIRE-APP-03', `an append with ${what} is invalid_payload`, async (bed) => {
      await bed.create();
      expect(errorOf(await append(bed, body))).toMatchObject({ status: 400, code: 'invalid_payload' });
      expect((await bed.read('job-1')).sequence).toBe(1);
    }),
  ),
  wireCase('WIRE-APP-03', '1,000 events are one append', async (bed) => {
    await bed.create();
    expect(await bed.append('job-1', ...chunks(1_000, 1))).toMatchObject({ sequence: 1_001 });
  }),
  wireCaseWith(['request'], 'WIRE-APP-04', 'a body of more than 1 MB is 413', async (bed) => {
    await bed.create();
    const body = JSON.stringify({ events: Array.from({ length: 8 }, () => chunk('x'.repeat(150_000))) });
    const headers = { 'content-type': 'application/json', authorization: 'Bearer dev-worker-key' };
    expect(await can(bed, 'request')('/v1/jobs/job-1/events', { method: 'POST', headers, body })).toBe(413);
  }),
  wireCase('WIRE-APP-05', 'a repeat is answered as a duplicate and appends nothing', async (bed) => {
    const { writer } = await bed.create();
    const body = { events: chunks(3), from: 2, writer };
    await append(bed, body);
    expect(await append(bed, body)).toMatchObject({ status: 200, body: { sequence: 4, duplicate: true } });
    expect((await bed.read('job-1')).sequence).toBe(4);
  }),
  wireCase('WIRE-APP-06', 'a repeat of which a part is known appends the rest', async (bed) => {
    const { writer } = await bed.create();
    const events = chunks(5);
    await append(bed, { events: events.slice(0, 2), from: 2, writer });
    const answer = bodyOf(await append(bed, { events, from: 2, writer }));
    expect(answer).toMatchObject({ sequence: 6 });
    expect(answer.duplicate).toBeUndefined();
    const text = events.map((event) => String(event['text'])).join('');
    expect((await bed.read('job-1')).channels['output']?.text).toBe(text);
  }),
  wireCase('WIRE-APP-07', 'a hole is a gap, with the log’s last sequence', async (bed) => {
    const { writer } = await bed.create();
    const error = errorOf(await append(bed, { events: chunks(1), from: 5, writer }));
    expect(error).toMatchObject({ status: 409, code: 'gap', sequence: 1 });
  }),
  wireCaseWith(['loseTail'], 'WIRE-APP-08', 'a log that lost its tail is healed by its writer', async (bed) => {
    const { writer } = await bed.create();
    const events = chunks(8);
    await append(bed, { events, from: 2, writer });
    const whole = await bed.read('job-1');
    await can(bed, 'loseTail')('job-1', 4);
    const error = errorOf(await append(bed, { events: chunks(1), from: 10, writer }));
    expect(error).toMatchObject({ code: 'gap', sequence: 4 });
    await append(bed, { events: events.slice(3), from: 5, writer });
    expect((await bed.read('job-1')).channels).toEqual(whole.channels);
  }),
  wireCase('WIRE-APP-09', 'without from the server numbers the events', async (bed) => {
    await bed.create();
    expect(await bed.append('job-1', chunk('a'))).toMatchObject({ sequence: 2 });
    expect(await bed.append('job-1', chunk('a'))).toMatchObject({ sequence: 3 });
    expect((await bed.read('job-1')).channels['output']?.text).toBe('aa');
  }),
  wireCase('WIRE-APP-10', 'an old writer is fenced', async (bed) => {
    const { writer } = await bed.create();
    await takeover(bed, { writer });
    expect(errorOf(await append(bed, { events: chunks(1), from: 2, writer }))).toMatchObject({
      status: 409,
      code: 'fenced',
    });
  }),
  wireCase('WIRE-APP-11', 'a finished job is finished', async (bed) => {
    const { writer } = await bed.create();
    await bed.append('job-1', { type: 'job:completed' });
    expect(errorOf(await append(bed, { events: chunks(1), from: 3, writer }))).toMatchObject({
      status: 409,
      code: 'finished',
    });
  }),
  wireCase('WIRE-APP-11', 'a repeat of the last append of a finished job is a duplicate', async (bed) => {
    const { writer } = await bed.create();
    const body = { events: [chunk('a'), { type: 'job:completed' }], from: 2, writer };
    await append(bed, body);
    expect(await append(bed, body)).toMatchObject({ status: 200, body: { sequence: 3, duplicate: true } });
  }),
  wireCase('WIRE-APP-12', 'timestamp and offset are filled in, and kept where they are given', async (bed) => {
    await bed.create();
    await bed.append('job-1', chunk('ab'), chunk('cd', { offset: 2, timestamp: 5_000 }));
    const { messages } = await stream(bed);
    const [, ...told] = messages.map(({ data }) => data as { text: string; offset: number; timestamp: number });
    expect(told.map(({ text }) => text).join('')).toBe('abcd');
    expect(told[0]?.offset).toBe(0);
    expect(Math.abs((told[0]?.timestamp ?? 0) - bed.harness.now())).toBeLessThan(2_000);
  }),
  wireCase('WIRE-APP-13', 'an unknown job is not_found, whatever its id looks like', async (bed) => {
    for (const jobId of ['no-such-job', '../etc', '']) {
      expect(errorOf(await append(bed, { events: chunks(1) }, jobId)), jobId).toMatchObject({
        status: 404,
        code: 'not_found',
      });
    }
  }),
  wireCase('WIRE-APP-14', 'a long upload is appended as it arrives, with one answer', async (bed) => {
    const { writer, epoch } = await bed.create();
    const client = await bed.connect();
    await client.ok('job:subscribe', { jobId: 'job-1' });
    let go = (): void => undefined;
    const halfway = new Promise<void>((resolve) => {
      go = resolve;
    });
    async function* parts(): AsyncGenerator<string[]> {
      yield [line(chunk('first ')), line(progress(50))];
      await halfway;
      yield [line(chunk('second')), ''];
    }
    const answer = bed.harness.workers.appendLines({ caller: worker, jobId: 'job-1', from: 2, writer, parts: parts() });
    await bed.until(() => client.of('job:progress').length === 1, 'the first part');
    go();
    expect(await answer).toEqual({ status: 200, body: { epoch, sequence: 4, cancelRequested: false } });
  }),
  wireCase('WIRE-APP-14', 'a repeated upload is a duplicate', async (bed) => {
    const { writer } = await bed.create();
    const upload = () =>
      bed.harness.workers.appendLines({
        caller: worker,
        jobId: 'job-1',
        from: 2,
        writer,
        parts: linesOf([line(chunk('a'))], [line(chunk('b'))]),
      });
    await upload();
    expect(await upload()).toMatchObject({ status: 200, body: { sequence: 3, duplicate: true } });
  }),
  wireCase('WIRE-APP-15', 'after a line that does not fit the earlier lines stay', async (bed) => {
    const { writer } = await bed.create();
    const parts = linesOf([line(chunk('kept')), line(chunk(' too')), '{"type":', line(chunk('never'))]);
    const answer = await bed.harness.workers.appendLines({ caller: worker, jobId: 'job-1', from: 2, writer, parts });
    const error = errorOf(answer);
    expect(error).toMatchObject({ status: 400, code: 'invalid_payload' });
    expect(error.message).toContain('3');
    expect((await bed.read('job-1')).channels['output']?.text).toBe('kept too');
  }),

  wireCase('WIRE-LEA-01', 'heartbeats keep the lease', async (bed) => {
    const { leaseMs } = bed.harness.timings;
    const { writer } = await bed.create();
    for (let beat = 0; beat < 4; beat += 1) {
      await bed.harness.advance(leaseMs * 0.6);
      const answer = await bed.harness.workers.heartbeat({ caller: worker, jobId: 'job-1', body: { writer } });
      expect(answer).toEqual({ status: 200, body: { cancelRequested: false } });
    }
    expect(errorOf(await takeover(bed))).toMatchObject({ code: 'leased' });
  }),
  wireCase('WIRE-LEA-02', 'appends keep the lease', async (bed) => {
    const { leaseMs } = bed.harness.timings;
    const { writer } = await bed.create();
    for (let part = 0; part < 3; part += 1) {
      await bed.harness.advance(leaseMs * 0.6);
      await append(bed, { events: [progress(part)], from: part + 2, writer });
    }
    expect(errorOf(await takeover(bed))).toMatchObject({ code: 'leased' });
  }),
  wireCase('WIRE-LEA-03', 'the current token takes over at once, with a new token and epoch', async (bed) => {
    const { writer, epoch } = await bed.create();
    await bed.append('job-1', chunk('a'));
    const taken = bodyOf(await takeover(bed, { writer }));
    expect(taken.sequence).toBe(2);
    expect(taken.writer).not.toBe(writer);
    expect(taken.epoch).not.toBe(epoch);
    expect(await append(bed, { events: [chunk('b')], from: 3, writer: taken.writer })).toMatchObject({ status: 200 });
  }),
  wireCase(
    'WIRE-LEA-04',
    'a token that is not the current one is fenced, also when the lease has run out',
    async (bed) => {
      await bed.create();
      expect(errorOf(await takeover(bed, { writer: 'someone-elses' }))).toMatchObject({ status: 409, code: 'fenced' });
      await bed.harness.advance(bed.harness.timings.leaseMs + 500);
      expect(errorOf(await takeover(bed, { writer: 'someone-elses' }))).toMatchObject({ status: 409, code: 'fenced' });
    },
  ),
  wireCase('WIRE-LEA-05', 'without a token a takeover succeeds once the lease has run out', async (bed) => {
    await bed.create();
    await bed.harness.advance(bed.harness.timings.leaseMs + 500);
    expect(await takeover(bed)).toMatchObject({ status: 200, body: { sequence: 1 } });
    expect(errorOf(await takeover(bed))).toMatchObject({ code: 'leased' });
  }),
  wireCase('WIRE-LEA-06', 'a job that waits to be resumed can be taken over without a token', async (bed) => {
    await bed.create();
    await bed.append('job-1', failure(true));
    expect(await takeover(bed)).toMatchObject({ status: 200, body: { sequence: 2 } });
    await bed.create({ jobId: 'job-2' });
    await bed.append('job-2', { type: 'job:paused' });
    expect(await bed.harness.workers.takeover({ caller: worker, jobId: 'job-2', body: {} })).toMatchObject({
      status: 200,
    });
  }),
  wireCase('WIRE-LEA-07', 'while the lease lives a takeover without a token is told when to try again', async (bed) => {
    const { leaseMs } = bed.harness.timings;
    await bed.create();
    await bed.harness.advance(leaseMs / 2);
    const { status, code, retryAfterMs = 0 } = errorOf(await takeover(bed));
    expect([status, code]).toEqual([409, 'leased']);
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(leaseMs / 2 + 500);
    await bed.harness.advance(retryAfterMs + 1);
    expect(await takeover(bed)).toMatchObject({ status: 200 });
  }),
  wireCase('WIRE-LEA-08', 'the worker that was replaced can neither write, beat nor take over', async (bed) => {
    const { writer } = await bed.create();
    await takeover(bed, { writer });
    expect(errorOf(await append(bed, { events: chunks(1), from: 2, writer })).code).toBe('fenced');
    expect(
      errorOf(await bed.harness.workers.heartbeat({ caller: worker, jobId: 'job-1', body: { writer } })).code,
    ).toBe('fenced');
    expect(errorOf(await takeover(bed, { writer })).code).toBe('fenced');
    expect((await bed.read('job-1')).sequence).toBe(1);
  }),
  wireCase('WIRE-LEA-08', 'a heartbeat or takeover of an unknown job is not_found', async (bed) => {
    expect(errorOf(await takeover(bed)).code).toBe('not_found');
    const beat = await bed.harness.workers.heartbeat({ caller: worker, jobId: 'job-1', body: { writer: 'w' } });
    expect(errorOf(beat)).toMatchObject({ status: 404, code: 'not_found' });
  }),

  wireCase('WIRE-CTL-01', 'cancel and resume come as they are asked for, also over HTTP', async (bed) => {
    await bed.create();
    const heard: unknown[] = [];
    const { workers } = bed.harness;
    await workers.controlStream({ caller: worker, send: (message) => heard.push(message) });
    await workers.cancel({ caller: user('ann'), jobId: 'job-1', body: { reason: 'stop' } });
    await bed.append('job-1', { type: 'job:paused' });
    await workers.resume({ caller: user('ann'), jobId: 'job-1' });
    await bed.until(() => heard.length === 2, 'both');
    expect(heard).toEqual([
      { event: 'cancel', data: { jobId: 'job-1', reason: 'stop' } },
      { event: 'resume', data: { jobId: 'job-1' } },
    ]);
  }),
  wireCase('WIRE-CTL-02', 'what is pending comes first, what was answered does not come', async (bed) => {
    const { workers } = bed.harness;
    for (const jobId of ['job-1', 'job-2', 'job-3']) await bed.create({ jobId });
    await workers.cancel({ caller: worker, jobId: 'job-1', body: {} });
    await workers.cancel({ caller: worker, jobId: 'job-2', body: {} });
    await bed.append('job-2', { type: 'job:cancelled' });
    await bed.append('job-3', failure(true));
    await workers.resume({ caller: worker, jobId: 'job-3' });
    const heard: { event: string; data: { jobId: string } }[] = [];
    await workers.controlStream({ caller: worker, send: (message) => heard.push(message) });
    await bed.until(() => heard.length === 2, 'what is pending');
    expect(heard.map(({ event, data }) => `${event} ${data.jobId}`).toSorted()).toEqual([
      'cancel job-1',
      'resume job-3',
    ]);
  }),
  wireCase('WIRE-CTL-03', 'a worker of one kind hears of jobs of that kind alone', async (bed) => {
    await bed.create({ kind: 'image' });
    await bed.create({ jobId: 'job-2', kind: 'text' });
    const heard: { data: { jobId: string } }[] = [];
    const { workers } = bed.harness;
    await workers.cancel({ caller: worker, jobId: 'job-1', body: {} });
    await workers.controlStream({ caller: worker, kind: 'text', send: (message) => heard.push(message) });
    await workers.cancel({ caller: worker, jobId: 'job-2', body: {} });
    await bed.until(() => heard.length > 0, 'the request');
    expect(heard.map(({ data }) => data.jobId)).toEqual(['job-2']);
  }),
  wireCase('WIRE-CTL-03', 'a stream that is closed hears nothing more', async (bed) => {
    await bed.create();
    const heard: unknown[] = [];
    const open = await bed.harness.workers.controlStream({ caller: worker, send: (message) => heard.push(message) });
    if ('error' in open) throw new Error(open.error.message);
    open.close();
    await bed.harness.workers.cancel({ caller: worker, jobId: 'job-1', body: {} });
    await bed.harness.advance(50);
    expect(heard).toEqual([]);
  }),
  wireCase('WIRE-CTL-04', 'a resume goes to all workers, and the first takeover wins', async (bed) => {
    await bed.create();
    await bed.append('job-1', failure(true));
    const heard: unknown[] = [];
    const { workers } = bed.harness;
    await workers.controlStream({ caller: worker, send: (message) => heard.push(message) });
    await workers.controlStream({ caller: worker, send: (message) => heard.push(message) });
    await workers.resume({ caller: user('ann'), jobId: 'job-1' });
    await bed.until(() => heard.length === 2, 'both');
    const answers = await Promise.all([takeover(bed), takeover(bed)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  }),

  wireCase('WIRE-READ-01', 'a worker and the owner read a job; for others there is none', async (bed) => {
    await bed.create();
    const { workers } = bed.harness;
    const mine = bodyOf(await workers.get({ caller: user('ann'), jobId: 'job-1' }));
    expect(mine.job).toEqual(await bed.read('job-1'));
    const foreign = errorOf(await workers.get({ caller: user('bob'), jobId: 'job-1' }));
    expect(foreign).toMatchObject({ status: 404, code: 'not_found' });
    expect(errorOf(await workers.get({ caller: user('bob'), jobId: 'none' }))).toEqual(foreign);
  }),
  wireCase(
    'WIRE-READ-02',
    'a stream begins with the first event; name and position of each are its own',
    async (bed) => {
      const { epoch } = await bed.create();
      await bed.append('job-1', { type: 'job:started' });
      const { messages } = await stream(bed);
      await bed.until(() => messages.length === 2, 'the events');
      expect(messages.map(({ event, id }) => [event, id])).toEqual([
        ['job:created', `${epoch}:1`],
        ['job:started', `${epoch}:2`],
      ]);
      await bed.append('job-1', progress(5));
      await bed.until(() => messages.length === 3, 'the live event');
      expect(messages[2]).toMatchObject({
        event: 'job:progress',
        id: `${epoch}:3`,
        data: { progress: 5, sequence: 3 },
      });
    },
  ),
  wireCase('WIRE-READ-02', 'the stream of another owner’s job is not_found', async (bed) => {
    await bed.create({ ownerId: 'bob' });
    expect(errorOf((await stream(bed)).answer)).toMatchObject({ status: 404, code: 'not_found' });
  }),
  wireCase('WIRE-READ-03', 'after a position only what follows comes; what is no position is invalid', async (bed) => {
    const { epoch } = await bed.create();
    await bed.append('job-1', progress(1), progress(2));
    const { messages } = await stream(bed, { after: `${epoch}:2` });
    await bed.until(() => messages.length === 1, 'the event');
    expect(messages[0]?.id).toBe(`${epoch}:3`);
    expect(errorOf((await stream(bed, { after: 'yesterday' })).answer)).toMatchObject({
      status: 400,
      code: 'invalid_payload',
    });
  }),
  wireCase('WIRE-READ-04', 'Last-Event-ID wins over after', async (bed) => {
    const { epoch } = await bed.create();
    await bed.append('job-1', progress(1), progress(2));
    const { messages } = await stream(bed, { after: `${epoch}:1`, lastEventId: `${epoch}:2` });
    await bed.until(() => messages.length > 0, 'the event');
    expect(messages.map(({ id }) => id)).toEqual([`${epoch}:3`]);
  }),
  wireCase('WIRE-READ-05', 'where the position cannot be honoured a snapshot comes as job:reset', async (bed) => {
    const { epoch } = await bed.create();
    await bed.append('job-1', chunk('all'));
    const { messages } = await stream(bed, { after: 'unknown:7' });
    await bed.until(() => messages.length > 0, 'the reset');
    expect(messages[0]).toMatchObject({
      event: 'job:reset',
      id: `${epoch}:2`,
      data: { position: { epoch, sequence: 2 } },
    });
  }),
  wireCase('WIRE-READ-06', 'a stream ends after a final event, and asked again then it is 204', async (bed) => {
    const { epoch } = await bed.create();
    const first = await stream(bed);
    await bed.append('job-1', chunk('all'), { type: 'job:completed' });
    await bed.until(() => first.ends() > 0, 'the end');
    expect(first.ends()).toBe(1);
    expect(first.messages.at(-1)?.event).toBe('job:completed');
    const again = await stream(bed, { lastEventId: `${epoch}:3` });
    expect(again.answer).toEqual({ status: 204 });
    expect(again.messages).toEqual([]);
  }),
  wireCase('WIRE-READ-06', 'a retryable failure does not end a stream', async (bed) => {
    await bed.create();
    const { messages, ends } = await stream(bed);
    await bed.append('job-1', failure(true));
    await bed.until(() => messages.some(({ event }) => event === 'job:failed'), 'the failure');
    expect(ends()).toBe(0);
  }),
  wireCase('WIRE-READ-07', 'an owner’s jobs come in pages, the newest first', async (bed) => {
    const { workers } = bed.harness;
    for (let count = 0; count < 5; count += 1) {
      await bed.create({ jobId: `job-${String(count)}` });
      await bed.harness.advance(5);
    }
    await bed.create({ jobId: 'bobs', ownerId: 'bob' });
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = bodyOf(
        await workers.list({ caller: user('ann'), limit: 2, ...(cursor === undefined ? {} : { cursor }) }),
      );
      expect(page.jobs.length).toBeLessThanOrEqual(2);
      ids.push(...page.jobs.map(({ jobId }) => jobId));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(ids).toEqual(['job-4', 'job-3', 'job-2', 'job-1', 'job-0']);
  }),
  wireCase('WIRE-READ-07', 'a list by status; what is no status, limit or cursor is invalid', async (bed) => {
    const { workers } = bed.harness;
    const caller = user('ann');
    await bed.create();
    await bed.create({ jobId: 'job-2' });
    await bed.append('job-2', { type: 'job:completed' });
    const done = bodyOf(await workers.list({ caller, status: 'completed' }));
    expect(done.jobs.map(({ jobId }) => jobId)).toEqual(['job-2']);
    for (const wrong of [{ status: 'done' }, { limit: 0 }, { limit: 10_000 }, { cursor: 'no-such-cursor' }]) {
      expect(errorOf(await workers.list({ caller, ...wrong })), JSON.stringify(wrong)).toMatchObject({ status: 400 });
    }
  }),
  wireCase('WIRE-READ-08', 'cancel and resume over HTTP answer as the commands do', async (bed) => {
    const { workers } = bed.harness;
    await bed.create();
    expect(await workers.resume({ caller: user('ann'), jobId: 'job-1' })).toEqual({
      status: 200,
      body: { state: 'not_resumable' },
    });
    expect(await workers.cancel({ caller: user('ann'), jobId: 'job-1', body: {} })).toEqual({
      status: 200,
      body: { state: 'requested' },
    });
    expect(await workers.cancel({ caller: worker, jobId: 'job-1', body: undefined })).toEqual({
      status: 200,
      body: { state: 'already_requested' },
    });
    expect(errorOf(await workers.cancel({ caller: user('bob'), jobId: 'job-1', body: {} })).status).toBe(404);
    await bed.append('job-1', { type: 'job:cancelled' });
    expect(await workers.cancel({ caller: worker, jobId: 'job-1', body: {} })).toEqual({
      status: 200,
      body: { state: 'already_finished' },
    });
  }),
];
