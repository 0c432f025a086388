import fc from 'fast-check';
import * as v from 'valibot';
import { expect, expectTypeOf, test } from 'vitest';
import {
  COMMAND_NAMES,
  EVENTS,
  JOB_EVENT_NAMES,
  type ClientToServerEvents,
  type CommandPayloads,
  type JobEvent,
  type JobEventPayloads,
  type JobSnapshot,
  type ModelChunkPayload,
  type NoticePayloads,
  type ServerToClientEvents,
} from './events.ts';
import { appendRequestSchema, createJobRequestSchema, ingestEventSchema } from './httpSchemas.ts';
import {
  ACK_SCHEMAS,
  COMMAND_SCHEMAS,
  JOB_EVENT_SCHEMAS,
  LIMITS,
  NOTICE_SCHEMAS,
  describeIssues,
  jobIdSchema,
} from './schemas.ts';

const base = { jobId: 'job-1', epoch: 'e1', sequence: 2, timestamp: 1_700_000_000_000 };
const summary = { jobId: 'job-1', title: 'A job', status: 'running', progress: null, createdAt: 1 };
const snapshot = {
  ...summary,
  epoch: 'e1',
  sequence: 4,
  steps: [{ id: 'thinking', label: 'Thinking', status: 'active', startedAt: 2 }],
  channels: { output: { text: 'Hello', offset: 0 } },
  cancelRequested: false,
  resumeRequested: false,
  resumable: false,
};

/** A payload that fits, for every event name on the wire. */
const EXAMPLES: Record<Exclude<(typeof EVENTS)[keyof typeof EVENTS], 'job:chunk'>, unknown> = {
  'job:subscribe': { jobId: 'job-1', after: { epoch: 'e1', sequence: 0 } },
  'job:unsubscribe': { jobId: 'job-1' },
  'job:cancel': { jobId: 'job-1', reason: 'Not needed' },
  'job:resume': { jobId: 'job-1' },
  'jobs:watch': {},
  'auth:refresh': { token: 'dev:alice' },
  'job:created': { ...base, sequence: 1, title: 'A job', kind: 'study', steps: [{ id: 'a' }, { id: 'b', label: 'B' }] },
  'job:started': base,
  'job:progress': { ...base, progress: null, message: 'Reading', etaMs: 0 },
  'job:step': { ...base, step: { id: 'a', label: 'A', status: 'skipped' } },
  'model:chunk:v1': { ...base, text: '', offset: 0, channel: 'reasoning', firstSequence: 1 },
  'job:paused': { ...base, reason: 'Waiting' },
  'job:resumed': base,
  'job:completed': { ...base, result: { any: [1, 'thing', null] } },
  'job:failed': { ...base, error: { code: 'x', message: 'y', retryable: true } },
  'job:cancelled': base,
  'jobs:changed': { job: summary },
  'job:reset': { job: snapshot, position: { epoch: 'e1', sequence: 4 } },
  'job:notice': { jobId: 'job-1', kind: 'worker_silent', since: 5 },
  'auth:expiring': { expiresAt: 5 },
  'auth:expired': {},
  'server:draining': { reconnectAfterMs: 0 },
  'server:degraded': { degraded: true },
};

const SCHEMAS: Record<string, v.GenericSchema> = { ...COMMAND_SCHEMAS, ...JOB_EVENT_SCHEMAS, ...NOTICE_SCHEMAS };

test('every event name has a schema, and an example that fits it', () => {
  const names = Object.values(EVENTS).filter((name) => name !== EVENTS.JOB_CHUNK);
  expect(Object.keys(SCHEMAS).toSorted()).toEqual(names.toSorted());
  for (const name of names) {
    const schema = SCHEMAS[name];
    if (schema === undefined) throw new Error(`no schema for ${name}`);
    expect(v.parse(schema, EXAMPLES[name]), name).toEqual(EXAMPLES[name]);
  }
});

test('keys of EVENTS are the names in upper snake case', () => {
  for (const [key, name] of Object.entries(EVENTS)) {
    expect(key).toBe(name === 'model:chunk:v1' ? 'MODEL_CHUNK' : name.replaceAll(':', '_').toUpperCase());
  }
});

test('unknown fields are ignored, so that version 1 can grow', () => {
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    const example = EXAMPLES[name as keyof typeof EXAMPLES];
    expect(v.parse(schema, { ...(example as object), later: { deep: true } }), name).toEqual(example);
  }
});

const WRONG: readonly [string, unknown][] = [
  ['job:progress', { ...base, progress: 101 }],
  ['job:progress', { ...base, progress: -1 }],
  ['job:progress', { ...base, progress: Number.NaN }],
  ['job:progress', { ...base, progress: '50' }],
  ['job:progress', { ...base, progress: 1, message: null }],
  ['job:started', { ...base, sequence: 0 }],
  ['job:started', { ...base, sequence: 1.5 }],
  ['job:started', { ...base, sequence: 2 ** 53 }],
  ['job:started', { ...base, sequence: '1e9' }],
  ['job:started', { ...base, timestamp: Number.POSITIVE_INFINITY }],
  ['job:started', { ...base, epoch: '' }],
  ['job:created', { ...base, title: 'not the first' }],
  ['job:step', { ...base, step: { id: 'a', status: 'pending' } }],
  ['model:chunk:v1', { ...base, text: 'a', offset: -1 }],
  ['model:chunk:v1', { ...base, text: 'a' }],
  ['model:chunk:v1', { ...base, text: 'a', offset: 0, firstSequence: 3 }],
  ['model:chunk:v1', { ...base, text: 'a', offset: 0, channel: 'other' }],
  ['job:failed', { ...base, error: { code: 'x', message: 'y' } }],
  ['job:notice', { jobId: 'job-1', kind: 'something' }],
  ['jobs:changed', { job: { ...summary, status: 'idle' } }],
  ['job:reset', { job: { ...snapshot, channels: { __proto__x: { text: '', offset: 0 } } }, position: base }],
  ['job:subscribe', { jobId: 'job-1', after: { epoch: 'e1', sequence: -1 } }],
  ['auth:refresh', { token: 'x'.repeat(LIMITS.tokenLength + 1) }],
];

test.each(WRONG)('%s refuses %j', (name, payload) => {
  const schema = SCHEMAS[name];
  if (schema === undefined) throw new Error(`no schema for ${name}`);
  expect(v.is(schema, payload)).toBe(false);
});

test.each(['', '-a', '.a', '_a', 'a b', 'a/b', '../a', 'a\n', 'a\0', '{a}', 'ä', 'a'.repeat(129), 5, null, ['a'], {}])(
  'no job has the id %j',
  (id) => {
    expect(v.is(jobIdSchema, id)).toBe(false);
  },
);

test('nothing that can come over the wire makes a schema throw', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(SCHEMAS), ...Object.values(ACK_SCHEMAS)),
      fc.anything(),
      (schema, value) => {
        expect(() => v.safeParse(schema, value)).not.toThrow();
      },
    ),
    { numRuns: 2_000 },
  );
});

test('the legacy name of a chunk is taken in as the present one', () => {
  expect(v.parse(ingestEventSchema, { type: 'job:chunk', text: 'a' })).toEqual({ type: 'model:chunk:v1', text: 'a' });
});

test('job:created cannot be appended', () => {
  expect(v.is(ingestEventSchema, { type: 'job:created', title: 'again' })).toBe(false);
});

test('an append of nothing, of too many, or of one that does not fit is refused with its place', () => {
  expect(v.is(appendRequestSchema, { events: [] })).toBe(false);
  const many = Array.from({ length: LIMITS.eventsPerAppend + 1 }, () => ({ type: 'job:started' }));
  expect(v.is(appendRequestSchema, { events: many })).toBe(false);
  const result = v.safeParse(appendRequestSchema, {
    events: [{ type: 'job:started' }, { type: 'job:progress', progress: 200 }],
  });
  if (result.success) throw new Error('it was accepted');
  expect(describeIssues(result.issues)).toMatch(/^events\.1\.progress: /);
});

test('a result nests at most as deep as the limit says', () => {
  let deep: unknown = 1;
  for (let level = 0; level < LIMITS.jsonDepth; level += 1) deep = [deep];
  expect(v.is(ingestEventSchema, { type: 'job:completed', result: deep })).toBe(true);
  expect(v.is(ingestEventSchema, { type: 'job:completed', result: [deep] })).toBe(false);
});

test('a job with two steps of one id is refused', () => {
  const request = { ownerId: 'dev', title: 'A job', steps: [{ id: 'a' }, { id: 'a' }] };
  expect(v.is(createJobRequestSchema, request)).toBe(false);
});

test('names, payloads and Socket.IO types belong together', () => {
  expectTypeOf<keyof ServerToClientEvents>().toEqualTypeOf<keyof JobEventPayloads | keyof NoticePayloads>();
  expectTypeOf<keyof ClientToServerEvents>().toEqualTypeOf<keyof CommandPayloads>();
  expectTypeOf<Parameters<ServerToClientEvents['model:chunk:v1']>[0]>().toEqualTypeOf<ModelChunkPayload>();
  expectTypeOf<Extract<JobEvent, { type: 'job:failed' }>['error']['retryable']>().toEqualTypeOf<boolean>();
  expectTypeOf<JobSnapshot['channels'][string]['text']>().toEqualTypeOf<string>();
  expectTypeOf<JobSnapshot['status']>().toEqualTypeOf<
    'queued' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled'
  >();
  expect(JOB_EVENT_NAMES.length + COMMAND_NAMES.length + Object.keys(NOTICE_SCHEMAS).length + 1).toBe(
    Object.keys(EVENTS).length,
  );
});
