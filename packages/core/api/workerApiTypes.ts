import type {
  AppendResponse,
  CancelState,
  Clock,
  ControlKind,
  ControlMessage,
  CreateJobResponse,
  HeartbeatResponse,
  HttpError,
  JobListResponse,
  JobSnapshot,
  Random,
  ResumeState,
  TakeoverResponse,
} from '@regen/realtime-shared';
import type { Gateway } from '../gateway/gatewayTypes.ts';
import type { JobLog } from '../log/jobLog.ts';

/**
 * Who calls. A user sees jobs of their own alone: any other is `not_found`. `expiresAt`: when the sign-in ends, ms since
 * the Unix epoch, and streams with it; null for never.
 */
export type ApiCaller = { kind: 'worker' } | { kind: 'user'; ownerId: string; expiresAt?: number | null };

export type ApiFailure = { status: number; error: HttpError };
export type ApiResult<Body, Status extends number = 200> = { status: Status; body: Body } | ApiFailure;

export interface WorkerApiOptions {
  log: JobLog;
  gateway: Pick<Gateway, 'follow'>;
  clock: Clock;
  random: Random;
  /** Told of errors that callers see as `internal`. Default: silent. */
  onError?: (error: unknown, context: string) => void;
}

/**
 * The HTTP API without HTTP: what comes from outside is `unknown` and validated here, and every answer has the status
 * that HTTP gives. No method rejects.
 */
export interface WorkerApi {
  createJob(request: {
    caller: ApiCaller;
    body: unknown;
    idempotencyKey?: string;
  }): Promise<ApiResult<CreateJobResponse, 200 | 201>>;
  append(request: { caller: ApiCaller; jobId: string; body: unknown }): Promise<ApiResult<AppendResponse>>;
  /**
   * A long upload: each part holds the lines (one event each, as JSON) that arrived together and is appended at once.
   * One answer at the end; after an error the lines before it stay.
   */
  appendLines(request: {
    caller: ApiCaller;
    jobId: string;
    from?: number;
    writer?: string;
    parts: AsyncIterable<readonly string[]>;
  }): Promise<ApiResult<AppendResponse>>;
  heartbeat(request: { caller: ApiCaller; jobId: string; body: unknown }): Promise<ApiResult<HeartbeatResponse>>;
  takeover(request: { caller: ApiCaller; jobId: string; body: unknown }): Promise<ApiResult<TakeoverResponse>>;
  cancel(request: { caller: ApiCaller; jobId: string; body: unknown }): Promise<ApiResult<{ state: CancelState }>>;
  resume(request: { caller: ApiCaller; jobId: string }): Promise<ApiResult<{ state: ResumeState }>>;
  get(request: { caller: ApiCaller; jobId: string }): Promise<ApiResult<{ job: JobSnapshot }>>;
  list(request: {
    caller: ApiCaller;
    status?: string;
    limit?: number;
    cursor?: string;
  }): Promise<ApiResult<JobListResponse>>;
  /** What is pending comes first. The stream stays open until it is closed. */
  controlStream(request: {
    caller: ApiCaller;
    kind?: string;
    send(message: { event: ControlKind; data: ControlMessage }): void;
  }): Promise<OpenStream | ApiFailure>;
  /**
   * A job's events from a position, then live ones. `lastEventId` wins over `after`; both are `<epoch>:<sequence>`;
   * neither: from the first event. A snapshot comes as `job:reset`. `end` is called once, after a final event or when
   * the caller's sign-in ends; 204: all of a final job was seen already.
   */
  eventStream(request: {
    caller: ApiCaller;
    jobId: string;
    after?: string;
    lastEventId?: string;
    send(message: StreamMessage): void;
    end(): void;
    writable?(): Promise<void>;
  }): Promise<OpenStream | { status: 204 } | ApiFailure>;
}

export interface OpenStream {
  status: 200;
  close(): void;
}

/** One server-sent event; `id` is absent on notices. */
export interface StreamMessage {
  event: string;
  id?: string;
  data: unknown;
}
