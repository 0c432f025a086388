/**
 * The wire contract, version 1: names and shapes of all that crosses it.
 * Runtime schemas for the same shapes are in schemas.ts, their meaning in docs/protocol.md.
 */

/** Every event name on the wire. Keys are the names in upper snake case. */
export const EVENTS = {
  // Commands, client to server, each with an ack.
  JOB_SUBSCRIBE: 'job:subscribe',
  JOB_UNSUBSCRIBE: 'job:unsubscribe',
  JOB_CANCEL: 'job:cancel',
  JOB_RESUME: 'job:resume',
  JOBS_WATCH: 'jobs:watch',
  AUTH_REFRESH: 'auth:refresh',
  // Facts of one job's event log, server to client, numbered by `sequence`.
  JOB_CREATED: 'job:created',
  JOB_STARTED: 'job:started',
  JOB_PROGRESS: 'job:progress',
  JOB_STEP: 'job:step',
  MODEL_CHUNK: 'model:chunk:v1',
  JOB_PAUSED: 'job:paused',
  JOB_RESUMED: 'job:resumed',
  JOB_COMPLETED: 'job:completed',
  JOB_FAILED: 'job:failed',
  JOB_CANCELLED: 'job:cancelled',
  /** Legacy name of `MODEL_CHUNK`: accepted at ingest and by the client, never emitted. */
  JOB_CHUNK: 'job:chunk',
  // Notices, server to client, without a sequence, idempotent.
  JOBS_CHANGED: 'jobs:changed',
  JOB_RESET: 'job:reset',
  JOB_NOTICE: 'job:notice',
  AUTH_EXPIRING: 'auth:expiring',
  AUTH_EXPIRED: 'auth:expired',
  SERVER_DRAINING: 'server:draining',
  SERVER_DEGRADED: 'server:degraded',
} as const;

export type EventName = (typeof EVENTS)[keyof typeof EVENTS];

/** The matching pattern of a job id. */
export const JOB_ID_PATTERN: RegExp = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Ids that the standard steps of an AI job carry. A job may have steps of its own. */
export const STANDARD_STEPS = ['thinking', 'searching', 'writing'] as const;

// ---- Jobs

export type JobStatus = 'queued' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled';
export type StepStatus = 'pending' | 'active' | 'completed' | 'failed' | 'skipped';
/** Channels of this version. A client takes the chunks of others for events that it does not know. */
export const CHANNEL_NAMES = ['output', 'reasoning'] as const;
export type ChannelName = (typeof CHANNEL_NAMES)[number];

/** A place in a job's event log. Reads are strictly after it. */
export interface Position {
  /** Incarnation of the log; opaque, compared for equality only. */
  epoch: string;
  /** Number of the last event that is included; 1, 2, 3 … without holes. */
  sequence: number;
}

export interface JobError {
  code: string;
  message: string;
  /** A retryable failure can be resumed; after any other one nothing is appended. */
  retryable: boolean;
}

export interface StepReference {
  id: string;
  label: string;
}

export interface JobSummary {
  jobId: string;
  title: string;
  kind?: string;
  status: JobStatus;
  /** 0 to 100; null while the worker reported none. */
  progress: number | null;
  /** The step that became active last. */
  step?: StepReference;
  /** All times in ms since the Unix epoch. */
  createdAt: number;
  startedAt?: number;
  finishedAt?: number;
  error?: JobError;
}

export interface JobStep {
  id: string;
  label: string;
  status: StepStatus;
  /** ms since the Unix epoch; absent before it began, or ended. */
  startedAt?: number;
  finishedAt?: number;
  /** Progress (0 to 100) at which the step began; absent while none was reported. */
  startedAtProgress?: number;
}

/** One channel's text. `Text` is a string on the wire; a client may hold it in another form. */
export interface ChannelState<Text = string> {
  text: Text;
  /** UTF-16 code units that were dropped from the front; 0 unless only the tail is kept. */
  offset: number;
}

/** A job's state, folded up to `{ epoch, sequence }`. */
export interface JobState<Text = string> extends JobSummary, Position {
  message?: string;
  /** Remaining time in ms, as the worker reported it with its last progress. */
  etaMs?: number;
  /** The worker's last progress was `null`: it moves, and nobody knows how far it is. Absent where none was reported. */
  indeterminate?: true;
  /** Why it is paused or was cancelled. */
  reason?: string;
  result?: unknown;
  steps: readonly JobStep[];
  channels: Readonly<Record<string, ChannelState<Text>>>;
  cancelRequested: boolean;
  resumeRequested: boolean;
  /** Paused, or failed with a retryable error. */
  resumable: boolean;
  /** The worker's last sign of life, while it is silent for longer than its lease. */
  workerSilentSince?: number;
}

export type JobSnapshot = JobState<string>;

// ---- Sequenced job events

export interface SequencedPayload extends Position {
  jobId: string;
  /** ms since the Unix epoch. */
  timestamp: number;
}

export interface JobCreatedPayload extends SequencedPayload {
  title: string;
  kind?: string;
  steps?: readonly { id: string; label?: string }[];
}
export interface JobStartedPayload extends SequencedPayload {}
export interface JobProgressPayload extends SequencedPayload {
  /** 0 to 100; null = indeterminate. */
  progress: number | null;
  message?: string;
  etaMs?: number;
}
export interface JobStepPayload extends SequencedPayload {
  step: { id: string; label?: string; status: Exclude<StepStatus, 'pending'> };
}
export interface ModelChunkPayload extends SequencedPayload {
  text: string;
  /** UTF-16 code units of the channel's text before this chunk. */
  offset: number;
  /** Left out: `output`. */
  channel?: ChannelName;
  /** A merged chunk covers `firstSequence` … `sequence`; its `timestamp` is that of its first part. */
  firstSequence?: number;
}
export interface JobPausedPayload extends SequencedPayload {
  reason?: string;
}
export interface JobResumedPayload extends SequencedPayload {}
export interface JobCompletedPayload extends SequencedPayload {
  result?: unknown;
}
export interface JobFailedPayload extends SequencedPayload {
  error: JobError;
}
export interface JobCancelledPayload extends SequencedPayload {
  reason?: string;
}

/** Payload of each sequenced event by its name. */
export interface JobEventPayloads {
  'job:created': JobCreatedPayload;
  'job:started': JobStartedPayload;
  'job:progress': JobProgressPayload;
  'job:step': JobStepPayload;
  'model:chunk:v1': ModelChunkPayload;
  'job:paused': JobPausedPayload;
  'job:resumed': JobResumedPayload;
  'job:completed': JobCompletedPayload;
  'job:failed': JobFailedPayload;
  'job:cancelled': JobCancelledPayload;
}
export type JobEventName = keyof JobEventPayloads;

/** A sequenced event with its name, as logs and reducers hold it. */
export type JobEvent = {
  [Name in JobEventName]: { type: Name } & JobEventPayloads[Name];
}[JobEventName];
export type JobEventOf<Name extends JobEventName> = Extract<JobEvent, { type: Name }>;

/** Names of the sequenced events, in the order of the protocol's table. */
export const JOB_EVENT_NAMES: readonly JobEventName[] = [
  EVENTS.JOB_CREATED,
  EVENTS.JOB_STARTED,
  EVENTS.JOB_PROGRESS,
  EVENTS.JOB_STEP,
  EVENTS.MODEL_CHUNK,
  EVENTS.JOB_PAUSED,
  EVENTS.JOB_RESUMED,
  EVENTS.JOB_COMPLETED,
  EVENTS.JOB_FAILED,
  EVENTS.JOB_CANCELLED,
];

// ---- Notices

export interface JobsChangedPayload {
  job: JobSummary;
}
export interface JobResetPayload {
  job: JobSnapshot;
  position: Position;
}
export type JobNoticeKind = 'cancel_requested' | 'resume_requested' | 'worker_silent' | 'worker_back';
export interface JobNoticePayload {
  jobId: string;
  kind: JobNoticeKind;
  /** The last sign of life, ms since the Unix epoch. */
  since?: number;
}
export interface AuthExpiringPayload {
  /** ms since the Unix epoch. */
  expiresAt: number;
}
export interface AuthExpiredPayload {}
export interface ServerDrainingPayload {
  /** Each connection gets its own, spread over the drain window. */
  reconnectAfterMs: number;
}
export interface ServerDegradedPayload {
  degraded: boolean;
}

export interface NoticePayloads {
  'jobs:changed': JobsChangedPayload;
  'job:reset': JobResetPayload;
  'job:notice': JobNoticePayload;
  'auth:expiring': AuthExpiringPayload;
  'auth:expired': AuthExpiredPayload;
  'server:draining': ServerDrainingPayload;
  'server:degraded': ServerDegradedPayload;
}
export type NoticeName = keyof NoticePayloads;

// ---- Commands and their acks

export type CommandErrorCode =
  | 'invalid_payload'
  | 'unauthorized'
  | 'token_expired'
  | 'not_found'
  | 'rate_limited'
  | 'too_many_subscriptions'
  | 'unavailable'
  | 'internal';

export interface CommandError {
  code: CommandErrorCode;
  message: string;
  retryAfterMs?: number;
}
export type AckFailure = { ok: false; error: CommandError };
export type Ack<Result> = ({ ok: true } & Result) | AckFailure;

/** What a subscriber gets; see the protocol for the promise behind each word. */
export type SubscribeOutcome = 'live' | 'replayed' | 'snapshot' | 'reset' | 'holding';

export interface SubscribeResult {
  outcome: SubscribeOutcome;
  /** The subscriber has caught up at this position. */
  position: Position;
  job?: JobSnapshot;
  /** ms since the Unix epoch. */
  serverTime: number;
}
export type CancelState = 'requested' | 'already_requested' | 'already_finished';
export type ResumeState = 'requested' | 'not_resumable';

export interface CommandPayloads {
  'job:subscribe': { jobId: string; after?: Position };
  'job:unsubscribe': { jobId: string };
  'job:cancel': { jobId: string; reason?: string };
  'job:resume': { jobId: string };
  'jobs:watch': Record<never, never>;
  'auth:refresh': { token: string };
}
export interface CommandResults {
  'job:subscribe': SubscribeResult;
  'job:unsubscribe': Record<never, never>;
  'job:cancel': { state: CancelState };
  'job:resume': { state: ResumeState };
  'jobs:watch': { jobs: readonly JobSummary[]; serverTime: number };
  'auth:refresh': { expiresAt: number | null };
}
export type CommandName = keyof CommandPayloads;

export const COMMAND_NAMES: readonly CommandName[] = [
  EVENTS.JOB_SUBSCRIBE,
  EVENTS.JOB_UNSUBSCRIBE,
  EVENTS.JOB_CANCEL,
  EVENTS.JOB_RESUME,
  EVENTS.JOBS_WATCH,
  EVENTS.AUTH_REFRESH,
];

// ---- Handshake

export type HandshakeErrorCode = 'unauthorized' | 'token_expired' | 'too_many_connections' | 'unavailable';
/** `data` of the `connect_error` of a refused handshake. */
export interface HandshakeError {
  code: HandshakeErrorCode;
  message: string;
  /** False: trying again with the same token cannot succeed. */
  retryable: boolean;
}

// ---- HTTP, for workers and owners

export type HttpErrorCode =
  | 'invalid_payload'
  | 'unauthorized'
  | 'forbidden_origin'
  | 'not_found'
  | 'conflict'
  | 'gap'
  | 'fenced'
  | 'finished'
  | 'leased'
  | 'payload_too_large'
  | 'rate_limited'
  | 'unavailable'
  | 'internal';

/** The body of an answer that is no success is `{ error }`. */
export interface HttpError {
  code: HttpErrorCode;
  message: string;
  /** With `gap`: the log's last sequence. */
  sequence?: number;
  /** With `leased`, and where a later try may succeed; ms. */
  retryAfterMs?: number;
}

export interface CreateJobRequest {
  jobId?: string;
  ownerId: string;
  title: string;
  kind?: string;
  steps?: readonly { id: string; label?: string }[];
  metadata?: Readonly<Record<string, unknown>>;
}
export interface CreateJobResponse extends Position {
  jobId: string;
  /** Absent where the job existed already. */
  writer?: string;
}

/** An event as a worker sends it: the log numbers it and fills `timestamp` and `offset` where they are left out. */
export type IngestEvent = {
  [Name in Exclude<JobEventName, 'job:created'>]: { type: Name; timestamp?: number } & Omit<
    JobEventPayloads[Name],
    keyof SequencedPayload | 'offset' | 'firstSequence'
  > &
    (Name extends 'model:chunk:v1' ? { offset?: number } : unknown);
}[Exclude<JobEventName, 'job:created'>];

export interface AppendRequest {
  events: readonly IngestEvent[];
  /** Sequence of the first event; with `writer` the call is idempotent. */
  from?: number;
  writer?: string;
}
export interface AppendResponse extends Position {
  cancelRequested: boolean;
  /** Every event of the call was in the log already. */
  duplicate?: true;
}
export interface HeartbeatResponse {
  cancelRequested: boolean;
}
export interface TakeoverResponse extends Position {
  writer: string;
}
export type ControlKind = 'cancel' | 'resume';
/** Server-sent events of the control stream: `event` is the kind. */
export interface ControlMessage {
  jobId: string;
  reason?: string;
}
export interface JobListResponse {
  jobs: readonly JobSummary[];
  next?: string;
}

// ---- Socket.IO's generic parameters

export type ServerToClientEvents = {
  [Name in JobEventName]: (payload: JobEventPayloads[Name]) => void;
} & {
  [Name in NoticeName]: (payload: NoticePayloads[Name]) => void;
};
export type ClientToServerEvents = {
  [Name in CommandName]: (payload: CommandPayloads[Name], ack: (answer: Ack<CommandResults[Name]>) => void) => void;
};
