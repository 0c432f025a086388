/**
 * Runtime schemas of all that crosses the wire. Unknown fields are ignored, so that version 1 can grow;
 * known ones must fit. What a server accepts from workers has limits besides: those are in `LIMITS`.
 */
import * as v from 'valibot';
import {
  EVENTS,
  JOB_ID_PATTERN,
  type Ack,
  type AckFailure,
  type AppendRequest,
  type ChannelState,
  type CommandName,
  type CommandPayloads,
  type CommandResults,
  type CreateJobRequest,
  type HandshakeError,
  type IngestEvent,
  type JobError,
  type JobEventName,
  type JobEventPayloads,
  type JobSnapshot,
  type JobStep,
  type JobSummary,
  type NoticeName,
  type NoticePayloads,
  type Position,
  type StepReference,
} from './events.ts';

type Schema<T> = v.GenericSchema<unknown, T>;

/** Lengths and counts that a server refuses beyond; each is named in the error. */
export const LIMITS = {
  /** Bytes of one Socket.IO message. */
  messageBytes: 65_536,
  /** Bytes of one HTTP body. */
  bodyBytes: 1_048_576,
  eventsPerAppend: 1_000,
  titleLength: 500,
  textLength: 262_144,
  shortTextLength: 4_000,
  nameLength: 64,
  steps: 100,
  jsonDepth: 16,
  tokenLength: 8_192,
} as const;

const safeInteger = (minimum: number): Schema<number> => v.pipe(v.number(), v.safeInteger(), v.minValue(minimum));
const text: Schema<string> = v.string();
const nonEmpty: Schema<string> = v.pipe(v.string(), v.minLength(1));
const milliseconds: Schema<number> = v.pipe(v.number(), v.finite(), v.minValue(0));
const percentage: Schema<number | null> = v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(100)));

export const jobIdSchema: Schema<string> = v.pipe(v.string(), v.regex(JOB_ID_PATTERN));
export const epochSchema: Schema<string> = v.pipe(v.string(), v.minLength(1), v.maxLength(128));
export const sequenceSchema: Schema<number> = safeInteger(1);

/** A position may stand before the first event: `sequence` 0. */
export const positionSchema: Schema<Position> = v.object({ epoch: epochSchema, sequence: safeInteger(0) });

export const jobErrorSchema: Schema<JobError> = v.object({ code: nonEmpty, message: text, retryable: v.boolean() });
const stepReferenceSchema: Schema<StepReference> = v.object({ id: nonEmpty, label: text });
const statusSchema = v.picklist(['queued', 'running', 'paused', 'completed', 'failed', 'cancelled']);

const summaryEntries = {
  jobId: jobIdSchema,
  title: text,
  kind: v.exactOptional(text),
  status: statusSchema,
  progress: percentage,
  step: v.exactOptional(stepReferenceSchema),
  createdAt: milliseconds,
  startedAt: v.exactOptional(milliseconds),
  finishedAt: v.exactOptional(milliseconds),
  error: v.exactOptional(jobErrorSchema),
};
export const jobSummarySchema: Schema<JobSummary> = v.object(summaryEntries);

export const jobStepSchema: Schema<JobStep> = v.object({
  id: nonEmpty,
  label: text,
  status: v.picklist(['pending', 'active', 'completed', 'failed', 'skipped']),
  startedAt: v.exactOptional(milliseconds),
  finishedAt: v.exactOptional(milliseconds),
  startedAtProgress: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(100))),
});
const channelNameSchema = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_-]{0,31}$/));
const channelStateSchema: Schema<ChannelState> = v.object({ text, offset: safeInteger(0) });

export const jobSnapshotSchema: Schema<JobSnapshot> = v.object({
  ...summaryEntries,
  epoch: epochSchema,
  sequence: sequenceSchema,
  message: v.exactOptional(text),
  etaMs: v.exactOptional(milliseconds),
  indeterminate: v.exactOptional(v.literal(true)),
  reason: v.exactOptional(text),
  result: v.exactOptional(v.unknown()),
  steps: v.array(jobStepSchema),
  channels: v.record(channelNameSchema, channelStateSchema),
  cancelRequested: v.boolean(),
  resumeRequested: v.boolean(),
  resumable: v.boolean(),
  workerSilentSince: v.exactOptional(milliseconds),
});

// ---- Sequenced job events

const sequencedEntries = {
  jobId: jobIdSchema,
  epoch: epochSchema,
  sequence: sequenceSchema,
  timestamp: milliseconds,
};
/** What every sequenced event has, also one that this version does not know. */
export const sequencedPayloadSchema: Schema<{ jobId: string; epoch: string; sequence: number; timestamp: number }> =
  v.object(sequencedEntries);

const stepDeclarationSchema = v.object({ id: nonEmpty, label: v.exactOptional(text) });
const stepStatusSchema = v.picklist(['active', 'completed', 'failed', 'skipped']);

/** Schema of each sequenced event's payload, by event name. */
export const JOB_EVENT_SCHEMAS: { readonly [Name in JobEventName]: Schema<JobEventPayloads[Name]> } = {
  [EVENTS.JOB_CREATED]: v.object({
    ...sequencedEntries,
    sequence: v.literal(1),
    title: text,
    kind: v.exactOptional(text),
    steps: v.exactOptional(v.array(stepDeclarationSchema)),
  }),
  [EVENTS.JOB_STARTED]: v.object(sequencedEntries),
  [EVENTS.JOB_PROGRESS]: v.object({
    ...sequencedEntries,
    progress: percentage,
    message: v.exactOptional(text),
    etaMs: v.exactOptional(milliseconds),
  }),
  [EVENTS.JOB_STEP]: v.object({
    ...sequencedEntries,
    step: v.object({ id: nonEmpty, label: v.exactOptional(text), status: stepStatusSchema }),
  }),
  [EVENTS.MODEL_CHUNK]: v.pipe(
    v.object({
      ...sequencedEntries,
      text,
      offset: safeInteger(0),
      channel: v.exactOptional(v.picklist(['output', 'reasoning'])),
      firstSequence: v.exactOptional(sequenceSchema),
    }),
    v.check(
      (chunk) => (chunk.firstSequence ?? chunk.sequence) <= chunk.sequence,
      'firstSequence must not exceed sequence',
    ),
  ),
  [EVENTS.JOB_PAUSED]: v.object({ ...sequencedEntries, reason: v.exactOptional(text) }),
  [EVENTS.JOB_RESUMED]: v.object(sequencedEntries),
  [EVENTS.JOB_COMPLETED]: v.object({ ...sequencedEntries, result: v.exactOptional(v.unknown()) }),
  [EVENTS.JOB_FAILED]: v.object({ ...sequencedEntries, error: jobErrorSchema }),
  [EVENTS.JOB_CANCELLED]: v.object({ ...sequencedEntries, reason: v.exactOptional(text) }),
};

/** Schema of each notice's payload, by event name. */
export const NOTICE_SCHEMAS: { readonly [Name in NoticeName]: Schema<NoticePayloads[Name]> } = {
  [EVENTS.JOBS_CHANGED]: v.object({ job: jobSummarySchema }),
  [EVENTS.JOB_RESET]: v.object({ job: jobSnapshotSchema, position: positionSchema }),
  [EVENTS.JOB_NOTICE]: v.object({
    jobId: jobIdSchema,
    kind: v.picklist(['cancel_requested', 'resume_requested', 'worker_silent', 'worker_back']),
    since: v.exactOptional(milliseconds),
  }),
  [EVENTS.AUTH_EXPIRING]: v.object({ expiresAt: milliseconds }),
  [EVENTS.AUTH_EXPIRED]: v.object({}),
  [EVENTS.SERVER_DRAINING]: v.object({ reconnectAfterMs: milliseconds }),
  [EVENTS.SERVER_DEGRADED]: v.object({ degraded: v.boolean() }),
};

// ---- Commands and acks

const reasonSchema: Schema<string> = v.pipe(v.string(), v.maxLength(LIMITS.shortTextLength));

/** Schema of each command's payload, by event name. */
export const COMMAND_SCHEMAS: { readonly [Name in CommandName]: Schema<CommandPayloads[Name]> } = {
  [EVENTS.JOB_SUBSCRIBE]: v.object({ jobId: jobIdSchema, after: v.exactOptional(positionSchema) }),
  [EVENTS.JOB_UNSUBSCRIBE]: v.object({ jobId: jobIdSchema }),
  [EVENTS.JOB_CANCEL]: v.object({ jobId: jobIdSchema, reason: v.exactOptional(reasonSchema) }),
  [EVENTS.JOB_RESUME]: v.object({ jobId: jobIdSchema }),
  [EVENTS.JOBS_WATCH]: v.object({}),
  [EVENTS.AUTH_REFRESH]: v.object({ token: v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.tokenLength)) }),
};

const ackFailureSchema: Schema<AckFailure> = v.object({
  ok: v.literal(false),
  error: v.object({
    code: v.picklist([
      'invalid_payload',
      'unauthorized',
      'token_expired',
      'not_found',
      'rate_limited',
      'too_many_subscriptions',
      'unavailable',
      'internal',
    ]),
    message: text,
    retryAfterMs: v.exactOptional(milliseconds),
  }),
});

/** Schema of each command's ack, by event name. */
export const ACK_SCHEMAS: { readonly [Name in CommandName]: Schema<Ack<CommandResults[Name]>> } = {
  [EVENTS.JOB_SUBSCRIBE]: v.union([
    v.object({
      ok: v.literal(true),
      outcome: v.picklist(['live', 'replayed', 'snapshot', 'reset', 'holding']),
      position: positionSchema,
      job: v.exactOptional(jobSnapshotSchema),
      serverTime: milliseconds,
    }),
    ackFailureSchema,
  ]),
  [EVENTS.JOB_UNSUBSCRIBE]: v.union([v.object({ ok: v.literal(true) }), ackFailureSchema]),
  [EVENTS.JOB_CANCEL]: v.union([
    v.object({ ok: v.literal(true), state: v.picklist(['requested', 'already_requested', 'already_finished']) }),
    ackFailureSchema,
  ]),
  [EVENTS.JOB_RESUME]: v.union([
    v.object({ ok: v.literal(true), state: v.picklist(['requested', 'not_resumable']) }),
    ackFailureSchema,
  ]),
  [EVENTS.JOBS_WATCH]: v.union([
    v.object({ ok: v.literal(true), jobs: v.array(jobSummarySchema), serverTime: milliseconds }),
    ackFailureSchema,
  ]),
  [EVENTS.AUTH_REFRESH]: v.union([
    v.object({ ok: v.literal(true), expiresAt: v.nullable(milliseconds) }),
    ackFailureSchema,
  ]),
};

export const handshakeErrorSchema: Schema<HandshakeError> = v.object({
  code: v.picklist(['unauthorized', 'token_expired', 'too_many_connections', 'unavailable']),
  message: text,
  retryable: v.boolean(),
});

// ---- What workers send: the same shapes with limits, numbered and completed by the log

const name: Schema<string> = v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.nameLength));
const shortText: Schema<string> = v.pipe(v.string(), v.maxLength(LIMITS.shortTextLength));
const label: Schema<string> = v.pipe(v.string(), v.maxLength(LIMITS.titleLength));
const ingestSteps = v.pipe(
  v.array(v.object({ id: name, label: v.exactOptional(label) })),
  v.maxLength(LIMITS.steps),
  v.check((steps) => new Set(steps.map((step) => step.id)).size === steps.length, 'step ids must differ'),
);
const json = v.pipe(
  v.unknown(),
  v.check(
    (value) => isJsonValue(value, LIMITS.jsonDepth),
    `must be JSON, nested at most ${String(LIMITS.jsonDepth)} levels`,
  ),
);

export const createJobRequestSchema: Schema<CreateJobRequest> = v.object({
  jobId: v.exactOptional(jobIdSchema),
  ownerId: v.pipe(v.string(), v.minLength(1), v.maxLength(256)),
  title: v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.titleLength)),
  kind: v.exactOptional(name),
  steps: v.exactOptional(ingestSteps),
  metadata: v.exactOptional(v.pipe(json, v.record(v.string(), v.unknown()))),
});

const at = { timestamp: v.exactOptional(milliseconds) };

/** `job:chunk` is accepted and becomes `model:chunk:v1`. */
export const ingestEventSchema: Schema<IngestEvent> = v.pipe(
  v.variant('type', [
    v.object({ type: v.literal(EVENTS.JOB_STARTED), ...at }),
    v.object({
      type: v.literal(EVENTS.JOB_PROGRESS),
      ...at,
      progress: percentage,
      message: v.exactOptional(shortText),
      etaMs: v.exactOptional(milliseconds),
    }),
    v.object({
      type: v.literal(EVENTS.JOB_STEP),
      ...at,
      step: v.object({ id: name, label: v.exactOptional(label), status: stepStatusSchema }),
    }),
    v.object({
      type: v.picklist([EVENTS.MODEL_CHUNK, EVENTS.JOB_CHUNK]),
      ...at,
      text: v.pipe(v.string(), v.maxLength(LIMITS.textLength)),
      offset: v.exactOptional(safeInteger(0)),
      channel: v.exactOptional(v.picklist(['output', 'reasoning'])),
    }),
    v.object({ type: v.literal(EVENTS.JOB_PAUSED), ...at, reason: v.exactOptional(shortText) }),
    v.object({ type: v.literal(EVENTS.JOB_RESUMED), ...at }),
    v.object({ type: v.literal(EVENTS.JOB_COMPLETED), ...at, result: v.exactOptional(json) }),
    v.object({
      type: v.literal(EVENTS.JOB_FAILED),
      ...at,
      error: v.object({ code: name, message: shortText, retryable: v.boolean() }),
    }),
    v.object({ type: v.literal(EVENTS.JOB_CANCELLED), ...at, reason: v.exactOptional(shortText) }),
  ]),
  v.transform(
    (event): IngestEvent =>
      (event.type === EVENTS.JOB_CHUNK ? { ...event, type: EVENTS.MODEL_CHUNK } : event) as IngestEvent,
  ),
);

export const appendRequestSchema: Schema<AppendRequest> = v.object({
  events: v.pipe(v.array(ingestEventSchema), v.minLength(1), v.maxLength(LIMITS.eventsPerAppend)),
  from: v.exactOptional(sequenceSchema),
  writer: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(256))),
});

/** Whether a value survives JSON unchanged, nested at most `depth` levels. */
function isJsonValue(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth === 0) return false;
  return Object.values(value).every((item) => isJsonValue(item, depth - 1));
}

/** Says in one line what does not fit a schema: the path, then the reason. */
export function describeIssues(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues
    .slice(0, 3)
    .map((issue) => {
      const path = v.getDotPath(issue);
      return path === null ? issue.message : `${path}: ${issue.message}`;
    })
    .join('; ');
}
