import {
  appendResponseSchema,
  createJobResponseSchema,
  heartbeatResponseSchema,
  httpErrorSchema,
  jobResponseSchema,
  takeoverResponseSchema,
  type AppendRequest,
  type AppendResponse,
  type Clock,
  type CreateJobRequest,
  type CreateJobResponse,
  type HeartbeatResponse,
  type HttpError,
  type JobSnapshot,
  type TakeoverResponse,
} from '@regen/realtime-shared';
import * as v from 'valibot';
import type { Outage } from './outage.ts';

/** The calls of a worker. What the server refuses is an `error`; without an answer, or without sense, `lost`. */
export type Answer<Body> = { kind: 'ok'; status: number; body: Body } | { kind: 'error'; error: HttpError } | Lost;
export interface Lost {
  kind: 'lost';
  why: string;
}

/** A job, and under which key its owner knows it. */
export type NamedJobRequest = CreateJobRequest & { idempotencyKey?: string };

/** The HTTP status of a job that is new; a repeat has another. */
export const CREATED = 201;

export interface WorkerCalls {
  create(request: CreateJobRequest, idempotencyKey: string | undefined): Promise<Answer<CreateJobResponse>>;
  append(jobId: string, request: AppendRequest): Promise<Answer<AppendResponse>>;
  heartbeat(jobId: string, writer: string): Promise<Answer<HeartbeatResponse>>;
  takeover(jobId: string, writer: string | undefined): Promise<Answer<TakeoverResponse>>;
  get(jobId: string): Promise<Answer<{ job: JobSnapshot }>>;
  /** A stream of server-sent events; the caller reads it. */
  control(kind: string | undefined, signal: AbortSignal): Promise<Answer<ReadableStream<Uint8Array>>>;
}

/** A call that takes longer has no answer; and how much longer a large one may take, by the length of its body. ms. */
const DEADLINE_MS = 10_000;
const LENGTH_PER_MS = 16;

/** `url`: as `serverUrlOf` gives it. `outage` hears of every call but `control`. Once `closed` none is waited for. */
export function createWorkerCalls(options: {
  url: string;
  workerKey: string;
  fetch: typeof globalThis.fetch;
  outage: Outage;
  clock: Clock;
  closed: AbortSignal;
}): WorkerCalls {
  const { url, fetch, outage, clock, closed } = options;
  const authorization = `Bearer ${options.workerKey}`;
  const ofJob = (jobId: string, call = ''): string => `/v1/jobs/${encodeURIComponent(jobId)}${call}`;

  async function request<Body>(
    path: string,
    init: RequestInit,
    read: (response: Response) => Promise<Body>,
  ): Promise<Answer<Body>> {
    let status: number | null = null;
    try {
      const response = await fetch(`${url}${path}`, init);
      ({ status } = response);
      if (response.ok) return { kind: 'ok', status, body: await read(response) };
      return { kind: 'error', error: v.parse(v.object({ error: httpErrorSchema }), await response.json()).error };
    } catch (cause) {
      const isForeign = cause instanceof SyntaxError || v.isValiError(cause);
      return {
        kind: 'lost',
        why: isForeign ? `it answered ${String(status)}, but not as a server of Regen Realtime does` : reasonOf(cause),
      };
    }
  }

  /** `AbortSignal.any` would keep something of each call in `closed`, for as long as the publisher lives. */
  async function beforeDeadline<Result>(ms: number, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const over = new AbortController();
    const leave = (): void => {
      over.abort();
    };
    const timer = clock.setTimeout(() => {
      over.abort(new Error(`it did not answer within ${String(Math.round(ms / 1_000))} s`));
    }, ms);
    closed.addEventListener('abort', leave);
    try {
      return await work(over.signal);
    } finally {
      clock.clearTimeout(timer);
      closed.removeEventListener('abort', leave);
    }
  }

  async function call<Body>(
    method: 'GET' | 'POST',
    path: string,
    schema: v.GenericSchema<unknown, Body>,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer<Body>> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const init = {
      method,
      headers: { authorization, 'content-type': 'application/json', ...headers },
      ...(text === undefined ? {} : { body: text }),
    };
    const deadlineMs = DEADLINE_MS + (text ?? '').length / LENGTH_PER_MS;
    const answer = await beforeDeadline(deadlineMs, (signal) =>
      request(path, { ...init, signal }, async (response) => v.parse(schema, await response.json())),
    );
    if (closed.aborted) return answer;
    if (answer.kind !== 'ok' && isPassing(answer)) outage.failed(failureOf(url, answer));
    else outage.over();
    return answer;
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
      request(
        `/v1/control${kind === undefined ? '' : `?kind=${encodeURIComponent(kind)}`}`,
        { headers: { authorization, accept: 'text/event-stream' }, signal },
        async ({ headers, body }) => {
          if (body !== null && headers.get('content-type')?.startsWith('text/event-stream')) return body;
          await body?.cancel();
          throw new SyntaxError('No stream of events.');
        },
      ),
  };
}

/** A failure that is tried again by itself, in words. */
export function failureOf(url: string, answer: Exclude<Answer<unknown>, { kind: 'ok' }>): Error {
  const why = answer.kind === 'lost' ? answer.why : `${answer.error.code}: ${answer.error.message}`;
  return new Error(`The server at ${url} fails (${why}); trying again until it answers.`);
}

/** Node says "fetch failed", and why in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  // Of a name with several addresses there is a message for none.
  return cause.message === '' && 'code' in cause ? String(cause.code) : cause.message;
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

/** Whether the call may have been carried out all the same. */
export function mayBeDone(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): boolean {
  return answer.kind === 'lost' || answer.error.code === 'unavailable' || answer.error.code === 'internal';
}
