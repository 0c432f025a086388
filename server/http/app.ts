/** The HTTP API, prefix /v1: JSON in and out, server-sent events for what goes on. */
import { ApiRefusal, type ApiCaller, type ApiFailure, type WorkerApi } from '@regen/realtime-core';
import type { Clock } from '@regen/realtime-shared';
import { Hono, type Context } from 'hono';
import { cors } from 'hono/cors';
import type { IdentifyCaller } from '../auth/callers.ts';
import type { WhyForeign } from '../auth/foreign.ts';
import { answerOf, errorAnswer } from './answers.ts';
import { readJson, readLines } from './bodies.ts';
import { EVENT_STREAM_HEADERS, createEventSource, type EventSourceMessage } from './eventSource.ts';

export interface HttpApp {
  fetch(request: Request): Response | Promise<Response>;
  /** Ends all event streams, and opens none from here on. */
  endStreams(): void;
}

/** Makes a route of what is done for whoever calls; who cannot be told gets the refusal. */
export type ForCaller = (
  handle: (caller: ApiCaller, context: Context) => Promise<Response>,
) => (context: Context) => Promise<Response>;

/** Adds routes. */
export type ExtendHttp = (app: Hono, forCaller: ForCaller) => void;

export interface HttpAppOptions {
  workers: WorkerApi;
  identify: IdentifyCaller;
  whyForeign: WhyForeign;
  clock: Clock;
  /** Event streams that one user may have at once. */
  streamsPerUser: number;
  /** Whether the log store answers. */
  isReady: () => Promise<boolean>;
  /** Prometheus' text. */
  metrics: () => Promise<{ contentType: string; text: string }>;
  /** Further routes, such as those of the demo. */
  extend?: ExtendHttp;
  onError: (error: unknown, context: string) => void;
}

const CORS_MAX_AGE_S = 600;

export function createHttpApp(options: HttpAppOptions): HttpApp {
  const { workers, whyForeign, clock, onError } = options;
  const app = new Hono();

  app.use(async (context, next) => {
    const message = whyForeign({ origin: context.req.header('origin'), host: context.req.header('host') });
    return message === undefined ? next() : errorAnswer({ code: 'forbidden_origin', message });
  });
  app.use(
    '/v1/*',
    cors({
      origin: (origin) => origin,
      allowMethods: ['GET', 'POST', 'OPTIONS'],
      allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'last-event-id'],
      exposeHeaders: ['retry-after'],
      maxAge: CORS_MAX_AGE_S,
    }),
  );

  const asOne =
    (only?: 'worker'): ForCaller =>
    (handle) =>
    async (context) => {
      const caller = await options.identify(context.req.header('authorization'), only);
      return 'error' in caller ? errorAnswer(caller.error) : handle(caller, context);
    };
  const as = asOne();
  const asWorker = asOne('worker');
  const jobIdOf = (context: Context): string => context.req.param('jobId') ?? '';
  const queryOf = <Name extends string>(context: Context, ...names: Name[]): { [Key in Name]?: string } =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = context.req.query(name);
        return value === undefined ? [] : [[name, value]];
      }),
    ) as { [Key in Name]?: string };

  /** Numbers come as text; what is none stays as it is and is refused by the schema. */
  const numberOf = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;

  app.post(
    '/v1/jobs',
    asWorker(async (caller, context) => {
      const idempotencyKey = context.req.header('idempotency-key');
      const body = await readJson(context.req.raw, clock);
      return answerOf(
        await workers.createJob({ caller, body, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) }),
      );
    }),
  );
  app.get(
    '/v1/jobs',
    as(async (caller, context) => {
      const { limit, ...query } = queryOf(context, 'status', 'limit', 'cursor');
      const number = numberOf(limit);
      return answerOf(await workers.list({ caller, ...query, ...(number === undefined ? {} : { limit: number }) }));
    }),
  );
  app.get(
    '/v1/jobs/:jobId',
    as(async (caller, context) => answerOf(await workers.get({ caller, jobId: jobIdOf(context) }))),
  );
  app.post(
    '/v1/jobs/:jobId/events',
    asWorker(async (caller, context) => {
      const jobId = jobIdOf(context);
      if (!/^application\/x-ndjson\b/i.test(context.req.header('content-type') ?? '')) {
        return answerOf(await workers.append({ caller, jobId, body: await readJson(context.req.raw, clock) }));
      }
      const { from, writer } = queryOf(context, 'from', 'writer');
      const number = numberOf(from);
      return answerOf(
        await workers.appendLines({
          caller,
          jobId,
          ...(number === undefined ? {} : { from: number }),
          ...(writer === undefined ? {} : { writer }),
          parts: readLines(context.req.raw, clock),
        }),
      );
    }),
  );
  app.post(
    '/v1/jobs/:jobId/heartbeat',
    asWorker(async (caller, context) =>
      answerOf(
        await workers.heartbeat({ caller, jobId: jobIdOf(context), body: await readJson(context.req.raw, clock) }),
      ),
    ),
  );
  app.post(
    '/v1/jobs/:jobId/takeover',
    asWorker(async (caller, context) =>
      answerOf(
        await workers.takeover({ caller, jobId: jobIdOf(context), body: await readJson(context.req.raw, clock) }),
      ),
    ),
  );
  app.post(
    '/v1/jobs/:jobId/cancel',
    as(async (caller, context) =>
      answerOf(await workers.cancel({ caller, jobId: jobIdOf(context), body: await readJson(context.req.raw, clock) })),
    ),
  );
  app.post(
    '/v1/jobs/:jobId/resume',
    as(async (caller, context) => answerOf(await workers.resume({ caller, jobId: jobIdOf(context) }))),
  );
  app.get(
    '/v1/jobs/:jobId/events',
    as(async (caller, context) => {
      const jobId = jobIdOf(context);
      if (isHead(context)) {
        const job = await workers.get({ caller, jobId });
        return 'error' in job ? answerOf(job) : streamHead();
      }
      const lastEventId = context.req.header('last-event-id');
      return streamed(ofUser(caller), (stream) =>
        workers.eventStream({
          caller,
          jobId,
          ...queryOf(context, 'after'),
          ...(lastEventId === undefined ? {} : { lastEventId }),
          ...stream,
        }),
      );
    }),
  );
  app.get(
    '/v1/control',
    asWorker(async (caller, context) =>
      isHead(context)
        ? streamHead()
        : streamed(null, ({ send }) => workers.controlStream({ caller, ...queryOf(context, 'kind'), send })),
    ),
  );

  const streams = new Map<string, number>();
  const ends = new Set<() => void>();
  let isEnding = false;

  function count(user: string, change: 1 | -1): void {
    const open = (streams.get(user) ?? 0) + change;
    if (open > 0) streams.set(user, open);
    else streams.delete(user);
  }

  /** A stream may send, and end, before the call that opens it has resolved. It counts as one of `user`'s, if any. */
  async function streamed(
    user: string | null,
    open: (stream: {
      send: (message: EventSourceMessage) => void;
      end: () => void;
      writable: () => Promise<void>;
    }) => Promise<{ status: 200; close(): void } | { status: 204 } | ApiFailure>,
  ): Promise<Response> {
    if (isEnding) {
      return errorAnswer({
        code: 'unavailable',
        message: 'This server is about to stop; try again for another one.',
      });
    }
    if (user !== null) {
      if ((streams.get(user) ?? 0) >= options.streamsPerUser) {
        return errorAnswer({
          code: 'rate_limited',
          message: `A user may have ${String(options.streamsPerUser)} event streams (limit connectionsPerUser); close one first.`,
        });
      }
      count(user, 1);
    }
    let closeSource: (() => void) | undefined;
    let isClosed = false;
    const { response, ...stream } = createEventSource(clock, () => {
      isClosed = true;
      ends.delete(stream.end);
      if (user !== null) count(user, -1);
      closeSource?.();
    });
    ends.add(stream.end);
    const opened = await open(stream);
    if (!('close' in opened)) {
      stream.end();
      return 'error' in opened ? errorAnswer(opened.error) : new Response(null, { status: 204 });
    }
    closeSource = opened.close;
    if (isClosed) opened.close();
    return response;
  }

  app.get('/healthz', (context) => context.text('ok'));
  app.get('/readyz', async (context) =>
    (await options.isReady())
      ? context.text('ready')
      : errorAnswer({ code: 'unavailable', message: 'The log store does not answer.' }),
  );
  app.get('/metrics', async (context) => {
    const { contentType, text } = await options.metrics();
    return context.body(text, 200, { 'content-type': contentType });
  });
  options.extend?.(app, as);

  app.notFound(() => errorAnswer({ code: 'not_found', message: 'There is no such call.' }));
  app.onError((error) => {
    if (error instanceof ApiRefusal) return errorAnswer(error.failure.error);
    onError(error, 'an HTTP call');
    return errorAnswer({
      code: 'internal',
      message: 'Something went wrong on the server; the call may not have been carried out.',
    });
  });
  return {
    fetch: (request) => app.fetch(request),
    endStreams: () => {
      isEnding = true;
      for (const end of [...ends]) end();
    },
  };
}

/** Such a call comes to the handler of GET, and nobody ever reads or closes what that opens. */
function isHead(context: Context): boolean {
  return context.req.method === 'HEAD';
}

function streamHead(): Response {
  return new Response(null, { headers: EVENT_STREAM_HEADERS });
}

function ofUser(caller: ApiCaller): string | null {
  return caller.kind === 'user' ? caller.ownerId : null;
}
