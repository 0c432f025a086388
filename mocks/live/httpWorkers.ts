import type { ApiCaller, ApiFailure, ApiResult, OpenStream, StreamMessage, WorkerApi } from '@regen/realtime-core';
import type { AppendResponse, ControlKind, ControlMessage } from '@regen/realtime-shared';
import { createParser } from 'eventsource-parser';

/**
 * As over HTTP: a server that cannot be reached answers 503 `unavailable`, and a stream that breaks ends. What is asked
 * for a stream and answers with something else has no such call: 404 `not_found`.
 */
export interface HttpWorkerApi extends WorkerApi {
  controlStream(
    request: Parameters<WorkerApi['controlStream']>[0] & {
      /** Called once when it ends without having been closed. */
      end?(): void;
      /** Closes it, also while it is being opened. */
      signal?: AbortSignal;
    },
  ): Promise<OpenStream | ApiFailure>;
}

export interface HttpWorkers {
  readonly workers: HttpWorkerApi;
  /** Calls that are on their way; streams and long uploads do not count. */
  pending(): number;
  /** Streams that are being opened. */
  opening(): number;
  /** Bytes that have arrived on streams that are open. */
  streamed(): number;
  /** Ends every stream. */
  close(): void;
}

export interface HttpWorkersOptions {
  /** Calls arrive though the page that makes them ends; a browser takes 64 KB of them at a time. Default: false. */
  outlivesPage?: boolean;
}

const EVENT_STREAM = 'text/event-stream';

const UNREACHABLE: ApiFailure = {
  status: 503,
  error: { code: 'unavailable', message: 'The server could not be reached.' },
};

const NO_STREAM: ApiFailure = {
  status: 404,
  error: { code: 'not_found', message: 'What answers is no stream of events.' },
};

/** What Node wants to hear for a body that is a stream; the types are those of browsers. */
const STREAMED = { duplex: 'half' };

/** The HTTP API of a server at `url`, called as the `WorkerApi` that it carries out. */
export function httpWorkers(
  url: string,
  authorizationOf: (caller: ApiCaller) => string,
  { outlivesPage = false }: HttpWorkersOptions = {},
): HttpWorkers {
  let pending = 0;
  let opening = 0;
  const streams = new Map<AbortController, number>();

  async function request(
    caller: ApiCaller,
    method: 'GET' | 'POST',
    path: string,
    { body, headers = {}, signal }: { body?: BodyInit; headers?: Record<string, string>; signal?: AbortSignal } = {},
  ): Promise<Response> {
    pending += 1;
    try {
      return await fetch(`${url}${path}`, {
        method,
        headers: { authorization: authorizationOf(caller), ...headers },
        ...(body === undefined ? {} : { body, ...STREAMED }),
        ...(signal === undefined ? {} : { signal }),
        ...(outlivesPage ? { keepalive: true } : {}),
      });
    } finally {
      pending -= 1;
    }
  }

  async function answered<Result extends ApiResult<unknown, number>>(call: Promise<Response>): Promise<Result> {
    pending += 1;
    try {
      return await resultOf<Result>(call);
    } finally {
      pending -= 1;
    }
  }

  function post<Result extends ApiResult<unknown, number>>(
    caller: ApiCaller,
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Result> {
    return answered(
      request(caller, 'POST', path, {
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        headers: { 'content-type': 'application/json', ...headers },
      }),
    );
  }

  const jobPath = (jobId: string, rest = ''): string => `/v1/jobs/${encodeURIComponent(jobId)}${rest}`;
  function query(values: Readonly<Record<string, string | number | undefined>>): string {
    const given = Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
    return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
  }

  async function stream(
    caller: ApiCaller,
    path: string,
    headers: Record<string, string>,
    onMessage: (message: StreamMessage) => void,
    onEnd: () => void,
    signal?: AbortSignal,
  ): Promise<OpenStream | { status: 204 } | ApiFailure> {
    const controller = new AbortController();
    const close = (): void => {
      streams.delete(controller);
      controller.abort();
    };
    signal?.addEventListener('abort', close);
    if (signal?.aborted === true) close();
    opening += 1;
    const response = await fetch(`${url}${path}`, {
      headers: { authorization: authorizationOf(caller), ...headers },
      signal: controller.signal,
    })
      .catch(() => null)
      .finally(() => {
        opening -= 1;
      });
    if (response === null) return UNREACHABLE;
    if (response.status === 204) return { status: 204 };
    if (response.status !== 200) return answered<ApiFailure & { body?: never }>(Promise.resolve(response));
    if (response.body === null || response.headers.get('content-type')?.startsWith(EVENT_STREAM) !== true) {
      close();
      return NO_STREAM;
    }
    streams.set(controller, 0);
    const parser = createParser({
      onEvent: ({ event, id, data }) => {
        onMessage({
          event: event ?? 'message',
          ...(id === undefined ? {} : { id }),
          data: JSON.parse(data) as unknown,
        });
      },
    });
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    void (async () => {
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          parser.feed(decoder.decode(value, { stream: true }));
          const before = streams.get(controller);
          if (before !== undefined) streams.set(controller, before + value.length);
        }
      } catch {
        // It broke, which is an end too.
      }
      if (streams.delete(controller)) onEnd();
    })();
    return { status: 200, close };
  }

  const workers: HttpWorkerApi = {
    createJob: ({ caller, body, idempotencyKey }) =>
      post(caller, '/v1/jobs', body, idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    append: ({ caller, jobId, body }) => post(caller, jobPath(jobId, '/events'), body),
    appendLines: ({ caller, jobId, from, writer, parts }) =>
      // It may last as long as its parts let it.
      resultOf<ApiResult<AppendResponse>>(
        fetch(`${url}${jobPath(jobId, '/events')}${query({ from, writer })}`, {
          method: 'POST',
          headers: { authorization: authorizationOf(caller), 'content-type': 'application/x-ndjson' },
          body: bodyOf(parts),
          ...STREAMED,
        }),
      ),
    heartbeat: ({ caller, jobId, body }) => post(caller, jobPath(jobId, '/heartbeat'), body),
    takeover: ({ caller, jobId, body }) => post(caller, jobPath(jobId, '/takeover'), body),
    cancel: ({ caller, jobId, body }) => post(caller, jobPath(jobId, '/cancel'), body),
    resume: ({ caller, jobId }) => post(caller, jobPath(jobId, '/resume'), undefined),
    get: ({ caller, jobId }) => answered(request(caller, 'GET', jobPath(jobId))),
    list: ({ caller, status, limit, cursor }) =>
      answered(request(caller, 'GET', `/v1/jobs${query({ status, limit, cursor })}`)),
    controlStream: async ({ caller, kind, send, end = () => undefined, signal }) =>
      // A control stream has no 204.
      (await stream(
        caller,
        `/v1/control${query({ kind })}`,
        {},
        ({ event, data }) => {
          send({ event: event as ControlKind, data: data as ControlMessage });
        },
        end,
        signal,
      )) as OpenStream | ApiFailure,
    eventStream: ({ caller, jobId, after, lastEventId, send, end }) =>
      stream(
        caller,
        `${jobPath(jobId, '/events')}${query({ after })}`,
        lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
        send,
        end,
      ),
  };

  return {
    workers,
    pending: () => pending,
    opening: () => opening,
    streamed: () => [...streams.values()].reduce((sum, bytes) => sum + bytes, 0),
    close: () => {
      for (const controller of streams.keys()) controller.abort();
      streams.clear();
    },
  };
}

async function resultOf<Result extends ApiResult<unknown, number>>(call: Promise<Response>): Promise<Result> {
  try {
    const response = await call;
    const body = (await response.json()) as object;
    // What it holds is checked against its schema by who calls.
    return ('error' in body ? { status: response.status, ...body } : { status: response.status, body }) as Result;
  } catch {
    return UNREACHABLE as Result;
  }
}

function bodyOf(parts: AsyncIterable<readonly string[]>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = parts[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value.map((line) => `${line}\n`).join('')));
    },
  });
}
