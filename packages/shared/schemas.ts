/**
 * Runtime schemas of all that crosses the socket. Unknown fields are ignored, so that version 1 can grow; known ones must
 * fit. Those of the HTTP API are in httpSchemas.ts.
 */
import * as v from 'valibot';
import {
  CHANNEL_NAMES,
  EVENTS,
  JOB_ID_PATTERN,
  type Ack,
  type AckFailure,
  type CancelState,
  type ChannelState,
  type CommandName,
  type CommandPayloads,
  type CommandResults,
  type HandshakeError,
  type JobError,
  type JobEventName,
  type JobEventPayloads,
  type JobSnapshot,
  type JobStep,
  type JobSummary,
  type NoticeName,
  type NoticePayloads,
  type Position,
  type ResumeState,
  type StepReference,
  type StepStatus,
} from './events.ts';

export type Schema<T> = v.GenericSchema<unknown, T>;

/** Lengths and counts that a server refuses beyond; each is named in the error. */
export const LIMITS = {
  /** Bytes of one HTTP body, and of what a socket reads at all. */
  bodyBytes: 1_048_576,
  eventsPerAppend: 1_000,
  /**
   * A job's state holds them all, and is carried with each append, each snapshot and each page that is opened: ten times
   * what a job may announce at first is enough for any that people look at.
   */
  stepsPerJob: 1_000,
  titleLength: 500,
  textLength: 262_144,
  shortTextLength: 4_000,
  nameLength: 64,
  /** Announced when a job is created. */
  steps: 100,
  jsonDepth: 16,
  tokenLength: 8_192,
} as const;

const safeInteger = (minimum: number): Schema<number> => v.pipe(v.number(), v.safeInteger(), v.minValue(minimum));
const text: Schema<string> = v.string();
const nonEmpty: Schema<string> = v.pipe(v.string(), v.minLength(1));
export const milliseconds: Schema<number> = v.pipe(v.number(), v.finite(), v.minValue(0));
export const percentage: Schema<number | null> = v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(100)));

export const jobIdSchema: Schema<string> = v.pipe(v.string(), v.regex(JOB_ID_PATTERN));
export const epochSchema: Schema<string> = v.pipe(v.string(), v.minLength(1), v.maxLength(128));
export const sequenceSchema: Schema<number> = safeInteger(1);
export const offsetSchema: Schema<number> = safeInteger(0);

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
const channelStateSchema: Schema<ChannelState> = v.object({ text, offset: offsetSchema });

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
export const stepStatusSchema: Schema<Exclude<StepStatus, 'pending'>> = v.picklist([
  'active',
  'completed',
  'failed',
  'skipped',
]);

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
      offset: offsetSchema,
      channel: v.exactOptional(v.picklist(CHANNEL_NAMES)),
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

export const reasonSchema: Schema<string> = v.pipe(v.string(), v.maxLength(LIMITS.shortTextLength));

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

export const cancelStateSchema: Schema<CancelState> = v.picklist([
  'requested',
  'already_requested',
  'already_finished',
]);
export const resumeStateSchema: Schema<ResumeState> = v.picklist(['requested', 'not_resumable']);

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
  [EVENTS.JOB_CANCEL]: v.union([v.object({ ok: v.literal(true), state: cancelStateSchema }), ackFailureSchema]),
  [EVENTS.JOB_RESUME]: v.union([v.object({ ok: v.literal(true), state: resumeStateSchema }), ackFailureSchema]),
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
