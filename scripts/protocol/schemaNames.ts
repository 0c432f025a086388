/** Every schema of the wire under the name that the documents give it. */
import {
  ACK_SCHEMAS,
  COMMAND_NAMES,
  COMMAND_SCHEMAS,
  CONTROL_SCHEMAS,
  EVENTS,
  JOB_EVENT_NAMES,
  JOB_EVENT_SCHEMAS,
  NOTICE_SCHEMAS,
  appendFromSchema,
  appendRequestSchema,
  appendResponseSchema,
  cancelRequestSchema,
  cancelResponseSchema,
  createJobRequestSchema,
  createJobResponseSchema,
  handshakeErrorSchema,
  heartbeatRequestSchema,
  heartbeatResponseSchema,
  httpErrorSchema,
  ingestEventSchema,
  jobErrorSchema,
  jobIdSchema,
  jobListResponseSchema,
  jobResponseSchema,
  jobSnapshotSchema,
  jobStepSchema,
  jobSummarySchema,
  positionSchema,
  resumeResponseSchema,
  takeoverRequestSchema,
  takeoverResponseSchema,
  writerSchema,
  type CommandName,
  type JobEventName,
  type NoticeName,
} from '@regen/realtime-shared';
import * as v from 'valibot';

type WireEvent = CommandName | JobEventName | NoticeName;

export const NOTICE_NAMES = Object.keys(NOTICE_SCHEMAS) as NoticeName[];

const KEYS = new Map<string, string>(Object.entries(EVENTS).map(([key, name]) => [name, key]));

/** The event's key in `EVENTS`, in Pascal case: `model:chunk:v1` is `ModelChunk`. */
export function pascalName(event: WireEvent): string {
  const key = KEYS.get(event);
  if (key === undefined) throw new Error(`"${event}" is not in EVENTS.`);
  return key
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('');
}

export const payloadName = (event: WireEvent): string => `${pascalName(event)}Payload`;
export const ackName = (command: CommandName): string => `${pascalName(command)}Ack`;

/** What stands in the address of a long upload, in whose body there is place for events alone. */
const appendLinesQuerySchema = v.object({
  from: v.exactOptional(appendFromSchema),
  writer: v.exactOptional(writerSchema),
});

/** In the order of the protocol's tables. */
export function namedSchemas(): Record<string, v.GenericSchema> {
  return {
    JobId: jobIdSchema,
    Position: positionSchema,
    JobError: jobErrorSchema,
    JobStep: jobStepSchema,
    JobSummary: jobSummarySchema,
    JobSnapshot: jobSnapshotSchema,
    HandshakeError: handshakeErrorSchema,
    ...Object.fromEntries(COMMAND_NAMES.map((name) => [payloadName(name), COMMAND_SCHEMAS[name]])),
    ...Object.fromEntries(COMMAND_NAMES.map((name) => [ackName(name), ACK_SCHEMAS[name]])),
    ...Object.fromEntries(JOB_EVENT_NAMES.map((name) => [payloadName(name), JOB_EVENT_SCHEMAS[name]])),
    ...Object.fromEntries(NOTICE_NAMES.map((name) => [payloadName(name), NOTICE_SCHEMAS[name]])),
    CreateJobRequest: createJobRequestSchema,
    IngestEvent: ingestEventSchema,
    AppendRequest: appendRequestSchema,
    AppendLinesQuery: appendLinesQuerySchema,
    HeartbeatRequest: heartbeatRequestSchema,
    TakeoverRequest: takeoverRequestSchema,
    CancelRequest: cancelRequestSchema,
    CreateJobResponse: createJobResponseSchema,
    AppendResponse: appendResponseSchema,
    HeartbeatResponse: heartbeatResponseSchema,
    TakeoverResponse: takeoverResponseSchema,
    JobResponse: jobResponseSchema,
    JobListResponse: jobListResponseSchema,
    CancelResponse: cancelResponseSchema,
    ResumeResponse: resumeResponseSchema,
    ControlMessage: CONTROL_SCHEMAS.cancel,
    HttpError: httpErrorSchema,
  };
}
