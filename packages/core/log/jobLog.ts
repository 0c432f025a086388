/** The port to the store: one append-only event log a job. Everything of a store's technology ends behind it. */
import type {
  CancelState,
  ControlKind,
  CreateJobRequest,
  IngestEvent,
  JobEvent,
  JobListResponse,
  JobNoticePayload,
  JobSnapshot,
  JobStatus,
  JobSummary,
  Position,
  ResumeState,
} from '@regen/realtime-shared';

/**
 * Event logs, numbered 1, 2, 3 … a job, with epochs, writer tokens and leases.
 *
 * Every method rejects with `JobLogUnavailableError` while the store is out of reach; whether a rejected call was
 * carried out is then unknown, and repeating it is safe (an append needs `from` and `writer` for that). A refusal by
 * the rules is a result, never a rejection. Calls for one job take effect one after the other.
 */
export interface JobLog {
  /** Begins a log with `job:created` as sequence 1. */
  create(request: CreateRequest): Promise<CreateResult>;
  /** Appends all events of the call or none, and renews the lease. */
  append(request: LogAppendRequest): Promise<AppendResult>;
  /** Renews the lease. */
  heartbeat(request: { jobId: string; writer: string }): Promise<HeartbeatResult>;
  /** Begins a new epoch with a new writer token; the former token is fenced off from here on. */
  takeover(request: { jobId: string; writer?: string }): Promise<TakeoverResult>;
  /** Remembers that a cancel is wanted, tells subscribers and workers. Idempotent. */
  requestCancel(request: OwnedRequest & { reason?: string }): Promise<{ kind: CancelState } | Missing>;
  /** Remembers that a paused or retryably failed job shall go on, tells subscribers and workers. Idempotent. */
  requestResume(request: OwnedRequest): Promise<{ kind: ResumeState } | Missing>;
  /** The job's head and, in the same call, what follows a position; without `after` a snapshot. */
  read(request: ReadRequest): Promise<ReadResult>;
  /** An owner's jobs, the newest first. An unknown cursor is `invalid`. */
  list(request: ListRequest): Promise<({ kind: 'page' } & JobListResponse) | { kind: 'invalid'; message: string }>;
  /** An owner's unfinished jobs and the most recent finished ones, the newest first. */
  recent(request: { ownerId: string; finishedLimit: number }): Promise<readonly ListedJob[]>;
  /** Requests that no worker has answered yet: cancels of unfinished jobs, resumes of resumable ones. */
  pendingControl(): Promise<readonly LogControlMessage[]>;
  /**
   * Does what has become due: tells of workers silent for a lease, gives up those silent for `WORKER_LOST_MS`
   * (in a new epoch: `job:cancelled` where a cancel was requested, else `job:failed` with `worker_lost`), and
   * forgets what is kept no longer. May run on several nodes at once: each thing is done once. Where workers could not
   * be heard since the store was out of reach, or no server ran, a node does none of it for one lease from then on.
   * Resolves to the ms until something is due again, `null` for nothing, and to the last events of the jobs that it
   * gave up.
   */
  sweep(): Promise<{ nextDueInMs: number | null; givenUp: readonly JobEvent[] }>;

  /**
   * Live appends and notices of one job. Messages may be lost, doubled or out of order: whoever listens repairs by
   * `read`. What is appended after `ready` resolved is pushed, unless it is lost. The job need not exist.
   */
  subscribe(jobId: string, listener: (message: JobLogMessage) => void): LogSubscription;
  /**
   * Summaries of an owner's jobs whenever one is created or changes its status. After a loss comes `check`. What was
   * told just before may be told too: `position` says what is older.
   */
  subscribeOwner(ownerId: string, listener: (message: OwnerMessage) => void): LogSubscription;
  /** Cancel and resume requests for workers. After a loss comes `check`. What was told just before may be told too. */
  subscribeControl(listener: (message: LogControlMessage | CheckMessage) => void): LogSubscription;

  /** The log's time, ms since the Unix epoch: that of what it says happened. Not the clock of who asks. */
  now(): number;
  /** Whether the store can be reached, as far as is known. */
  isAvailable(): boolean;
  /** Calls back when that changes. Returns its unsubscribe. */
  onAvailability(listener: (available: boolean) => void): () => void;
}

/** The store is out of reach: nothing is known about the call. */
export class JobLogUnavailableError extends Error {
  override readonly name = 'JobLogUnavailableError';
  constructor(message = 'The job log cannot be reached; try again shortly.', options?: { cause?: unknown }) {
    super(message, options);
  }
}

export interface LogSubscription {
  /** Resolves once live messages arrive; rejects where the store is out of reach. */
  ready: Promise<void>;
  close(): void;
}

/** What a job's log is at now. */
export interface JobHead extends Position {
  jobId: string;
  ownerId: string;
  status: JobStatus;
  /** Nothing can be appended any more. */
  final: boolean;
  cancelRequested: boolean;
  resumeRequested: boolean;
  /** The worker's last sign of life, while it is silent for longer than its lease. */
  workerSilentSince?: number;
  /**
   * For so long what the log lost may be refilled by its worker: the rest of the lease, or of the time for which silence
   * does not count since the log could not hear. Absent where neither runs.
   */
  leaseRemainingMs?: number;
  /** About what a snapshot costs, in UTF-16 code units of content (see `contentLength`). */
  snapshotLength: number;
}

export interface CreateRequest extends CreateJobRequest {
  jobId: string;
  /** Kept per owner: the same key gives the same answer. */
  idempotencyKey?: string;
}
export type CreateResult =
  | ({ kind: 'created' | 'repeated'; jobId: string; writer: string } & Position)
  | ({ kind: 'exists'; jobId: string } & Position)
  | { kind: 'conflict' };

export interface LogAppendRequest {
  jobId: string;
  events: readonly IngestEvent[];
  /** Sequence of the first event; left out, the log numbers them. */
  from?: number;
  /** Left out: any writer, for tools. */
  writer?: string;
  /**
   * The last position that the caller was answered. Without `from`, a log of that epoch that ends before it has lost
   * its tail: numbering from there would mix two histories, so it answers `gap`.
   */
  notBefore?: Position;
}
export type AppendResult =
  | ({ kind: 'appended' | 'duplicate'; cancelRequested: boolean } & Position)
  | { kind: 'gap'; sequence: number }
  /** At `at` the log holds another event than the one that was sent; it ends at `sequence`. */
  | { kind: 'conflict'; at: number; sequence: number }
  | { kind: 'fenced' | 'finished' }
  | { kind: 'invalid'; message: string }
  | Missing;

export type HeartbeatResult = { kind: 'renewed'; cancelRequested: boolean } | { kind: 'fenced' | 'finished' } | Missing;

export type TakeoverResult =
  | ({ kind: 'taken'; writer: string } & Position)
  | { kind: 'leased'; retryAfterMs: number }
  | { kind: 'fenced' | 'finished' }
  | Missing;

/** With `ownerId`, a job of another owner is `missing`. */
export interface OwnedRequest {
  jobId: string;
  ownerId?: string;
}
export interface Missing {
  kind: 'missing';
}

export interface ReadRequest {
  jobId: string;
  /** Strictly after this; `beginning` stands before the first event of whatever epoch it has. */
  after?: Position | 'beginning';
  /** At most so many events … */
  maxEvents?: number;
  /** … and so much content, but at least one event. */
  maxLength?: number;
}
export type ReadResult =
  /** The position is a part of the log's history; `events` follow it, `remaining` is what did not fit the limits. */
  | { kind: 'events'; head: JobHead; events: readonly JobEvent[]; remaining: { events: number; length: number } }
  /** No position was given, or the log no longer holds what follows it. The snapshot is the state at the head. */
  | { kind: 'snapshot'; head: JobHead; snapshot: JobSnapshot }
  /** The position is no part of the log's history: an unknown epoch, or past the end of an earlier one. */
  | { kind: 'diverged'; head: JobHead; snapshot: JobSnapshot }
  /** The position lies behind the log's end in its own epoch: the log lost its tail. */
  | { kind: 'ahead'; head: JobHead; snapshot: JobSnapshot }
  | Missing;

/** A job's summary and the place in its log where it is true: what is told of a job can be put in order by it. */
export interface ListedJob {
  job: JobSummary;
  position: Position;
}

export interface ListRequest {
  ownerId: string;
  status?: JobStatus;
  limit: number;
  cursor?: string;
}

/** Something else than an append happened (a takeover, a loss, a reconnected channel): read again. */
export interface CheckMessage {
  kind: 'check';
}
export type JobLogMessage =
  /** In order and without holes among themselves; all of one epoch. */
  { kind: 'events'; events: readonly JobEvent[] } | { kind: 'notice'; notice: JobNoticePayload } | CheckMessage;
export type OwnerMessage = ({ kind: 'job' } & ListedJob) | CheckMessage;
export interface LogControlMessage {
  kind: ControlKind;
  jobId: string;
  /** The job's kind, by which workers choose. */
  jobKind?: string;
  reason?: string;
}
