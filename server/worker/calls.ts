import {
  appendResponseSchema,
  createJobResponseSchema,
  heartbeatResponseSchema,
  httpErrorSchema,
  jobResponseSchema,
  takeoverResponseSchema,
  type AppendRequest,
  type AppendResponse,
  type CreateJobRequest,
  type CreateJobResponse,
  type HeartbeatResponse,
  type HttpError,
  type JobSnapshot,
  type TakeoverResponse,
} from '@regen/realtime-shared';
import * as v from 'valibot';

/** The calls of a worker. What the server refuses is an `error`; without an answer, or without sense, `lost`. */
export type Answer<Body> = { kind: 'ok'; body: Body } | { kind: 'error'; error: HttpError } | Lost;
export interface Lost {
  kind: 'lost';
  cause: unknown;
}

export interface WorkerCalls {
  create(request: CreateJobRequest, idempotencyKey: string | undefined): Promise<Answer<CreateJobResponse>>;
  append(jobId: string, request: AppendRequest): Promise<Answer<AppendResponse>>;
  heartbeat(jobId: string, writer: string): Promise<Answer<HeartbeatResponse>>;
  takeover(jobId: string, writer: string | undefined): Promise<Answer<TakeoverResponse>>;
  get(jobId: string): Promise<Answer<{ job: JobSnapshot }>>;
  /** A stream of server-sent events; the caller reads its body. */
  control(kind: string | undefined, signal: AbortSignal): Promise<Response>;
}

/** A call that takes longer has no answer; ms. */
const DEADLINE_MS = 10_000;

export function createWorkerCalls(url: string, workerKey: string, fetch: typeof globalThis.fetch): WorkerCalls {
  const authorization = `Bearer ${workerKey}`;
  const base = url.replace(/\/+$/, '');
  const ofJob = (jobId: string, call = ''): string => `/v1/jobs/${encodeURIComponent(jobId)}${call}`;

  async function call<Body>(
    method: 'GET' | 'POST',
    path: string,
    schema: v.GenericSchema<unknown, Body>,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer<Body>> {
    try {
      const response = await fetch(`${base}${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      const answer: unknown = await response.json();
      if (response.ok) return { kind: 'ok', body: v.parse(schema, answer) };
      return { kind: 'error', error: v.parse(v.object({ error: httpErrorSchema }), answer).error };
    } catch (cause) {
      return { kind: 'lost', cause };
    }
  }

  return {
    create: (request, idempotencyKey) =>
      call(
        'POST',
        '/v1/jobs',
        createJobResponseSchema,
        request,
        idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey },
      ),
    append: (jobId, request) => call('POST', ofJob(jobId, '/events'), appendResponseSchema, request),
    heartbeat: (jobId, writer) => call('POST', ofJob(jobId, '/heartbeat'), heartbeatResponseSchema, { writer }),
    takeover: (jobId, writer) =>
      call('POST', ofJob(jobId, '/takeover'), takeoverResponseSchema, writer === undefined ? {} : { writer }),
    get: (jobId) => call('GET', ofJob(jobId), jobResponseSchema),
    control: (kind, signal) =>
      fetch(`${base}/v1/control${kind === undefined ? '' : `?kind=${encodeURIComponent(kind)}`}`, {
        headers: { authorization, accept: 'text/event-stream' },
        signal,
      }),
  };
}

/** Whether the same call may be answered later. */
export function isPassing(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): boolean {
  return (
    answer.kind === 'lost' ||
    answer.error.code === 'unavailable' ||
    answer.error.code === 'rate_limited' ||
    answer.error.code === 'internal'
  );
}

/** What the server asks to wait; ms, 0 for nothing. */
export function askedWait(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): number {
  return answer.kind === 'error' ? (answer.error.retryAfterMs ?? 0) : 0;
}
