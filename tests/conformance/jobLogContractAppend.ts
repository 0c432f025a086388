import type { IngestEvent } from '@regen/realtime-shared';
import { expect } from 'vitest';
import {
  append,
  chunk,
  create,
  fatal,
  logCase,
  readAll,
  retryable,
  sequences,
  snapshot,
  snapshotRead,
  takeOver,
  type LogCase,
} from './jobLogBed.ts';

export const appendCases: readonly LogCase[] = [
  logCase('LOG-APPEND-01', 'events are numbered without holes and carry job and epoch', async ({ log }) => {
    const { epoch } = await create(log);
    expect(await append(log, { type: 'job:started' }, chunk('a'))).toEqual({
      kind: 'appended',
      epoch,
      sequence: 3,
      cancelRequested: false,
    });
    await append(log, chunk('b'));
    const events = await readAll(log);
    expect(sequences(events)).toEqual([1, 2, 3, 4]);
    expect(events.every((event) => event.epoch === epoch && event.jobId === 'job-1')).toBe(true);
  }),

  logCase('LOG-APPEND-02', 'a timestamp that is left out is filled; one that is given stays', async ({ log, now }) => {
    await create(log);
    await append(log, { type: 'job:started', timestamp: 5 }, chunk('a'));
    expect((await readAll(log)).slice(1)).toMatchObject([{ timestamp: 5 }, { timestamp: now() }]);
  }),

  logCase('LOG-APPEND-03', 'an offset that is left out is filled, for each channel by itself', async ({ log }) => {
    await create(log);
    await append(log, chunk('ab'), { ...chunk('why'), channel: 'reasoning' } as IngestEvent, chunk('c'));
    await append(log, chunk('👋'), chunk('d'));
    const offsets = (await readAll(log)).flatMap((event) => (event.type === 'model:chunk:v1' ? [event.offset] : []));
    expect(offsets).toEqual([0, 0, 2, 3, 5]);
  }),

  logCase('LOG-APPEND-04', 'an offset that fits is taken', async ({ log }) => {
    await create(log);
    await append(log, chunk('abc'));
    await append(log, { type: 'model:chunk:v1', text: 'd', offset: 3 });
    expect((await snapshot(log)).channels['output']).toEqual({ text: 'abcd', offset: 0 });
  }),

  logCase(
    'LOG-APPEND-05',
    'an offset that does not fit is invalid, and nothing of the call is appended',
    async ({ log }) => {
      await create(log);
      const result = await log.append({
        jobId: 'job-1',
        events: [chunk('abc'), { type: 'model:chunk:v1', text: 'd', offset: 7 }],
      });
      expect(result).toMatchObject({ kind: 'invalid' });
      expect(result.kind === 'invalid' && result.message).toContain('events.1.offset');
      expect(await readAll(log)).toHaveLength(1);
    },
  ),

  logCase('LOG-APPEND-06', 'a repeat of what is held is a duplicate and appends nothing', async ({ log }) => {
    const { writer, epoch } = await create(log);
    const call = { jobId: 'job-1', writer, from: 2, events: [chunk('a'), chunk('b')] };
    await log.append(call);
    expect(await log.append(call)).toEqual({ kind: 'duplicate', epoch, sequence: 3, cancelRequested: false });
    expect(await readAll(log)).toHaveLength(3);
  }),

  logCase('LOG-APPEND-07', 'a partial repeat appends the rest', async ({ log }) => {
    const { writer } = await create(log);
    await log.append({ jobId: 'job-1', writer, from: 2, events: [chunk('a'), chunk('b')] });
    const result = await log.append({ jobId: 'job-1', writer, from: 3, events: [chunk('b'), chunk('c'), chunk('d')] });
    expect(result).toMatchObject({ kind: 'appended', sequence: 5 });
    expect((await snapshot(log)).channels['output']?.text).toBe('abcd');
  }),

  logCase('LOG-APPEND-08', 'a hole is a gap with the last sequence of the log', async ({ log }) => {
    const { writer } = await create(log);
    await append(log, chunk('a'));
    expect(await log.append({ jobId: 'job-1', writer, from: 4, events: [chunk('c')] })).toEqual({
      kind: 'gap',
      sequence: 2,
    });
    expect(await readAll(log)).toHaveLength(2);
  }),

  logCase('LOG-APPEND-09', 'a token that is not the current one is fenced, even for a repeat', async ({ log }) => {
    const { writer } = await create(log);
    await append(log, chunk('a'));
    await takeOver(log, writer);
    for (const from of [2, 3, 9]) {
      expect(await log.append({ jobId: 'job-1', writer, from, events: [chunk('a')] })).toEqual({ kind: 'fenced' });
    }
    expect(await readAll(log)).toHaveLength(2);
  }),

  logCase('LOG-APPEND-10', 'after each final event anything is refused as finished', async ({ log }) => {
    const ends: IngestEvent[] = [{ type: 'job:completed' }, { type: 'job:cancelled' }, fatal];
    for (const [index, end] of ends.entries()) {
      const jobId = `job-${String(index)}`;
      await create(log, { jobId });
      await log.append({ jobId, events: [end] });
      for (const event of [chunk('a'), { type: 'job:resumed' } as const, end]) {
        expect(await log.append({ jobId, events: [event] })).toEqual({ kind: 'finished' });
      }
    }
  }),

  logCase('LOG-APPEND-11', 'a repeat of the final append is a duplicate, not finished', async ({ log }) => {
    const { writer } = await create(log);
    const call = { jobId: 'job-1', writer, from: 2, events: [chunk('a'), { type: 'job:completed' } as const] };
    await log.append(call);
    expect(await log.append(call)).toMatchObject({ kind: 'duplicate', sequence: 3 });
  }),

  logCase('LOG-APPEND-12', 'an event behind the end in one call makes the whole call invalid', async ({ log }) => {
    await create(log);
    const result = await log.append({ jobId: 'job-1', events: [{ type: 'job:completed' }, chunk('a')] });
    expect(result).toMatchObject({ kind: 'invalid' });
    expect(await readAll(log)).toHaveLength(1);
  }),

  logCase('LOG-APPEND-13', 'after a retryable failure only job:resumed is taken', async ({ log }) => {
    await create(log);
    await append(log, retryable);
    expect(await log.append({ jobId: 'job-1', events: [chunk('a')] })).toEqual({ kind: 'finished' });
    await append(log, { type: 'job:resumed' }, chunk('a'));
    expect(await snapshot(log)).toMatchObject({ status: 'running', sequence: 4 });
    expect(await snapshot(log)).not.toHaveProperty('error');
  }),

  logCase('LOG-APPEND-14', 'a job that is not there is missing', async ({ log }) => {
    expect(await log.append({ jobId: 'job-1', events: [chunk('a')] })).toEqual({ kind: 'missing' });
  }),

  logCase('LOG-APPEND-15', 'appends at once take their places one after the other', async ({ log }) => {
    await create(log);
    await Promise.all(Array.from({ length: 20 }, (_, index) => append(log, chunk(`${String(index)},`), chunk(';'))));
    const events = await readAll(log);
    expect(sequences(events)).toEqual(Array.from({ length: 41 }, (_, index) => index + 1));
    let end = 0;
    for (const event of events) {
      if (event.type !== 'model:chunk:v1') continue;
      expect(event.offset).toBe(end);
      end += event.text.length;
    }
  }),

  logCase(
    'LOG-APPEND-16',
    'without from, a log behind the last answer is a gap: histories are not mixed',
    async (harness) => {
      const { log, faults } = harness;
      await create(log);
      const answered = await append(log, chunk('a'), chunk('b'));
      await faults.loseTail('job-1', 2);
      const events = [chunk('c')];
      expect(await log.append({ jobId: 'job-1', events, notBefore: answered })).toEqual({ kind: 'gap', sequence: 2 });
      const { epoch } = await snapshotRead(log).then(({ head }) => head);
      expect(await log.append({ jobId: 'job-1', events, notBefore: { epoch, sequence: 2 } })).toMatchObject({
        kind: 'appended',
        sequence: 3,
      });
    },
  ),

  logCase('LOG-APPEND-17', 'every answer says whether a cancel is wanted', async ({ log }) => {
    const { writer } = await create(log);
    await log.requestCancel({ jobId: 'job-1' });
    const call = { jobId: 'job-1', writer, from: 2, events: [chunk('a')] };
    expect(await log.append(call)).toMatchObject({ kind: 'appended', cancelRequested: true });
    expect(await log.append(call)).toMatchObject({ kind: 'duplicate', cancelRequested: true });
  }),

  logCase('LOG-APPEND-18', 'chunks of a paused job leave it paused', async ({ log }) => {
    await create(log);
    await append(log, { type: 'job:paused', reason: 'asks' }, chunk('a'));
    expect(await snapshot(log)).toMatchObject({ status: 'paused', resumable: true, reason: 'asks' });
  }),
  logCase('LOG-APPEND-19', 'of a finished job a hole is finished, not a gap', async ({ log }) => {
    for (const [index, end] of [{ type: 'job:completed' } as const, fatal, retryable].entries()) {
      const jobId = `job-${String(index)}`;
      const { writer } = await create(log, { jobId });
      await log.append({ jobId, writer, from: 2, events: [end] });
      expect(await log.append({ jobId, writer, from: 9, events: [chunk('a')] })).toEqual({ kind: 'finished' });
    }
  }),

  logCase(
    'LOG-APPEND-20',
    'another event under a sequence that is held is a conflict, and appends nothing',
    async ({ log }) => {
      const { writer } = await create(log);
      await log.append({ jobId: 'job-1', writer, from: 2, events: [chunk('a'), chunk('b')] });
      await append(log, { type: 'job:progress', progress: 50 });
      const others: { from: number; events: IngestEvent[]; at: number }[] = [
        { from: 4, events: [chunk('c')], at: 4 },
        { from: 3, events: [chunk('b'), chunk('c'), chunk('d')], at: 4 },
        { from: 2, events: [chunk('a'), { ...chunk('b'), channel: 'reasoning' } as IngestEvent], at: 3 },
        { from: 2, events: [chunk('a'), { type: 'model:chunk:v1', text: 'b', offset: 0 }], at: 3 },
        { from: 4, events: [{ type: 'job:progress', progress: 50, message: 'half' }], at: 4 },
        { from: 4, events: [{ type: 'job:completed' }], at: 4 },
      ];
      for (const { at, ...other } of others) {
        expect(await log.append({ jobId: 'job-1', writer, ...other })).toEqual({ kind: 'conflict', at, sequence: 4 });
      }
      expect(await readAll(log)).toHaveLength(4);
      expect(await log.append({ jobId: 'job-1', writer, from: 5, events: [chunk('c')] })).toMatchObject({
        sequence: 5,
      });
    },
  ),

  logCase(
    'LOG-APPEND-21',
    'a repeat is the same whatever it calls the time, and with what the log filled in or without',
    async ({ log }) => {
      const { writer } = await create(log);
      const result = { rows: [1, { a: null, b: 'x' }] };
      const step = { id: 's', status: 'active' } as const;
      const events: IngestEvent[] = [
        chunk('ab'),
        chunk('c'),
        { type: 'job:step', step },
        { type: 'job:completed', result },
      ];
      const call = { jobId: 'job-1', writer, from: 2 };
      await log.append({ ...call, events });
      const again: IngestEvent[] = [
        { type: 'model:chunk:v1', text: 'ab', offset: 0, timestamp: 7 },
        { text: 'c', type: 'model:chunk:v1', offset: 2 },
        { type: 'job:step', step: { status: 'active', id: 's' }, timestamp: 8 },
        { type: 'job:completed', result: { rows: [1, { b: 'x', a: null }] } },
      ];
      expect(await log.append({ ...call, events: again })).toMatchObject({ kind: 'duplicate', sequence: 5 });
      const other: IngestEvent = { type: 'job:completed', result: { rows: [1, { a: null, b: 'y' }] } };
      expect(await log.append({ ...call, from: 5, events: [other] })).toEqual({ kind: 'conflict', at: 5, sequence: 5 });
    },
  ),

  logCase(
    'LOG-APPEND-22',
    'what the log no longer holds is not compared: a repeat of it is a duplicate',
    async (harness) => {
      const { log } = harness;
      const { writer } = await create(log);
      for (let index = 0; index < 4; index += 1) {
        await append(log, ...Array.from({ length: 500 }, () => chunk('x')));
        await harness.settle();
      }
      expect(await log.read({ jobId: 'job-1', after: 'beginning' })).toMatchObject({ kind: 'snapshot' });
      const call = { jobId: 'job-1', writer, from: 2 };
      expect(await log.append({ ...call, events: [chunk('another')] })).toMatchObject({ kind: 'duplicate' });
      const across = Array.from({ length: 2_000 }, (_, index) => chunk(index === 1_999 ? 'another' : 'x'));
      expect(await log.append({ ...call, events: across })).toEqual({ kind: 'conflict', at: 2_001, sequence: 2_001 });
    },
  ),

  logCase('LOG-APPEND-23', 'a job has at most 1,000 steps: what would be one more is invalid', async ({ log }) => {
    await create(log);
    const step = (id: number): IngestEvent => ({ type: 'job:step', step: { id: `s${String(id)}`, status: 'active' } });
    for (let first = 0; first < 900; first += 100) {
      await append(log, ...Array.from({ length: 100 }, (_, index) => step(first + index)));
    }
    const rest = Array.from({ length: 101 }, (_, index) => step(900 + index));
    const refused = await log.append({ jobId: 'job-1', events: rest });
    expect(refused).toMatchObject({ kind: 'invalid' });
    expect(refused.kind === 'invalid' && refused.message).toMatch(/^events\.100\.step\.id: .*1000 .*stepsPerJob/);
    await append(log, ...rest.slice(0, 100));
    expect(await log.append({ jobId: 'job-1', events: [step(1_000)] })).toMatchObject({ kind: 'invalid' });
    await append(log, { type: 'job:step', step: { id: 's7', status: 'completed' } });
    expect((await snapshot(log)).steps).toHaveLength(1_000);
  }),
];
