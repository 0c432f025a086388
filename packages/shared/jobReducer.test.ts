import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EVENTS, type IngestEvent, type JobEvent, type JobState } from './events.ts';
import { createJobReducer, firstSequenceOf, isFinal, jobReducer, stringText, toJobSummary } from './jobReducer.ts';

const plain = createJobReducer(stringText);
const EPOCH = 'e1';

/** Numbers what a worker did, as a log does. */
function logOf(events: readonly IngestEvent[], epoch = EPOCH): JobEvent[] {
  const ends: Record<string, number> = {};
  const created: JobEvent = {
    type: EVENTS.JOB_CREATED,
    jobId: 'job',
    epoch,
    sequence: 1,
    timestamp: 1_000,
    title: 'A job',
    steps: [{ id: 'thinking' }, { id: 'writing', label: 'Writing' }],
  };
  const rest = events.map((event, index) => {
    const base = { jobId: 'job', epoch, sequence: index + 2, timestamp: 1_000 + (index + 1) * 10 };
    if (event.type !== EVENTS.MODEL_CHUNK) return { ...event, ...base } as JobEvent;
    const channel = event.channel ?? 'output';
    const offset = ends[channel] ?? 0;
    ends[channel] = offset + event.text.length;
    return { ...event, ...base, offset } as JobEvent;
  });
  return [created, ...rest];
}

function fold(events: readonly JobEvent[], from: JobState | null = null): JobState {
  const state = events.reduce(jobReducer, from);
  if (state === null) throw new Error('nothing was folded');
  return state;
}

function run(...events: IngestEvent[]): JobState {
  return fold(logOf(events));
}

test('a created job is queued, without progress, its steps pending and labelled by their id', () => {
  expect(run()).toEqual({
    jobId: 'job',
    title: 'A job',
    status: 'queued',
    progress: null,
    createdAt: 1_000,
    epoch: EPOCH,
    sequence: 1,
    steps: [
      { id: 'thinking', label: 'thinking', status: 'pending' },
      { id: 'writing', label: 'Writing', status: 'pending' },
    ],
    channels: {},
    cancelRequested: false,
    resumeRequested: false,
    resumable: false,
  });
});

test.each<[string, IngestEvent]>([
  ['job:started', { type: 'job:started' }],
  ['job:progress', { type: 'job:progress', progress: 3 }],
  ['job:step', { type: 'job:step', step: { id: 'thinking', status: 'active' } }],
  ['a chunk', { type: 'model:chunk:v1', text: 'a' }],
])('%s moves a queued job to running and dates its start', (_name, event) => {
  expect(run(event)).toMatchObject({ status: 'running', startedAt: 1_010 });
});

test('progress replaces message and remaining time; one that names none has none', () => {
  const first = run({ type: 'job:progress', progress: 10, message: 'Reading', etaMs: 5_000 });
  expect(first).toMatchObject({ progress: 10, message: 'Reading', etaMs: 5_000 });
  const second = run(
    { type: 'job:progress', progress: 10, message: 'Reading', etaMs: 5_000 },
    { type: 'job:progress', progress: null },
  );
  expect(second).toMatchObject({ progress: null, indeterminate: true });
  expect(first).not.toHaveProperty('indeterminate');
  expect(second).not.toHaveProperty('message');
  expect(second).not.toHaveProperty('etaMs');
});

test('a step remembers when and at which progress it began, and the summary names the last active one', () => {
  const state = run(
    { type: 'job:step', step: { id: 'thinking', status: 'active' } },
    { type: 'job:progress', progress: 8 },
    { type: 'job:step', step: { id: 'thinking', status: 'completed' } },
    { type: 'job:step', step: { id: 'writing', status: 'active' } },
    { type: 'job:step', step: { id: 'checking', label: 'Checking facts', status: 'skipped' } },
  );
  expect(state.steps).toEqual([
    { id: 'thinking', label: 'thinking', status: 'completed', startedAt: 1_010, finishedAt: 1_030 },
    { id: 'writing', label: 'Writing', status: 'active', startedAt: 1_040, startedAtProgress: 8 },
    { id: 'checking', label: 'Checking facts', status: 'skipped', finishedAt: 1_050 },
  ]);
  expect(toJobSummary(state).step).toEqual({ id: 'writing', label: 'Writing' });
});

const step = (id: string, status: 'active' | 'completed'): IngestEvent => ({ type: 'job:step', step: { id, status } });
const retryable = (code: string): IngestEvent => ({
  type: 'job:failed',
  error: { code, message: 'No answer', retryable: true },
});

test('a step whose standing is said again keeps its times', () => {
  const once = run(step('thinking', 'active'), step('thinking', 'completed'));
  const twice = run(step('thinking', 'active'), step('thinking', 'completed'), step('thinking', 'completed'));
  expect(twice.steps[0]).toEqual(once.steps[0]);
});

test('a step that becomes active again, after it was over or after its job failed, begins again', () => {
  const first = [
    { type: 'job:progress', progress: 10 },
    step('thinking', 'active'),
    step('thinking', 'completed'),
    { type: 'job:progress', progress: 40 },
    step('writing', 'active'),
    retryable('model_timeout'),
  ] as const;
  expect(run(...first).steps).toMatchObject([
    { id: 'thinking', startedAt: 1_020, startedAtProgress: 10, finishedAt: 1_030 },
    { id: 'writing', status: 'active', startedAt: 1_050, startedAtProgress: 40, finishedAt: 1_060 },
  ]);
  const again = [
    { type: 'job:resumed' },
    { type: 'job:progress', progress: null },
    step('thinking', 'active'),
    step('thinking', 'completed'),
    { type: 'job:progress', progress: 50 },
    step('writing', 'active'),
  ] as const;
  expect(run(...first, ...again).steps.filter(({ status }) => status !== 'pending')).toEqual([
    { id: 'thinking', label: 'thinking', status: 'completed', startedAt: 1_090, finishedAt: 1_100 },
    { id: 'writing', label: 'Writing', status: 'active', startedAt: 1_120, startedAtProgress: 50 },
  ]);
});

test('a step that is called active while it is goes on, also over a pause, and takes its new label', () => {
  const state = run(
    step('writing', 'active'),
    { type: 'job:progress', progress: 30 },
    { type: 'job:paused' },
    { type: 'job:resumed' },
    { type: 'job:step', step: { id: 'writing', label: 'Writing, part 2', status: 'active' } },
  );
  expect(state.steps).toContainEqual({ id: 'writing', label: 'Writing, part 2', status: 'active', startedAt: 1_010 });
});

test('completion sets progress to 100 and leaves undone steps pending', () => {
  const state = run(
    { type: 'job:progress', progress: 40, etaMs: 900 },
    { type: 'job:completed', result: { pages: 3 } },
  );
  expect(state).toMatchObject({ status: 'completed', progress: 100, finishedAt: 1_020, result: { pages: 3 } });
  expect(state.steps.every((step) => step.status === 'pending')).toBe(true);
  expect(state).not.toHaveProperty('etaMs');
});

test('progress does not move a paused job; only job:resumed does', () => {
  const paused = [
    { type: 'job:started' },
    { type: 'job:paused', reason: 'Waiting for approval' },
    { type: 'job:progress', progress: 50 },
  ] as const;
  expect(run(...paused)).toMatchObject({
    status: 'paused',
    reason: 'Waiting for approval',
    resumable: true,
    progress: 50,
  });
  const resumed = run(...paused, { type: 'job:resumed' });
  expect(resumed).toMatchObject({ status: 'running', resumable: false });
  expect(resumed).not.toHaveProperty('reason');
});

test('a retryable failure can be followed by job:resumed alone, which clears the error', () => {
  const failed = {
    type: 'job:failed',
    error: { code: 'model_timeout', message: 'No answer', retryable: true },
  } as const;
  expect(run(failed)).toMatchObject({ status: 'failed', resumable: true, finishedAt: 1_010 });
  expect(run(failed, { type: 'job:progress', progress: 9 }).progress).toBeNull();
  const resumed = run(failed, { type: 'job:resumed' });
  expect(resumed).toMatchObject({ status: 'running', resumable: false });
  expect(resumed).not.toHaveProperty('error');
  expect(resumed).not.toHaveProperty('finishedAt');
});

test.each<[string, IngestEvent]>([
  ['completed', { type: 'job:completed' }],
  ['cancelled', { type: 'job:cancelled' }],
  ['failed for good', { type: 'job:failed', error: { code: 'x', message: 'x', retryable: false } }],
])('nothing follows a job that is %s', (_name, end) => {
  const log = logOf([end, { type: 'job:resumed' }, { type: 'model:chunk:v1', text: 'late' }]);
  const ended = fold(log.slice(0, 2));
  expect(isFinal(ended)).toBe(true);
  for (const event of log.slice(2, 3)) {
    expect(plain.fit(ended, event)).toBe('ended');
    expect(jobReducer(ended, event)).toBe(ended);
  }
});

test('an event that changes nothing returns the same reference', () => {
  const log = logOf([{ type: 'job:started' }, { type: 'model:chunk:v1', text: 'abc' }]);
  const state = fold(log);
  for (const event of log) expect(jobReducer(state, event)).toBe(state);
});

test('a hole is told and changes nothing', () => {
  const log = logOf([{ type: 'job:started' }, { type: 'job:progress', progress: 1 }]);
  const state = fold(log.slice(0, 1));
  const [, , later] = log;
  if (later === undefined) throw new Error('the log is too short');
  expect(plain.fit(state, later)).toBe('hole');
  expect(jobReducer(state, later)).toBe(state);
});

test('a chunk whose offset does not fit the text is a conflict', () => {
  const state = fold(logOf([{ type: 'model:chunk:v1', text: 'abc' }]));
  const chunk: JobEvent = {
    type: 'model:chunk:v1',
    jobId: 'job',
    epoch: EPOCH,
    sequence: 3,
    timestamp: 1,
    text: 'd',
    offset: 7,
  };
  expect(plain.fit(state, chunk)).toBe('conflict');
  expect(jobReducer(state, chunk)).toBe(state);
});

test('the epoch is taken from the events', () => {
  const state = fold(logOf([{ type: 'job:started' }]));
  const next: JobEvent = { type: 'job:resumed', jobId: 'job', epoch: 'e2', sequence: 3, timestamp: 5 };
  expect(jobReducer(state, next)).toMatchObject({ epoch: 'e2', sequence: 3 });
});

test('a numbered event of a later protocol takes its place and changes nothing else', () => {
  const state = fold(logOf([{ type: 'job:started' }]));
  const skipped = { type: 'skipped', jobId: 'job', epoch: EPOCH, sequence: 3, timestamp: 5 } as const;
  expect(plain.reduce(state, skipped)).toEqual({ ...state, sequence: 3 });
});

test('notices may come twice and are cleared by what follows', () => {
  const paused = run({ type: 'job:paused' });
  const asked = plain.applyNotice(paused, { jobId: 'job', kind: 'resume_requested' });
  expect(asked.resumeRequested).toBe(true);
  expect(plain.applyNotice(asked, { jobId: 'job', kind: 'resume_requested' })).toBe(asked);
  const silent = plain.applyNotice(run({ type: 'job:started' }), { jobId: 'job', kind: 'worker_silent', since: 7 });
  expect(silent.workerSilentSince).toBe(7);
  expect(plain.applyNotice(silent, { jobId: 'job', kind: 'worker_back' })).not.toHaveProperty('workerSilentSince');
  const alive: JobEvent = { type: 'job:progress', jobId: 'job', epoch: EPOCH, sequence: 3, timestamp: 1, progress: 1 };
  expect(plain.reduce(silent, alive)).not.toHaveProperty('workerSilentSince');
});

test('a cancel that was asked for stands through a pause and is answered by a failure', () => {
  const requested = plain.applyNotice(run({ type: 'job:paused' }), { jobId: 'job', kind: 'cancel_requested' });
  const resumed: JobEvent = { type: 'job:resumed', jobId: 'job', epoch: EPOCH, sequence: 3, timestamp: 1 };
  expect(plain.reduce(requested, resumed)?.cancelRequested).toBe(true);
  const running = plain.applyNotice(run({ type: 'job:started' }), { jobId: 'job', kind: 'cancel_requested' });
  const error = { code: 'boom', message: 'It broke.', retryable: true };
  const failed: JobEvent = { type: 'job:failed', jobId: 'job', epoch: EPOCH, sequence: 3, timestamp: 1, error };
  const retried = fold([failed, { ...resumed, sequence: 4 }], running);
  expect(retried).toMatchObject({ status: 'running', cancelRequested: false });
});

test.each<IngestEvent>([
  { type: 'job:completed' },
  { type: 'job:cancelled' },
  { type: 'job:failed', error: { code: 'boom', message: 'It broke.', retryable: true } },
])('of a job that has ended ($type) no worker is silent, and no resume of it is told before it can be', (end) => {
  const ended = run({ type: 'job:started' }, end);
  expect(plain.applyNotice(ended, { jobId: 'job', kind: 'worker_silent', since: 7 })).toBe(ended);
  const asked = plain.applyNotice(ended, { jobId: 'job', kind: 'resume_requested' });
  expect(asked.resumeRequested).toBe(ended.resumable);
});

test('a notice of another job changes nothing', () => {
  const state = run({ type: 'job:started' });
  expect(plain.applyNotice(state, { jobId: 'other', kind: 'cancel_requested' })).toBe(state);
});

// ---- Properties

const words = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constant('model:chunk:v1' as const),
      text: fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('👩‍👩‍👧', '世界', 'مرحبا', '')),
      channel: fc.constantFrom('output' as const, 'reasoning' as const),
    }),
    fc.record({ type: fc.constant('job:progress' as const), progress: fc.option(fc.integer({ min: 0, max: 100 })) }),
    fc.record({
      type: fc.constant('job:step' as const),
      step: fc.record({
        id: fc.constantFrom('thinking', 'writing', 'extra'),
        status: fc.constantFrom('active' as const, 'completed' as const, 'skipped' as const),
      }),
    }),
    fc.constant({ type: 'job:paused' as const }),
    fc.constant({ type: 'job:resumed' as const }),
  ),
  { maxLength: 30 },
);

/** Merges neighbouring chunks of one channel where `merge` says so. */
function merged(log: readonly JobEvent[], merge: readonly boolean[]): JobEvent[] {
  const result: JobEvent[] = [];
  log.forEach((event, index) => {
    const last = result.at(-1);
    if (
      merge[index % Math.max(1, merge.length)] === true &&
      last?.type === EVENTS.MODEL_CHUNK &&
      event.type === EVENTS.MODEL_CHUNK &&
      (last.channel ?? 'output') === (event.channel ?? 'output') &&
      last.epoch === event.epoch
    ) {
      result[result.length - 1] = {
        ...last,
        text: last.text + event.text,
        firstSequence: firstSequenceOf(last),
        sequence: event.sequence,
      };
    } else result.push(event);
  });
  return result;
}

test('any merging of chunks folds to the same state', () => {
  fc.assert(
    fc.property(words, fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }), (events, merge) => {
      const log = logOf(events);
      expect(fold(merged(log, merge))).toEqual(fold(log));
    }),
  );
});

test('any duplication and any overlap of merged chunks folds to the same state', () => {
  const plan = fc.array(fc.record({ back: fc.nat(6), merge: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }) }), {
    maxLength: 10,
  });
  fc.assert(
    fc.property(words, plan, (events, pieces) => {
      const log = logOf(events);
      let state: JobState | null = null;
      let reached = 0;
      for (const { back, merge } of [...pieces, { back: log.length, merge: [false] }, { back: 0, merge: [true] }]) {
        const start = Math.max(0, reached - back);
        const end = Math.min(log.length, reached + 5);
        state = merged(log.slice(start, end), merge).reduce(jobReducer, state);
        reached = end;
      }
      state = log.reduce(jobReducer, state);
      expect(state).toEqual(fold(log));
    }),
  );
});

test('any splitting of a text into chunks folds to the same text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.array(fc.nat(300), { maxLength: 8 }),
      (text, cuts) => {
        const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)).toSorted((a, b) => a - b), text.length];
        const pieces = places.slice(1).map((place, index) => text.slice(places[index], place));
        const state = run(...pieces.map((piece): IngestEvent => ({ type: 'model:chunk:v1', text: piece })));
        expect(state.channels['output']).toEqual({ text, offset: 0 });
      },
    ),
  );
});

test('a snapshot in between changes nothing: snapshot, then the rest, is the fold of all', () => {
  fc.assert(
    fc.property(words, fc.nat(30), (events, place) => {
      const log = logOf(events);
      const at = 1 + (place % log.length);
      const snapshot = plain.toSnapshot(fold(log.slice(0, at)));
      expect(fold(log.slice(at), plain.fromSnapshot(snapshot))).toEqual(fold(log));
    }),
  );
});

test('a bounded text keeps the same tail whatever way it came, and never half of a character', () => {
  const bounded = createJobReducer(stringText, { maxTextLength: 40 });
  const foldBounded = (log: readonly JobEvent[]) =>
    log.reduce<JobState | null>((state, event) => bounded.reduce(state, event), null);
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', '👩‍👩‍👧', 'longer piece ', '🎈'), { maxLength: 40 }),
      fc.array(fc.boolean(), { minLength: 1 }),
      (texts, merge) => {
        const log = logOf(texts.map((text): IngestEvent => ({ type: 'model:chunk:v1', text })));
        const whole = texts.join('');
        const channel = foldBounded(log)?.channels['output'];
        expect(foldBounded(merged(log, merge))?.channels['output']).toEqual(channel);
        if (channel === undefined) return;
        expect(channel.text).toBe(whole.slice(channel.offset));
        expect(channel.text.isWellFormed()).toBe(true);
        expect(whole.length <= 40 ? channel.offset : channel.text.length).toBeGreaterThanOrEqual(
          whole.length <= 40 ? 0 : 39,
        );
      },
    ),
  );
});

test('a later snapshot of the same history keeps the beginning that is held already', () => {
  const held = fold(logOf([{ type: 'model:chunk:v1', text: 'Once upon' }]));
  const later = { ...held, sequence: 9, channels: { output: { text: 'upon a time', offset: 5 } } };
  expect(plain.continueWithSnapshot(held, later).channels['output']).toEqual({ text: 'Once upon a time', offset: 0 });
  expect(plain.extendsText(held, { ...later, channels: { output: { text: 'Once upon a time', offset: 0 } } })).toBe(
    true,
  );
  expect(plain.extendsText(held, { ...later, channels: { output: { text: 'Twice', offset: 0 } } })).toBe(false);
});
