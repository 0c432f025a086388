import type { JobLog, JobLogMessage, OwnerMessage, ReadResult } from '@regen/realtime-core';
import type { CreateJobRequest, IngestEvent, JobEvent, JobSnapshot, Position } from '@regen/realtime-shared';
import { afterEach, expect, test } from 'vitest';

/** One log under test, with the time that it lives in. */
export interface JobLogHarness {
  log: JobLog;
  /** ms since the Unix epoch, as the log sees it. */
  now(): number;
  /** Lets the log's time pass. */
  advance(ms: number): Promise<void>;
  /** Resolves when pushes on their way have arrived. */
  settle(): Promise<void>;
  faults: {
    loseTail(jobId: string, sequence: number): void | Promise<void>;
    restartWithoutLog(): void | Promise<void>;
    setAvailable(available: boolean): void | Promise<void>;
  };
  close(): Promise<void>;
}

/** What every harness is made with, so that the rules can be seen in few steps. */
export const CONTRACT_SETTINGS = {
  leaseMs: 30_000,
  lostMs: 120_000,
  maxTextLength: 1_000,
  retention: { maxEvents: 512, maxLength: 1_000_000 },
  keepFinishedMs: 86_400_000,
} as const;

const chunk = (text: string): IngestEvent => ({ type: 'model:chunk:v1', text });
const chunks = (count: number): IngestEvent[] =>
  Array.from({ length: count }, (_, index) => chunk(`${String(index)} `));
const retryable: IngestEvent = { type: 'job:failed', error: { code: 'busy', message: 'later', retryable: true } };
const fatal: IngestEvent = { type: 'job:failed', error: { code: 'broken', message: 'never', retryable: false } };

/**
 * The rules of the `JobLog` port. Every implementation runs it; a test's name begins with the id of the rule it proves.
 */
export function jobLogContract(name: string, createLog: () => Promise<JobLogHarness>): void {
  let open: JobLogHarness[] = [];

  afterEach(async () => {
    const all = open;
    open = [];
    for (const harness of all) await harness.close();
  });

  function rule(id: string, fact: string, prove: (harness: JobLogHarness) => Promise<void>): void {
    test(`${id} ${name}: ${fact}`, async () => {
      const harness = await createLog();
      open.push(harness);
      await prove(harness);
    });
  }

  async function create(log: JobLog, request: Partial<CreateJobRequest> & { idempotencyKey?: string } = {}) {
    const result = await log.create({ jobId: 'job-1', ownerId: 'ann', title: 'A job', ...request });
    if (result.kind !== 'created') throw new Error(`created expected, not ${JSON.stringify(result)}`);
    return result;
  }

  async function append(log: JobLog, ...events: IngestEvent[]) {
    const result = await log.append({ jobId: 'job-1', events });
    if (result.kind !== 'appended') throw new Error(`appended expected, not ${JSON.stringify(result)}`);
    return result;
  }

  async function readAll(log: JobLog, after: Position | 'beginning' = 'beginning'): Promise<readonly JobEvent[]> {
    const result = await log.read({ jobId: 'job-1', after });
    if (result.kind !== 'events') throw new Error(`events expected, not ${result.kind}`);
    return result.events;
  }

  async function snapshot(log: JobLog): Promise<JobSnapshot> {
    return (await snapshotRead(log)).snapshot;
  }

  async function snapshotRead(log: JobLog): Promise<Extract<ReadResult, { kind: 'snapshot' }>> {
    const result = await log.read({ jobId: 'job-1' });
    if (result.kind !== 'snapshot') throw new Error(`a snapshot expected, not ${result.kind}`);
    return result;
  }

  async function takeOver(log: JobLog, writer?: string) {
    const result = await log.takeover({ jobId: 'job-1', ...(writer === undefined ? {} : { writer }) });
    if (result.kind !== 'taken') throw new Error(`taken expected, not ${JSON.stringify(result)}`);
    return result;
  }

  async function listen(harness: JobLogHarness, jobId = 'job-1'): Promise<JobLogMessage[]> {
    const messages: JobLogMessage[] = [];
    const subscription = harness.log.subscribe(jobId, (message) => {
      messages.push(message);
    });
    await subscription.ready;
    return messages;
  }

  const notices = (messages: JobLogMessage[]) =>
    messages.flatMap((message) => (message.kind === 'notice' ? [message.notice] : []));
  const sequences = (events: readonly JobEvent[]) => events.map(({ sequence }) => sequence);

  // Create

  rule('LOG-CREATE-01', 'a new log begins with job:created as sequence 1', async ({ log, now }) => {
    const { epoch } = await create(log, { kind: 'essay', steps: [{ id: 'thinking', label: 'Thinking' }] });
    expect(await readAll(log)).toEqual([
      {
        type: 'job:created',
        jobId: 'job-1',
        epoch,
        sequence: 1,
        timestamp: now(),
        title: 'A job',
        kind: 'essay',
        steps: [{ id: 'thinking', label: 'Thinking' }],
      },
    ]);
  });

  rule('LOG-CREATE-02', 'the answer carries job, epoch, writer and sequence 1', async ({ log }) => {
    const created = await create(log);
    expect(created).toMatchObject({ jobId: 'job-1', sequence: 1 });
    expect(created.epoch.length).toBeGreaterThan(0);
    expect(created.writer.length).toBeGreaterThanOrEqual(20);
  });

  rule('LOG-CREATE-03', 'the same idempotency key gives the same answer, later too', async ({ log }) => {
    const first = await create(log, { idempotencyKey: 'key' });
    await append(log, chunk('more'));
    const again = await log.create({ jobId: 'job-9', ownerId: 'ann', title: 'A job', idempotencyKey: 'key' });
    expect(again).toEqual({ ...first, kind: 'repeated' });
    expect(await log.read({ jobId: 'job-9' })).toEqual({ kind: 'missing' });
  });

  rule('LOG-CREATE-04', 'idempotency keys are kept per owner', async ({ log }) => {
    await create(log, { idempotencyKey: 'key' });
    const other = await log.create({ jobId: 'job-2', ownerId: 'bob', title: 'B', idempotencyKey: 'key' });
    expect(other).toMatchObject({ kind: 'created', jobId: 'job-2' });
  });

  rule('LOG-CREATE-05', 'the same id alone answers with the log as it is now, without a writer', async ({ log }) => {
    const { epoch } = await create(log);
    await append(log, chunk('a'), chunk('b'));
    const again = await log.create({ jobId: 'job-1', ownerId: 'ann', title: 'A job' });
    expect(again).toEqual({ kind: 'exists', jobId: 'job-1', epoch, sequence: 3 });
  });

  rule('LOG-CREATE-06', 'an id of another owner is a conflict and changes nothing', async ({ log }) => {
    await create(log);
    expect(await log.create({ jobId: 'job-1', ownerId: 'bob', title: 'B' })).toEqual({ kind: 'conflict' });
    expect(await snapshotRead(log)).toMatchObject({ head: { ownerId: 'ann', sequence: 1 } });
  });

  rule('LOG-CREATE-07', 'two creates at once of one id: one begins the log', async ({ log }) => {
    const request = { jobId: 'job-1', ownerId: 'ann', title: 'A job' };
    const results = await Promise.all([log.create(request), log.create(request)]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['created', 'exists']);
    expect(await readAll(log)).toHaveLength(1);
  });

  rule('LOG-CREATE-08', 'epochs and writer tokens of two jobs differ', async ({ log }) => {
    const one = await create(log);
    const other = await create(log, { jobId: 'job-2' });
    expect(one.epoch).not.toBe(other.epoch);
    expect(one.writer).not.toBe(other.writer);
  });

  // Append

  rule('LOG-APPEND-01', 'events are numbered without holes and carry job and epoch', async ({ log }) => {
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
  });

  rule('LOG-APPEND-02', 'a timestamp that is left out is filled; one that is given stays', async ({ log, now }) => {
    await create(log);
    await append(log, { type: 'job:started', timestamp: 5 }, chunk('a'));
    expect((await readAll(log)).slice(1)).toMatchObject([{ timestamp: 5 }, { timestamp: now() }]);
  });

  rule('LOG-APPEND-03', 'an offset that is left out is filled, for each channel by itself', async ({ log }) => {
    await create(log);
    await append(log, chunk('ab'), { ...chunk('why'), channel: 'reasoning' } as IngestEvent, chunk('c'));
    await append(log, chunk('👋'), chunk('d'));
    const offsets = (await readAll(log)).flatMap((event) => (event.type === 'model:chunk:v1' ? [event.offset] : []));
    expect(offsets).toEqual([0, 0, 2, 3, 5]);
  });

  rule('LOG-APPEND-04', 'an offset that fits is taken', async ({ log }) => {
    await create(log);
    await append(log, chunk('abc'));
    await append(log, { type: 'model:chunk:v1', text: 'd', offset: 3 });
    expect((await snapshot(log)).channels['output']).toEqual({ text: 'abcd', offset: 0 });
  });

  rule(
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
  );

  rule('LOG-APPEND-06', 'a repeat of what is held is a duplicate and appends nothing', async ({ log }) => {
    const { writer, epoch } = await create(log);
    const call = { jobId: 'job-1', writer, from: 2, events: [chunk('a'), chunk('b')] };
    await log.append(call);
    expect(await log.append(call)).toEqual({ kind: 'duplicate', epoch, sequence: 3, cancelRequested: false });
    expect(await readAll(log)).toHaveLength(3);
  });

  rule('LOG-APPEND-07', 'a partial repeat appends the rest', async ({ log }) => {
    const { writer } = await create(log);
    await log.append({ jobId: 'job-1', writer, from: 2, events: [chunk('a'), chunk('b')] });
    const result = await log.append({ jobId: 'job-1', writer, from: 3, events: [chunk('b'), chunk('c'), chunk('d')] });
    expect(result).toMatchObject({ kind: 'appended', sequence: 5 });
    expect((await snapshot(log)).channels['output']?.text).toBe('abcd');
  });

  rule('LOG-APPEND-08', 'a hole is a gap with the last sequence of the log', async ({ log }) => {
    const { writer } = await create(log);
    await append(log, chunk('a'));
    expect(await log.append({ jobId: 'job-1', writer, from: 4, events: [chunk('c')] })).toEqual({
      kind: 'gap',
      sequence: 2,
    });
    expect(await readAll(log)).toHaveLength(2);
  });

  rule('LOG-APPEND-09', 'a token that is not the current one is fenced, even for a repeat', async ({ log }) => {
    const { writer } = await create(log);
    await append(log, chunk('a'));
    await takeOver(log, writer);
    for (const from of [2, 3, 9]) {
      expect(await log.append({ jobId: 'job-1', writer, from, events: [chunk('a')] })).toEqual({ kind: 'fenced' });
    }
    expect(await readAll(log)).toHaveLength(2);
  });

  rule('LOG-APPEND-10', 'after each final event anything is refused as finished', async ({ log }) => {
    const ends: IngestEvent[] = [{ type: 'job:completed' }, { type: 'job:cancelled' }, fatal];
    for (const [index, end] of ends.entries()) {
      const jobId = `job-${String(index)}`;
      await create(log, { jobId });
      await log.append({ jobId, events: [end] });
      for (const event of [chunk('a'), { type: 'job:resumed' } as const, end]) {
        expect(await log.append({ jobId, events: [event] })).toEqual({ kind: 'finished' });
      }
    }
  });

  rule('LOG-APPEND-11', 'a repeat of the final append is a duplicate, not finished', async ({ log }) => {
    const { writer } = await create(log);
    const call = { jobId: 'job-1', writer, from: 2, events: [chunk('a'), { type: 'job:completed' } as const] };
    await log.append(call);
    expect(await log.append(call)).toMatchObject({ kind: 'duplicate', sequence: 3 });
  });

  rule('LOG-APPEND-12', 'an event behind the end in one call makes the whole call invalid', async ({ log }) => {
    await create(log);
    const result = await log.append({ jobId: 'job-1', events: [{ type: 'job:completed' }, chunk('a')] });
    expect(result).toMatchObject({ kind: 'invalid' });
    expect(await readAll(log)).toHaveLength(1);
  });

  rule('LOG-APPEND-13', 'after a retryable failure only job:resumed is taken', async ({ log }) => {
    await create(log);
    await append(log, retryable);
    expect(await log.append({ jobId: 'job-1', events: [chunk('a')] })).toEqual({ kind: 'finished' });
    await append(log, { type: 'job:resumed' }, chunk('a'));
    expect(await snapshot(log)).toMatchObject({ status: 'running', sequence: 4 });
    expect(await snapshot(log)).not.toHaveProperty('error');
  });

  rule('LOG-APPEND-14', 'a job that is not there is missing', async ({ log }) => {
    expect(await log.append({ jobId: 'job-1', events: [chunk('a')] })).toEqual({ kind: 'missing' });
  });

  rule('LOG-APPEND-15', 'appends at once take their places one after the other', async ({ log }) => {
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
  });

  rule(
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
  );

  rule('LOG-APPEND-17', 'every answer says whether a cancel is wanted', async ({ log }) => {
    const { writer } = await create(log);
    await log.requestCancel({ jobId: 'job-1' });
    const call = { jobId: 'job-1', writer, from: 2, events: [chunk('a')] };
    expect(await log.append(call)).toMatchObject({ kind: 'appended', cancelRequested: true });
    expect(await log.append(call)).toMatchObject({ kind: 'duplicate', cancelRequested: true });
  });

  rule('LOG-APPEND-18', 'chunks of a paused job leave it paused', async ({ log }) => {
    await create(log);
    await append(log, { type: 'job:paused', reason: 'asks' }, chunk('a'));
    expect(await snapshot(log)).toMatchObject({ status: 'paused', resumable: true, reason: 'asks' });
  });

  // Read

  rule('LOG-READ-01', 'without a position: a snapshot at the head', async ({ log }) => {
    const { epoch } = await create(log);
    await append(log, chunk('a'), { type: 'job:progress', progress: 40, message: 'half' });
    expect(await snapshotRead(log)).toMatchObject({
      head: { jobId: 'job-1', ownerId: 'ann', epoch, sequence: 3, status: 'running', final: false },
      snapshot: { epoch, sequence: 3, progress: 40, message: 'half', channels: { output: { text: 'a', offset: 0 } } },
    });
  });

  rule('LOG-READ-02', 'reads are strictly after a position', async ({ log }) => {
    const { epoch } = await create(log);
    await append(log, ...chunks(4));
    expect(sequences(await readAll(log, { epoch, sequence: 3 }))).toEqual([4, 5]);
    expect(await readAll(log, { epoch, sequence: 5 })).toEqual([]);
    expect(sequences(await readAll(log, { epoch, sequence: 0 }))).toEqual([1, 2, 3, 4, 5]);
  });

  rule('LOG-READ-03', 'a page keeps to the number of events and says what remains', async ({ log }) => {
    await create(log);
    await append(log, ...chunks(9));
    const result = await log.read({ jobId: 'job-1', after: 'beginning', maxEvents: 4 });
    expect(result).toMatchObject({ kind: 'events', remaining: { events: 6 }, head: { sequence: 10 } });
    expect(result.kind === 'events' && sequences(result.events)).toEqual([1, 2, 3, 4]);
  });

  rule('LOG-READ-04', 'a page keeps to the length of content, but has one event at least', async ({ log }) => {
    const { epoch } = await create(log);
    await append(log, chunk('x'.repeat(500)), chunk('y'.repeat(500)), chunk('z'.repeat(500)));
    const after = { epoch, sequence: 1 };
    const some = await log.read({ jobId: 'job-1', after, maxLength: 1_100 });
    expect(some).toMatchObject({ kind: 'events', remaining: { events: 1, length: 500 } });
    const one = await log.read({ jobId: 'job-1', after, maxLength: 10 });
    expect(one.kind === 'events' && sequences(one.events)).toEqual([2]);
  });

  rule('LOG-READ-05', 'an unknown epoch has diverged', async ({ log }) => {
    await create(log);
    await append(log, chunk('a'));
    const result = await log.read({ jobId: 'job-1', after: { epoch: 'forged', sequence: 1 } });
    expect(result).toMatchObject({ kind: 'diverged', snapshot: { sequence: 2 } });
  });

  rule('LOG-READ-06', 'past the end in the current epoch is ahead', async ({ log }) => {
    const { epoch } = await create(log);
    expect(await log.read({ jobId: 'job-1', after: { epoch, sequence: 2 } })).toMatchObject({
      kind: 'ahead',
      head: { sequence: 1, leaseRemainingMs: CONTRACT_SETTINGS.leaseMs },
    });
  });

  rule('LOG-READ-07', 'a position at or before the end of an earlier epoch continues', async ({ log }) => {
    const { epoch, writer } = await create(log);
    await append(log, chunk('a'), chunk('b'));
    const taken = await takeOver(log, writer);
    await append(log, chunk('c'));
    const events = await readAll(log, { epoch, sequence: 2 });
    expect(events.map((event) => [event.epoch, event.sequence])).toEqual([
      [epoch, 3],
      [taken.epoch, 4],
    ]);
  });

  rule('LOG-READ-08', 'a position past the end of an earlier epoch has diverged', async ({ log }) => {
    const { epoch, writer } = await create(log);
    await append(log, chunk('a'));
    await takeOver(log, writer);
    await append(log, chunk('b'), chunk('c'));
    expect(await log.read({ jobId: 'job-1', after: { epoch, sequence: 3 } })).toMatchObject({ kind: 'diverged' });
  });

  rule('LOG-READ-09', 'ends of epochs are remembered over several takeovers', async ({ log }) => {
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
  });

  rule(
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
  );

  rule('LOG-READ-11', 'a snapshot keeps the tail of a long text and says how much is left out', async ({ log }) => {
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
  });

  rule('LOG-READ-12', 'a job that is not there is missing', async ({ log }) => {
    expect(await log.read({ jobId: 'job-1' })).toEqual({ kind: 'missing' });
    expect(await log.read({ jobId: 'job-1', after: 'beginning' })).toEqual({ kind: 'missing' });
  });

  rule('LOG-READ-13', 'a snapshot handed out does not change with later appends', async ({ log }) => {
    await create(log, { steps: [{ id: 'thinking' }] });
    const before = await snapshot(log);
    const copy = structuredClone(before);
    await append(log, { type: 'job:step', step: { id: 'thinking', status: 'active' } }, chunk('a'));
    expect(before).toEqual(copy);
  });

  // Leases and takeover

  rule('LOG-LEASE-01', 'a lease runs from the creation and is renewed by appends and heartbeats', async (harness) => {
    const { log } = harness;
    const { writer } = await create(log);
    await harness.advance(20_000);
    expect((await snapshotRead(log)).head.leaseRemainingMs).toBe(10_000);
    await append(log, chunk('a'));
    expect((await snapshotRead(log)).head.leaseRemainingMs).toBe(30_000);
    await harness.advance(20_000);
    expect(await log.heartbeat({ jobId: 'job-1', writer })).toEqual({ kind: 'renewed', cancelRequested: false });
    expect((await snapshotRead(log)).head.leaseRemainingMs).toBe(30_000);
  });

  rule('LOG-LEASE-02', 'no lease runs while the job is paused, and one again from job:resumed', async ({ log }) => {
    await create(log);
    await append(log, { type: 'job:paused' });
    expect((await snapshotRead(log)).head).not.toHaveProperty('leaseRemainingMs');
    await append(log, { type: 'job:resumed' });
    expect((await snapshotRead(log)).head.leaseRemainingMs).toBe(30_000);
  });

  rule('LOG-LEASE-03', 'a heartbeat of an old writer is fenced, of a finished job finished', async ({ log }) => {
    const { writer } = await create(log);
    const taken = await takeOver(log, writer);
    expect(await log.heartbeat({ jobId: 'job-1', writer })).toEqual({ kind: 'fenced' });
    await append(log, { type: 'job:completed' });
    expect(await log.heartbeat({ jobId: 'job-1', writer: taken.writer })).toEqual({ kind: 'finished' });
    expect(await log.heartbeat({ jobId: 'job-2', writer })).toEqual({ kind: 'missing' });
  });

  rule('LOG-LEASE-04', 'a heartbeat says whether a cancel is wanted', async ({ log }) => {
    const { writer } = await create(log);
    await log.requestCancel({ jobId: 'job-1' });
    expect(await log.heartbeat({ jobId: 'job-1', writer })).toEqual({ kind: 'renewed', cancelRequested: true });
  });

  rule('LOG-LEASE-05', 'a repeat that appends nothing renews the lease too', async (harness) => {
    const { log } = harness;
    const { writer } = await create(log);
    const call = { jobId: 'job-1', writer, from: 2, events: [chunk('a')] };
    await log.append(call);
    await harness.advance(20_000);
    await log.append(call);
    expect((await snapshotRead(log)).head.leaseRemainingMs).toBe(30_000);
  });

  rule('LOG-TAKEOVER-01', 'with the current token: a new token, a new epoch, the same sequence', async ({ log }) => {
    const { epoch, writer } = await create(log);
    await append(log, chunk('a'));
    const taken = await takeOver(log, writer);
    expect(taken.sequence).toBe(2);
    expect(taken.epoch).not.toBe(epoch);
    expect(taken.writer).not.toBe(writer);
    expect(await log.append({ jobId: 'job-1', writer: taken.writer, from: 3, events: [chunk('b')] })).toMatchObject({
      kind: 'appended',
      epoch: taken.epoch,
      sequence: 3,
    });
  });

  rule('LOG-TAKEOVER-02', 'without a token, while the lease runs: leased, and for how long', async (harness) => {
    const { log } = harness;
    await create(log);
    await harness.advance(12_000);
    expect(await log.takeover({ jobId: 'job-1' })).toEqual({ kind: 'leased', retryAfterMs: 18_000 });
  });

  rule(
    'LOG-TAKEOVER-03',
    'without a token, once the lease has run out: taken, also without a sweep',
    async (harness) => {
      const { log } = harness;
      await create(log);
      await harness.advance(30_000);
      await takeOver(log);
      expect((await snapshotRead(log)).head.leaseRemainingMs).toBe(30_000);
    },
  );

  rule('LOG-TAKEOVER-04', 'with an old token: fenced', async ({ log }) => {
    const { writer } = await create(log);
    await takeOver(log, writer);
    expect(await log.takeover({ jobId: 'job-1', writer })).toEqual({ kind: 'fenced' });
  });

  rule('LOG-TAKEOVER-05', 'of a finished job: finished; of none: missing', async ({ log }) => {
    const { writer } = await create(log);
    await append(log, { type: 'job:completed' });
    expect(await log.takeover({ jobId: 'job-1', writer })).toEqual({ kind: 'finished' });
    expect(await log.takeover({ jobId: 'job-2' })).toEqual({ kind: 'missing' });
  });

  rule(
    'LOG-TAKEOVER-06',
    'a job that waits to be resumed: the first one wins, the second finds it leased',
    async ({ log }) => {
      await create(log);
      await append(log, { type: 'job:paused' });
      await log.requestResume({ jobId: 'job-1' });
      const [first, second] = await Promise.all([log.takeover({ jobId: 'job-1' }), log.takeover({ jobId: 'job-1' })]);
      expect(first.kind).toBe('taken');
      expect(second).toEqual({ kind: 'leased', retryAfterMs: 30_000 });
    },
  );

  rule('LOG-TAKEOVER-07', 'a retryable failure is taken over and goes on', async ({ log }) => {
    await create(log);
    await append(log, chunk('a'), retryable);
    const { writer, epoch } = await takeOver(log);
    expect(
      await log.append({ jobId: 'job-1', writer, from: 4, events: [{ type: 'job:resumed' }, chunk('b')] }),
    ).toMatchObject({ kind: 'appended', epoch, sequence: 5 });
    expect(await snapshot(log)).toMatchObject({ status: 'running', channels: { output: { text: 'ab' } } });
  });

  rule(
    'LOG-TAKEOVER-08',
    'who takes a waiting job over and does nothing gives it free after a lease',
    async (harness) => {
      const { log } = harness;
      await create(log);
      await append(log, { type: 'job:paused' });
      await log.requestResume({ jobId: 'job-1' });
      await takeOver(log);
      await harness.advance(30_000);
      await log.sweep();
      await takeOver(log);
      expect(await snapshot(log)).toMatchObject({ status: 'paused' });
    },
  );

  rule('LOG-TAKEOVER-09', 'the snapshot has the new epoch before anything is appended in it', async ({ log }) => {
    const { writer } = await create(log);
    const { epoch } = await takeOver(log, writer);
    expect(await snapshotRead(log)).toMatchObject({ head: { epoch, sequence: 1 }, snapshot: { epoch, sequence: 1 } });
  });

  // Silence

  rule(
    'LOG-SILENT-01',
    'after a lease: worker_silent since the last sign of life, in the snapshot too',
    async (harness) => {
      const { log } = harness;
      await create(log);
      await append(log, chunk('a'));
      const since = harness.now();
      const messages = await listen(harness);
      await harness.advance(30_000);
      await log.sweep();
      await harness.settle();
      expect(notices(messages)).toEqual([{ jobId: 'job-1', kind: 'worker_silent', since }]);
      expect((await snapshotRead(log)).head.workerSilentSince).toBe(since);
      expect((await snapshot(log)).workerSilentSince).toBe(since);
    },
  );

  rule('LOG-SILENT-02', 'a second sweep says it no second time', async (harness) => {
    const { log } = harness;
    await create(log);
    const messages = await listen(harness);
    await harness.advance(30_000);
    await Promise.all([log.sweep(), log.sweep()]);
    await log.sweep();
    await harness.settle();
    expect(notices(messages)).toHaveLength(1);
  });

  rule('LOG-SILENT-03', 'a heartbeat or an append brings worker_back', async (harness) => {
    const { log } = harness;
    const { writer } = await create(log);
    for (const back of [() => log.heartbeat({ jobId: 'job-1', writer }), () => append(log, chunk('a'))]) {
      await harness.advance(30_000);
      await log.sweep();
      const messages = await listen(harness);
      await back();
      await harness.settle();
      expect(notices(messages)).toEqual([{ jobId: 'job-1', kind: 'worker_back' }]);
      expect(await snapshot(log)).not.toHaveProperty('workerSilentSince');
    }
  });

  rule(
    'LOG-SILENT-04',
    'a worker silent for too long is given up: failed, worker_lost, retryable, a new epoch',
    async (harness) => {
      const { log } = harness;
      const { epoch, writer } = await create(log);
      await append(log, chunk('a'));
      await harness.advance(119_999);
      await log.sweep();
      expect(await snapshot(log)).toMatchObject({ status: 'running' });
      await harness.advance(1);
      await log.sweep();
      const job = await snapshot(log);
      expect(job).toMatchObject({ status: 'failed', resumable: true, error: { code: 'worker_lost', retryable: true } });
      expect(job.epoch).not.toBe(epoch);
      expect(await log.append({ jobId: 'job-1', writer, from: 3, events: [chunk('late')] })).toEqual({
        kind: 'fenced',
      });
    },
  );

  rule('LOG-SILENT-05', 'a lost worker whose job shall be cancelled: cancelled, with the reason', async (harness) => {
    const { log } = harness;
    await create(log);
    await log.requestCancel({ jobId: 'job-1', reason: 'enough' });
    await harness.advance(120_000);
    await log.sweep();
    expect(await snapshot(log)).toMatchObject({ status: 'cancelled', reason: 'enough' });
  });

  rule('LOG-SILENT-06', 'a paused job is neither silent nor given up', async (harness) => {
    const { log } = harness;
    await create(log);
    await append(log, { type: 'job:paused' });
    const messages = await listen(harness);
    await harness.advance(3_600_000);
    await log.sweep();
    await harness.settle();
    expect(messages).toEqual([]);
    expect(await snapshot(log)).toMatchObject({ status: 'paused' });
  });

  rule(
    'LOG-SILENT-07',
    'a paused job whose cancel no worker carries out is cancelled after the same time',
    async (harness) => {
      const { log } = harness;
      await create(log);
      await append(log, { type: 'job:paused' });
      await harness.advance(3_600_000);
      await log.requestCancel({ jobId: 'job-1' });
      await harness.advance(119_999);
      await log.sweep();
      expect(await snapshot(log)).toMatchObject({ status: 'paused' });
      await harness.advance(1);
      await log.sweep();
      expect(await snapshot(log)).toMatchObject({ status: 'cancelled' });
    },
  );

  rule('LOG-SILENT-08', 'a sweep says when something is due next', async (harness) => {
    const { log } = harness;
    expect(await log.sweep()).toEqual({ nextDueInMs: null });
    await create(log);
    await harness.advance(10_000);
    expect(await log.sweep()).toEqual({ nextDueInMs: 20_000 });
    await harness.advance(20_000);
    expect(await log.sweep()).toEqual({ nextDueInMs: 90_000 });
  });

  rule('LOG-SILENT-09', 'a finished job is kept for its time, then forgotten, the index too', async (harness) => {
    const { log } = harness;
    await create(log);
    await append(log, { type: 'job:completed' });
    await harness.advance(CONTRACT_SETTINGS.keepFinishedMs - 1);
    await log.sweep();
    expect(await snapshot(log)).toMatchObject({ status: 'completed' });
    await harness.advance(1);
    await log.sweep();
    expect(await log.read({ jobId: 'job-1' })).toEqual({ kind: 'missing' });
    expect(await log.recent({ ownerId: 'ann', finishedLimit: 20 })).toEqual([]);
  });

  // Cancel and resume

  rule('LOG-CANCEL-01', 'requested, then already_requested, then already_finished', async ({ log }) => {
    await create(log);
    expect(await log.requestCancel({ jobId: 'job-1' })).toEqual({ kind: 'requested' });
    expect(await log.requestCancel({ jobId: 'job-1' })).toEqual({ kind: 'already_requested' });
    await append(log, { type: 'job:cancelled' });
    expect(await log.requestCancel({ jobId: 'job-1' })).toEqual({ kind: 'already_finished' });
  });

  rule('LOG-CANCEL-02', 'another owner finds no such job, and nothing happens', async ({ log }) => {
    await create(log);
    expect(await log.requestCancel({ jobId: 'job-1', ownerId: 'bob' })).toEqual({ kind: 'missing' });
    expect(await log.requestCancel({ jobId: 'job-2', ownerId: 'ann' })).toEqual({ kind: 'missing' });
    expect(await snapshot(log)).toMatchObject({ cancelRequested: false });
  });

  rule('LOG-CANCEL-03', 'subscribers and workers are told once, and the snapshot shows it', async (harness) => {
    const { log } = harness;
    await create(log, { kind: 'essay' });
    const messages = await listen(harness);
    const control: unknown[] = [];
    await log.subscribeControl((message) => control.push(message)).ready;
    await log.requestCancel({ jobId: 'job-1', ownerId: 'ann', reason: 'enough' });
    await log.requestCancel({ jobId: 'job-1', ownerId: 'ann' });
    await harness.settle();
    expect(notices(messages)).toEqual([{ jobId: 'job-1', kind: 'cancel_requested' }]);
    expect(control).toEqual([{ kind: 'cancel', jobId: 'job-1', jobKind: 'essay', reason: 'enough' }]);
    expect(await snapshotRead(log)).toMatchObject({
      head: { cancelRequested: true },
      snapshot: { cancelRequested: true },
    });
  });

  rule('LOG-RESUME-01', 'only a paused or retryably failed job can be resumed', async ({ log }) => {
    await create(log);
    expect(await log.requestResume({ jobId: 'job-1' })).toEqual({ kind: 'not_resumable' });
    await append(log, { type: 'job:paused' });
    expect(await log.requestResume({ jobId: 'job-1' })).toEqual({ kind: 'requested' });
    await append(log, { type: 'job:resumed' }, retryable);
    expect(await log.requestResume({ jobId: 'job-1' })).toEqual({ kind: 'requested' });
    await append(log, { type: 'job:resumed' }, fatal);
    expect(await log.requestResume({ jobId: 'job-1' })).toEqual({ kind: 'not_resumable' });
  });

  rule('LOG-RESUME-02', 'asked twice, told once', async (harness) => {
    const { log } = harness;
    await create(log);
    await append(log, { type: 'job:paused' });
    const messages = await listen(harness);
    const control: unknown[] = [];
    await log.subscribeControl((message) => control.push(message)).ready;
    await log.requestResume({ jobId: 'job-1', ownerId: 'ann' });
    await log.requestResume({ jobId: 'job-1', ownerId: 'ann' });
    await harness.settle();
    expect(notices(messages)).toEqual([{ jobId: 'job-1', kind: 'resume_requested' }]);
    expect(control).toEqual([{ kind: 'resume', jobId: 'job-1' }]);
  });

  rule('LOG-RESUME-03', 'job:resumed answers the request', async ({ log }) => {
    await create(log);
    await append(log, { type: 'job:paused' });
    await log.requestResume({ jobId: 'job-1' });
    expect(await snapshot(log)).toMatchObject({ resumeRequested: true });
    await append(log, { type: 'job:resumed' });
    expect(await snapshot(log)).toMatchObject({ resumeRequested: false, resumable: false });
    expect(await log.pendingControl()).toEqual([]);
  });

  rule('LOG-RESUME-04', 'another owner finds no such job', async ({ log }) => {
    await create(log);
    await append(log, { type: 'job:paused' });
    expect(await log.requestResume({ jobId: 'job-1', ownerId: 'bob' })).toEqual({ kind: 'missing' });
    expect(await snapshot(log)).toMatchObject({ resumeRequested: false });
  });

  rule('LOG-CONTROL-01', 'what no worker has answered is pending', async ({ log }) => {
    for (const jobId of ['job-1', 'job-2', 'job-3']) await create(log, { jobId });
    await log.requestCancel({ jobId: 'job-2', reason: 'enough' });
    await log.append({ jobId: 'job-3', events: [{ type: 'job:paused' }] });
    await log.requestResume({ jobId: 'job-3' });
    const pending = [...(await log.pendingControl())].sort((one, other) => (one.jobId < other.jobId ? -1 : 1));
    expect(pending).toEqual([
      { kind: 'cancel', jobId: 'job-2', reason: 'enough' },
      { kind: 'resume', jobId: 'job-3' },
    ]);
    await log.append({ jobId: 'job-2', events: [{ type: 'job:cancelled' }] });
    expect((await log.pendingControl()).map(({ kind }) => kind)).toEqual(['resume']);
  });

  // Lists

  rule('LOG-LIST-01', "the newest first, the owner's alone", async (harness) => {
    const { log } = harness;
    for (const jobId of ['job-b', 'job-a', 'job-c']) {
      await create(log, { jobId });
      await harness.advance(1);
    }
    await create(log, { jobId: 'job-x', ownerId: 'bob' });
    const page = await log.list({ ownerId: 'ann', limit: 10 });
    expect(page.kind === 'page' && page.jobs.map(({ jobId }) => jobId)).toEqual(['job-c', 'job-a', 'job-b']);
    expect(page).not.toHaveProperty('next');
  });

  rule('LOG-LIST-02', 'pages by cursor hold each job once, also where jobs come meanwhile', async (harness) => {
    const { log } = harness;
    for (let index = 0; index < 7; index += 1) {
      await create(log, { jobId: `job-${String(index)}` });
      if (index % 2 === 0) await harness.advance(1);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let pages = 0; pages < 5; pages += 1) {
      const page = await log.list({ ownerId: 'ann', limit: 3, ...(cursor === undefined ? {} : { cursor }) });
      if (page.kind !== 'page') throw new Error(page.message);
      seen.push(...page.jobs.map(({ jobId }) => jobId));
      cursor = page.next;
      if (cursor === undefined) break;
      await harness.advance(1);
      await create(log, { jobId: `later-${String(pages)}` });
    }
    expect([...seen].sort()).toEqual(Array.from({ length: 7 }, (_, index) => `job-${String(index)}`));
  });

  rule('LOG-LIST-03', 'a status filters', async ({ log }) => {
    for (const jobId of ['job-1', 'job-2', 'job-3']) await create(log, { jobId });
    await log.append({ jobId: 'job-2', events: [{ type: 'job:started' }] });
    const page = await log.list({ ownerId: 'ann', status: 'running', limit: 10 });
    expect(page.kind === 'page' && page.jobs.map(({ jobId }) => jobId)).toEqual(['job-2']);
  });

  rule('LOG-LIST-04', 'a cursor that no list has given is invalid', async ({ log }) => {
    await create(log);
    expect(await log.list({ ownerId: 'ann', limit: 1, cursor: '../../etc' })).toMatchObject({ kind: 'invalid' });
  });

  rule('LOG-LIST-05', 'recent: all unfinished ones and the last finished ones', async (harness) => {
    const { log } = harness;
    for (let index = 0; index < 5; index += 1) {
      const jobId = `done-${String(index)}`;
      await create(log, { jobId });
      await log.append({ jobId, events: [{ type: 'job:completed' }] });
      await harness.advance(1);
    }
    await create(log, { jobId: 'running' });
    const recent = await log.recent({ ownerId: 'ann', finishedLimit: 2 });
    expect(recent.map(({ jobId }) => jobId)).toEqual(['running', 'done-4', 'done-3']);
    expect(recent[0]).toEqual({
      jobId: 'running',
      title: 'A job',
      status: 'queued',
      progress: null,
      createdAt: harness.now(),
    });
  });

  // Pushes

  rule('LOG-PUSH-01', 'what is appended after ready is pushed, in order', async (harness) => {
    const { log } = harness;
    await create(log);
    await append(log, chunk('before'));
    const messages = await listen(harness);
    await append(log, chunk('a'), chunk('b'));
    await append(log, chunk('c'));
    await harness.settle();
    const pushed = messages.flatMap((message) => (message.kind === 'events' ? message.events : []));
    expect(pushed).toEqual((await readAll(log)).slice(2));
  });

  rule('LOG-PUSH-02', "only the job's own, and nothing after close", async (harness) => {
    const { log } = harness;
    await create(log);
    await create(log, { jobId: 'job-2' });
    const messages: JobLogMessage[] = [];
    const subscription = log.subscribe('job-1', (message) => messages.push(message));
    await subscription.ready;
    await log.append({ jobId: 'job-2', events: [chunk('a')] });
    await harness.settle();
    subscription.close();
    await append(log, chunk('b'));
    await harness.settle();
    expect(messages).toEqual([]);
  });

  rule('LOG-PUSH-03', 'a job can be listened to before it is there', async (harness) => {
    const messages = await listen(harness);
    await create(harness.log);
    await harness.settle();
    expect(messages).toMatchObject([{ kind: 'events', events: [{ type: 'job:created', sequence: 1 }] }]);
  });

  rule('LOG-PUSH-04', 'a takeover says check', async (harness) => {
    const { writer } = await create(harness.log);
    const messages = await listen(harness);
    await takeOver(harness.log, writer);
    await harness.settle();
    expect(messages).toContainEqual({ kind: 'check' });
  });

  rule('LOG-PUSH-05', 'duplicates and refusals push nothing', async (harness) => {
    const { log } = harness;
    const { writer } = await create(log);
    const call = { jobId: 'job-1', writer, from: 2, events: [chunk('a')] };
    await log.append(call);
    const messages = await listen(harness);
    await log.append(call);
    await log.append({ ...call, from: 9 });
    await log.append({ ...call, writer: 'forged' });
    await harness.settle();
    expect(messages).toEqual([]);
  });

  rule('LOG-PUSH-06', 'the owner hears of creation and of each change of status, of nothing else', async (harness) => {
    const { log } = harness;
    const messages: OwnerMessage[] = [];
    await log.subscribeOwner('ann', (message) => messages.push(message)).ready;
    await create(log);
    await create(log, { jobId: 'job-2', ownerId: 'bob' });
    await append(log, { type: 'job:started' }, chunk('a'));
    await append(log, chunk('b'), { type: 'job:progress', progress: 50 });
    await append(log, { type: 'job:completed' });
    await harness.settle();
    expect(messages.map((message) => (message.kind === 'job' ? [message.job.jobId, message.job.status] : []))).toEqual([
      ['job-1', 'queued'],
      ['job-1', 'running'],
      ['job-1', 'completed'],
    ]);
  });

  // Losses

  rule('LOG-LOSS-01', 'a lost tail is refilled by its writer under the same positions', async ({ log, faults }) => {
    const { writer, epoch } = await create(log);
    const events = [chunk('a'), chunk('b'), chunk('c')];
    await log.append({ jobId: 'job-1', writer, from: 2, events });
    const before = await readAll(log);
    await faults.loseTail('job-1', 2);
    expect(await log.append({ jobId: 'job-1', writer, from: 5, events: [chunk('d')] })).toEqual({
      kind: 'gap',
      sequence: 2,
    });
    await log.append({ jobId: 'job-1', writer, from: 2, events });
    expect(await readAll(log)).toEqual(before);
    expect((await snapshotRead(log)).head.epoch).toBe(epoch);
  });

  rule('LOG-LOSS-02', 'a lost tail says check', async (harness) => {
    await create(harness.log);
    await append(harness.log, chunk('a'), chunk('b'));
    const messages = await listen(harness);
    await harness.faults.loseTail('job-1', 2);
    await harness.settle();
    expect(messages).toContainEqual({ kind: 'check' });
  });

  rule('LOG-LOSS-03', 'the state after a lost tail is the fold of what is left', async ({ log, faults }) => {
    await create(log);
    await append(log, ...chunks(300));
    const expected = await snapshot(log);
    await append(log, ...chunks(10), { type: 'job:progress', progress: 99 });
    await faults.loseTail('job-1', 301);
    expect(await snapshot(log)).toEqual(expected);
  });

  rule(
    'LOG-LOSS-04',
    'a tail lost across a takeover: positions past it in the earlier epoch have diverged',
    async (harness) => {
      const { log, faults } = harness;
      const { writer, epoch } = await create(log);
      await append(log, chunk('a'), chunk('b'), chunk('c'));
      await takeOver(log, writer);
      await faults.loseTail('job-1', 2);
      expect(await log.read({ jobId: 'job-1', after: { epoch, sequence: 4 } })).toMatchObject({ kind: 'diverged' });
      expect(await log.read({ jobId: 'job-1', after: { epoch, sequence: 2 } })).toMatchObject({ kind: 'events' });
    },
  );

  rule('LOG-LOSS-05', 'after the loss of all, jobs are missing and made again in a new epoch', async (harness) => {
    const { log, faults } = harness;
    const first = await create(log, { idempotencyKey: 'key' });
    const messages = await listen(harness);
    await faults.restartWithoutLog();
    await harness.settle();
    expect(messages).toContainEqual({ kind: 'check' });
    expect(await log.append({ jobId: 'job-1', writer: first.writer, from: 2, events: [chunk('a')] })).toEqual({
      kind: 'missing',
    });
    const again = await create(log, { idempotencyKey: 'key' });
    expect(again.epoch).not.toBe(first.epoch);
    expect(await log.read({ jobId: 'job-1', after: { epoch: first.epoch, sequence: 1 } })).toMatchObject({
      kind: 'diverged',
    });
  });

  rule('LOG-LOSS-06', 'out of reach: calls reject, it is told, and check comes when it heals', async (harness) => {
    const { log, faults } = harness;
    await create(log);
    const messages = await listen(harness);
    const told: boolean[] = [];
    log.onAvailability((available) => told.push(available));
    await faults.setAvailable(false);
    expect(log.isAvailable()).toBe(false);
    await expect(log.append({ jobId: 'job-1', events: [chunk('a')] })).rejects.toMatchObject({
      name: 'JobLogUnavailableError',
    });
    await expect(log.read({ jobId: 'job-1' })).rejects.toMatchObject({ name: 'JobLogUnavailableError' });
    await faults.setAvailable(true);
    await harness.settle();
    expect(told).toEqual([false, true]);
    expect(messages).toContainEqual({ kind: 'check' });
    expect(await readAll(log)).toHaveLength(1);
  });
}
