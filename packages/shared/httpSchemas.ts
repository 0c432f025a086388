/**
 * Runtime schemas of the HTTP API: what workers and owners send, with limits, and what they are answered. Unknown fields
 * are ignored.
 */
import * as v from 'valibot';
import {
  CHANNEL_NAMES,
  EVENTS,
  type AppendRequest,
  type AppendResponse,
  type CancelState,
  type ControlKind,
  type ControlMessage,
  type CreateJobRequest,
  type CreateJobResponse,
  type HeartbeatResponse,
  type HttpError,
  type IngestEvent,
  type JobListResponse,
  type JobSnapshot,
  type ResumeState,
  type TakeoverResponse,
} from './events.ts';
import { isJsonValue } from './json.ts';
import {
  LIMITS,
  cancelStateSchema,
  epochSchema,
  jobIdSchema,
  jobSnapshotSchema,
  jobSummarySchema,
  milliseconds,
  offsetSchema,
  percentage,
  reasonSchema,
  resumeStateSchema,
  sequenceSchema,
  stepStatusSchema,
  type Schema,
} from './schemas.ts';

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

// ---- Requests

export const createJobRequestSchema: Schema<CreateJobRequest> = v.object({
  jobId: v.exactOptional(jobIdSchema),
  ownerId: v.pipe(v.string(), v.minLength(1), v.maxLength(256)),
  title: v.pipe(v.string(), v.minLength(1), v.maxLength(LIMITS.titleLength)),
  kind: v.exactOptional(name),
  steps: v.exactOptional(ingestSteps),
  metadata: v.exactOptional(v.pipe(json, v.record(v.string(), v.unknown()))),
});

/** A writer token: opaque. */
export const writerSchema: Schema<string> = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
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
      offset: v.exactOptional(offsetSchema),
      channel: v.exactOptional(v.picklist(CHANNEL_NAMES)),
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

/** Sequence 1 is always `job:created`, which the log writes itself. */
export const appendFromSchema: Schema<number> = v.pipe(
  sequenceSchema,
  v.minValue(2, 'sequence 1 is job:created; a worker begins with 2'),
);

export const appendRequestSchema: Schema<AppendRequest> = v.object({
  events: v.pipe(v.array(ingestEventSchema), v.minLength(1), v.maxLength(LIMITS.eventsPerAppend)),
  from: v.exactOptional(appendFromSchema),
  writer: v.exactOptional(writerSchema),
});
export const heartbeatRequestSchema: Schema<{ writer: string }> = v.object({ writer: writerSchema });
export const takeoverRequestSchema: Schema<{ writer?: string }> = v.object({ writer: v.exactOptional(writerSchema) });
export const cancelRequestSchema: Schema<{ reason?: string }> = v.object({ reason: v.exactOptional(reasonSchema) });

// ---- Answers

const position = { epoch: epochSchema, sequence: sequenceSchema };

export const createJobResponseSchema: Schema<CreateJobResponse> = v.object({
  jobId: jobIdSchema,
  ...position,
  writer: v.exactOptional(writerSchema),
});
export const appendResponseSchema: Schema<AppendResponse> = v.object({
  ...position,
  cancelRequested: v.boolean(),
  duplicate: v.exactOptional(v.literal(true)),
});
export const heartbeatResponseSchema: Schema<HeartbeatResponse> = v.object({ cancelRequested: v.boolean() });
export const takeoverResponseSchema: Schema<TakeoverResponse> = v.object({ ...position, writer: writerSchema });
export const jobResponseSchema: Schema<{ job: JobSnapshot }> = v.object({ job: jobSnapshotSchema });
export const jobListResponseSchema: Schema<JobListResponse> = v.object({
  jobs: v.array(jobSummarySchema),
  next: v.exactOptional(v.string()),
});
export const cancelResponseSchema: Schema<{ state: CancelState }> = v.object({ state: cancelStateSchema });
export const resumeResponseSchema: Schema<{ state: ResumeState }> = v.object({ state: resumeStateSchema });

/** Events of the control stream, by name. */
export const CONTROL_SCHEMAS: { readonly [Kind in ControlKind]: Schema<ControlMessage> } = {
  cancel: v.object({ jobId: jobIdSchema, reason: v.exactOptional(v.string()) }),
  resume: v.object({ jobId: jobIdSchema, reason: v.exactOptional(v.string()) }),
};

export const httpErrorSchema: Schema<HttpError> = v.object({
  code: v.picklist([
    'invalid_payload',
    'unauthorized',
    'forbidden_origin',
    'not_found',
    'conflict',
    'gap',
    'fenced',
    'finished',
    'leased',
    'payload_too_large',
    'rate_limited',
    'unavailable',
    'internal',
  ]),
  message: v.string(),
  sequence: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  retryAfterMs: v.exactOptional(milliseconds),
});
