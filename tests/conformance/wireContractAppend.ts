import { expect } from 'vitest';
import { appendTo, line, linesOf, openStream, takeOver, uploadTo } from './wireCalls.ts';
import {
  bodyOf,
  can,
  chunk,
  chunks,
  errorOf,
  progress,
  wireCase,
  wireCaseWith,
  worker,
  type WireCase,
} from './wireContractBed.ts';

const BAD_APPENDS: readonly (readonly [what: string, body: unknown])[] = [
  ['no events', { events: [] }],
  ['1,001 events', { events: chunks(1_001) }],
  ['an unknown type', { events: [{ type: 'job:danced' }] }],
  ['a second job:created', { events: [{ type: 'job:created', title: 'again' }] }],
  ['from 0', { events: [{ type: 'job:started' }], from: 0 }],
  ['from 1', { events: [{ type: 'job:started' }], from: 1 }],
  ['from 1 and more events behind it', { events: [{ type: 'job:started' }, { type: 'job:completed' }], from: 1 }],
  ['an offset that does not fit', { events: [{ type: 'model:chunk:v1', text: 'a', offset: 7 }] }],
];

export const appendCases: readonly WireCase[] = [
  wireCase('WIRE-APP-01', 'an append answers with the log’s new position', async (bed) => {
    const { epoch, writer } = await bed.create();
    const answer = await appendTo(bed, { events: chunks(3), from: 2, writer });
    expect(answer).toEqual({ status: 200, body: { epoch, sequence: 4, cancelRequested: false } });
  }),
  wireCase('WIRE-APP-02', 'where one event does not fit, none is appended', async (bed) => {
    const { writer } = await bed.create();
    const events = [chunk('fits'), chunk('does not', { offset: 99 }), chunk('neither')];
    expect(errorOf(await appendTo(bed, { events, from: 2, writer }))).toMatchObject({ status: 400 });
    expect((await bed.read('job-1')).sequence).toBe(1);
  }),
  ...BAD_APPENDS.map(([what, body]) =>
    wireCase('WIRE-APP-03', `an append with ${what} is invalid_payload`, async (bed) => {
      await bed.create();
      expect(errorOf(await appendTo(bed, body))).toMatchObject({ status: 400, code: 'invalid_payload' });
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
    await appendTo(bed, body);
    expect(await appendTo(bed, body)).toMatchObject({ status: 200, body: { sequence: 4, duplicate: true } });
    expect((await bed.read('job-1')).sequence).toBe(4);
  }),
  wireCase('WIRE-APP-06', 'a repeat of which a part is known appends the rest', async (bed) => {
    const { writer } = await bed.create();
    const events = chunks(5);
    await appendTo(bed, { events: events.slice(0, 2), from: 2, writer });
    const answer = bodyOf(await appendTo(bed, { events, from: 2, writer }));
    expect(answer).toMatchObject({ sequence: 6 });
    expect(answer.duplicate).toBeUndefined();
    const text = events.map((event) => String(event['text'])).join('');
    expect((await bed.read('job-1')).channels['output']?.text).toBe(text);
  }),
  wireCase('WIRE-APP-07', 'a hole is a gap, with the log’s last sequence', async (bed) => {
    const { writer } = await bed.create();
    const error = errorOf(await appendTo(bed, { events: chunks(1), from: 5, writer }));
    expect(error).toMatchObject({ status: 409, code: 'gap', sequence: 1 });
  }),
  wireCaseWith(['loseTail'], 'WIRE-APP-08', 'a log that lost its tail is healed by its writer', async (bed) => {
    const { writer } = await bed.create();
    const events = chunks(8);
    await appendTo(bed, { events, from: 2, writer });
    const whole = await bed.read('job-1');
    await can(bed, 'loseTail')('job-1', 4);
    const error = errorOf(await appendTo(bed, { events: chunks(1), from: 10, writer }));
    expect(error).toMatchObject({ code: 'gap', sequence: 4 });
    await appendTo(bed, { events: events.slice(3), from: 5, writer });
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
    await takeOver(bed, { writer });
    expect(errorOf(await appendTo(bed, { events: chunks(1), from: 2, writer }))).toMatchObject({
      status: 409,
      code: 'fenced',
    });
  }),
  wireCase('WIRE-APP-11', 'a finished job is finished', async (bed) => {
    const { writer } = await bed.create();
    await bed.append('job-1', { type: 'job:completed' });
    expect(errorOf(await appendTo(bed, { events: chunks(1), from: 3, writer }))).toMatchObject({
      status: 409,
      code: 'finished',
    });
  }),
  wireCase('WIRE-APP-11', 'a repeat of the last append of a finished job is a duplicate', async (bed) => {
    const { writer } = await bed.create();
    const body = { events: [chunk('a'), { type: 'job:completed' }], from: 2, writer };
    await appendTo(bed, body);
    expect(await appendTo(bed, body)).toMatchObject({ status: 200, body: { sequence: 3, duplicate: true } });
  }),
  wireCase('WIRE-APP-12', 'timestamp and offset are filled in, and kept where they are given', async (bed) => {
    await bed.create();
    await bed.append('job-1', chunk('ab'), chunk('cd', { offset: 2, timestamp: 5_000 }));
    const { messages } = await openStream(bed);
    const [, ...told] = messages.map(({ data }) => data as { text: string; offset: number; timestamp: number });
    expect(told.map(({ text }) => text).join('')).toBe('abcd');
    expect(told[0]?.offset).toBe(0);
    expect(Math.abs((told[0]?.timestamp ?? 0) - bed.harness.now())).toBeLessThan(2_000);
  }),
  wireCase('WIRE-APP-13', 'an unknown job is not_found, whatever its id looks like', async (bed) => {
    for (const jobId of ['no-such-job', '../etc', '']) {
      expect(errorOf(await appendTo(bed, { events: chunks(1) }, jobId)), jobId).toMatchObject({
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
    const upload = () => uploadTo(bed, { from: 2, writer }, [line(chunk('a'))], [line(chunk('b'))]);
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
  wireCase(
    'WIRE-APP-16',
    'a writer’s append or upload from 1 is invalid_payload, and nothing is appended',
    async (bed) => {
      const { writer } = await bed.create();
      const events = chunks(3);
      const answers = [
        await appendTo(bed, { events, from: 1, writer }),
        await uploadTo(bed, { from: 1, writer }, events.map(line)),
        await uploadTo(bed, { from: 1 }, events.map(line)),
      ];
      for (const answer of answers) expect(errorOf(answer)).toMatchObject({ status: 400, code: 'invalid_payload' });
      expect((await bed.read('job-1')).sequence).toBe(1);
    },
  ),
  wireCaseWith(
    ['loseTail'],
    'WIRE-APP-17',
    'without from, what follows a lost tail is a gap: histories are not mixed',
    async (bed) => {
      await bed.create();
      await bed.append('job-1', chunk('kept'));
      await bed.append('job-1', chunk(' lost'));
      await can(bed, 'loseTail')('job-1', 2);
      for (const answer of [
        await appendTo(bed, { events: [chunk(' new')] }),
        await uploadTo(bed, {}, [line(chunk(' new'))]),
      ]) {
        expect(errorOf(answer)).toMatchObject({ status: 409, code: 'gap', sequence: 2 });
      }
      expect((await bed.read('job-1')).channels['output']?.text).toBe('kept');
    },
  ),
];
