import type { IngestEvent } from '@regen/realtime-shared';
import { expect } from 'vitest';
import {
  append,
  chunk,
  chunks,
  create,
  logCase,
  readAll,
  sequences,
  snapshot,
  snapshotRead,
  takeOver,
  type LogCase,
} from './jobLogBed.ts';
import { CONTRACT_SETTINGS } from './jobLogHarness.ts';

export const readCases: readonly LogCase[] = [
  logCase('LOG-READ-01', 'without a position: a snapshot at the head', async ({ log }) => {
    const { epoch } = await create(log);
    await append(log, chunk('a'), { type: 'job:progress', progress: 40, message: 'half' });
    expect(await snapshotRead(log)).toMatchObject({
      head: { jobId: 'job-1', ownerId: 'ann', epoch, sequence: 3, status: 'running', final: false },
      snapshot: { epoch, sequence: 3, progress: 40, message: 'half', channels: { output: { text: 'a', offset: 0 } } },
    });
  }),

  logCase('LOG-READ-02', 'reads are strictly after a position', async ({ log }) => {
    const { epoch } = await create(log);
    await append(log, ...chunks(4));
    expect(sequences(await readAll(log, { epoch, sequence: 3 }))).toEqual([4, 5]);
    expect(await readAll(log, { epoch, sequence: 5 })).toEqual([]);
    expect(sequences(await readAll(log, { epoch, sequence: 0 }))).toEqual([1, 2, 3, 4, 5]);
  }),

  logCase('LOG-READ-03', 'a page keeps to the number of events and says what remains', async ({ log }) => {
    await create(log);
    await append(log, ...chunks(9));
    const result = await log.read({ jobId: 'job-1', after: 'beginning', maxEvents: 4 });
    expect(result).toMatchObject({ kind: 'events', remaining: { events: 6 }, head: { sequence: 10 } });
    expect(result.kind === 'events' && sequences(result.events)).toEqual([1, 2, 3, 4]);
  }),

  logCase('LOG-READ-04', 'a page keeps to the length of content, but has one event at least', async ({ log }) => {
    const { epoch } = await create(log);
    await append(log, chunk('x'.repeat(500)), chunk('y'.repeat(500)), chunk('z'.repeat(500)));
    const after = { epoch, sequence: 1 };
    const some = await log.read({ jobId: 'job-1', after, maxLength: 1_100 });
    expect(some).toMatchObject({ kind: 'events', remaining: { events: 1, length: 500 } });
    const one = await log.read({ jobId: 'job-1', after, maxLength: 10 });
    expect(one.kind === 'events' && sequences(one.events)).toEqual([2]);
  }),

  logCase('LOG-READ-05', 'an unknown epoch has diverged', async ({ log }) => {
    await create(log);
    await append(log, chunk('a'));
    const result = await log.read({ jobId: 'job-1', after: { epoch: 'forged', sequence: 1 } });
    expect(result).toMatchObject({ kind: 'diverged', snapshot: { sequence: 2 } });
  }),

  logCase('LOG-READ-06', 'past the end in the current epoch is ahead', async ({ log }) => {
    const { epoch } = await create(log);
    expect(await log.read({ jobId: 'job-1', after: { epoch, sequence: 2 } })).toMatchObject({
      kind: 'ahead',
      head: { sequence: 1, leaseRemainingMs: CONTRACT_SETTINGS.leaseMs },
    });
  }),

  logCase('LOG-READ-07', 'a position at or before the end of an earlier epoch continues', async ({ log }) => {
    const { epoch, writer } = await create(log);
    await append(log, chunk('a'), chunk('b'));
    const taken = await takeOver(log, writer);
    await append(log, chunk('c'));
    const events = await readAll(log, { epoch, sequence: 2 });
    expect(events.map((event) => [event.epoch, event.sequence])).toEqual([
      [epoch, 3],
      [taken.epoch, 4],
    ]);
  }),

  logCase('LOG-READ-08', 'a position past the end of an earlier epoch has diverged', async ({ log }) => {
    const { epoch, writer } = await create(log);
    await append(log, chunk('a'));
    await takeOver(log, writer);
    await append(log, chunk('b'), chunk('c'));
    expect(await log.read({ jobId: 'job-1', after: { epoch, sequence: 3 } })).toMatchObject({ kind: 'diverged' });
  }),

  logCase('LOG-READ-09', 'ends of epochs are remembered over several takeovers', async ({ log }) => {
    const first = await create(log);
    await append(log, chunk('a'));
    const second = await takeOver(log, first.writer);
    await append(log, chunk('b'));
    await takeOver(log, second.writer);
    await append(log, chunk('c'));
    for (const [epoch, sequence, kind] of [
      [first.epoch, 2, 'events'],
      [first.epoch, 3, 'diverged'],
      [second.epoch, 3, 'events'],
      [second.epoch, 4, 'diverged'],
    ] as const) {
      expect((await log.read({ jobId: 'job-1', after: { epoch, sequence } })).kind).toBe(kind);
    }
  }),

  logCase(
    'LOG-READ-10',
    'what is held no longer is answered with a snapshot; the newest stay readable',
    async ({ log }) => {
      const { epoch } = await create(log);
      for (let call = 0; call < 10; call += 1) await append(log, ...chunks(200));
      expect(await log.read({ jobId: 'job-1', after: { epoch, sequence: 1 } })).toMatchObject({
        kind: 'snapshot',
        snapshot: { sequence: 2_001 },
      });
      const kept = CONTRACT_SETTINGS.retention.maxEvents;
      expect(await readAll(log, { epoch, sequence: 2_001 - kept })).toHaveLength(kept);
    },
  ),

  logCase('LOG-READ-11', 'a snapshot keeps the tail of a long text and says how much is left out', async ({ log }) => {
    await create(log);
    let text = '';
    for (let call = 0; call < 300; call += 1) {
      text += `${String(call)} words `;
      await append(log, chunk(`${String(call)} words `));
    }
    const output = (await snapshot(log)).channels['output'];
    if (output === undefined) throw new Error('no output');
    expect(output.offset).toBeGreaterThan(0);
    expect(output.text.length).toBeGreaterThanOrEqual(CONTRACT_SETTINGS.maxTextLength);
    expect(output.text).toBe(text.slice(output.offset));
  }),

  logCase('LOG-READ-12', 'a job that is not there is missing', async ({ log }) => {
    expect(await log.read({ jobId: 'job-1' })).toEqual({ kind: 'missing' });
    expect(await log.read({ jobId: 'job-1', after: 'beginning' })).toEqual({ kind: 'missing' });
  }),

  logCase('LOG-READ-13', 'a snapshot handed out does not change with later appends', async ({ log }) => {
    await create(log, { steps: [{ id: 'thinking' }] });
    const before = await snapshot(log);
    const copy = structuredClone(before);
    await append(log, { type: 'job:step', step: { id: 'thinking', status: 'active' } }, chunk('a'));
    expect(before).toEqual(copy);
  }),
  logCase('LOG-READ-14', 'from the beginning of a log that no longer holds it: a snapshot', async ({ log }) => {
    await create(log);
    for (let call = 0; call < 10; call += 1) await append(log, ...chunks(200));
    for (const limits of [{}, { maxEvents: 500, maxLength: 65_536 }]) {
      expect(await log.read({ jobId: 'job-1', after: 'beginning', ...limits })).toMatchObject({
        kind: 'snapshot',
        head: { sequence: 2_001 },
        snapshot: { sequence: 2_001 },
      });
    }
  }),

  logCase(
    'LOG-READ-15',
    'a head says about what its snapshot costs: texts as far as kept, and the result',
    async ({ log }) => {
      const { epoch } = await create(log);
      const why: IngestEvent = { type: 'model:chunk:v1', text: 'y'.repeat(900), channel: 'reasoning' };
      const result = { report: 'r'.repeat(6_000) };
      const appends: IngestEvent[][] = [
        [chunk('x'.repeat(900)), why],
        Array.from({ length: 40 }, () => chunk('x'.repeat(100))),
        [{ type: 'job:completed', result }],
      ];
      for (const events of appends) {
        await append(log, ...events);
        const { head, snapshot: job } = await snapshotRead(log);
        const texts = Object.values(job.channels).reduce((sum, { text }) => sum + text.length, 0);
        const length = texts + (job.result === undefined ? 0 : JSON.stringify(job.result).length);
        expect(head.snapshotLength).toBeGreaterThan(length * 0.9);
        expect(head.snapshotLength).toBeLessThan(length * 1.1 + 1_000);
        const other = await log.read({ jobId: 'job-1', after: { epoch, sequence: head.sequence } });
        expect(other).toMatchObject({ kind: 'events', head: { snapshotLength: head.snapshotLength } });
      }
    },
  ),
];
