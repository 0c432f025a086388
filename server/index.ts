/** The composition root: joins transport, gateway and log into a server. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import {
  createGateway,
  createWorkerApi,
  memoryJobLog,
  type Authenticate,
  type Gateway,
  type JobLog,
  type WorkerApi,
} from '@regen/realtime-core';
import { LIMITS, systemClock, type Clock, type Random } from '@regen/realtime-shared';
import type { Logger } from 'pino';
import { Server } from 'socket.io';
import { identifyCallers } from './auth/callers.ts';
import { allowHosts, refuseForeign } from './auth/foreign.ts';
import { allowOrigins } from './auth/origins.ts';
import { UnknownKeyError, checkUserTokens } from './auth/userTokens.ts';
import type { ServerConfig, StoreConfig } from './config.ts';
import { guardSockets } from './guardSockets.ts';
import { createHttpApp, type ExtendHttp } from './http/app.ts';
import { tellOfJobs } from './jobLines.ts';
import { listen } from './listen.ts';
import { loggedError } from './loggedError.ts';
import { createMetrics } from './metrics.ts';
import { redisJobLog } from './redis/redisJobLog.ts';
import type { RedisAddress } from './redis/redisStore.ts';
import { secureRandom } from './secureRandom.ts';
import { steadyTime } from './steadyTime.ts';
import { emitToRoomOf, serveSessions } from './socketGateway.ts';

export { ConfigError, DEVELOPMENT_WORKER_KEY, readConfig, type ServerConfig } from './config.ts';
export { ListenError } from './listen.ts';

export interface RunningServer {
  /** Where it listens, for this machine. */
  readonly url: string;
  readonly log: JobLog;
  readonly workers: WorkerApi;
  readonly gateway: Gateway;
  readonly io: Server;
  /** Tells every client when to come back, ends all connections, and lets go of the port. */
  drain(): Promise<void>;
  /** Ends at once, as far as clients can tell: their connections are gone. */
  close(): Promise<void>;
}

export interface ServerSurroundings {
  logger: Logger;
  clock?: Clock;
  random?: Random;
  /** In place of what the configuration says of users. */
  authenticate?: Authenticate;
  /** In place of the one that the configuration names; closed with the server. */
  log?: JobLog & { close?(): void | Promise<void> };
  /** Metrics of the process besides the server's own. */
  processMetrics?: boolean;
  /** Further HTTP routes. */
  extend?: ExtendHttp;
}

/** How long a drain waits for connections to end; ms. */
const DRAIN_DEADLINE_MS = 5_000;
/** How long the head of a request may take to arrive; ms. */
const HEADERS_MS = 15_000;
/** How long a transport may be there without a user; ms. */
const HANDSHAKE_MS = 10_000;

/** Resolves once it listens. Rejects with a `ListenError`, or where the store cannot be used. */
export async function startServer(config: ServerConfig, surroundings: ServerSurroundings): Promise<RunningServer> {
  const { clock = systemClock, random = secureRandom } = surroundings;
  const logger = surroundings.logger.child({}, { serializers: { err: loggedError } });
  const onError = (error: unknown, context: string): void => {
    logger[error instanceof UnknownKeyError ? 'debug' : 'error']({ err: error }, context);
  };
  const metrics = createMetrics({ process: surroundings.processMetrics ?? false });
  const store = surroundings.log ?? openStore(config, surroundings.clock ?? steadyTime, random, logger, onError);
  const log = tellOfJobs(metrics.measureLog(store), logger);
  const authenticate =
    surroundings.authenticate ??
    checkUserTokens(config.users, clock, (flaw) => {
      logger.debug(flaw, 'token refused');
    });
  const isAllowedOrigin = allowOrigins(config.origins);
  const whyForeign = refuseForeign(isAllowedOrigin, config.isProduction ? () => true : allowHosts(config.host));

  // A long upload may take as long as it likes: what a body or a line may take is bounded where they are read.
  const http = createServer({
    requestTimeout: 0,
    headersTimeout: HEADERS_MS,
    connectionsCheckingInterval: HEADERS_MS / 3,
    keepAlive: true,
  });
  const sockets = new Set<Socket>();
  http.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const io = new Server({
    serveClient: false,
    transports: [...config.transports],
    // More than a message may have, so that whoever sends one too long is told. Beyond it the connection ends.
    maxHttpBufferSize: LIMITS.bodyBytes,
    // Small messages gain nothing by it, and each connection would cost its memory.
    perMessageDeflate: false,
    connectTimeout: HANDSHAKE_MS,
    cors: {
      origin: (origin, callback) => {
        callback(null, isAllowedOrigin(origin));
      },
    },
  });
  io.attach(http);

  const gateway = createGateway({
    log,
    clock,
    random,
    authenticate,
    emitToRoom: metrics.measureRooms(emitToRoomOf(io)),
    limits: config.limits,
    onError,
  });
  metrics.watch(gateway);
  serveSessions(
    io,
    { connect: (connection, auth) => gateway.connect(metrics.measureConnection(connection), auth) },
    clock,
  );

  const workers = createWorkerApi({ log, gateway, clock, random, onError });
  const app = createHttpApp({
    workers,
    identify: identifyCallers(config.workerKeys, authenticate, (error) => {
      onError(error, 'checking a token');
    }),
    whyForeign,
    clock,
    streamsPerUser: config.limits.connectionsPerUser,
    isReady: () => Promise.resolve(log.isAvailable()),
    metrics: metrics.text,
    ...(surroundings.extend === undefined ? {} : { extend: surroundings.extend }),
    onError,
  });
  const answer = getRequestListener(
    async (request) => {
      const response = await app.fetch(request);
      metrics.answered(response.status);
      return response;
    },
    // A proxy's check by HTTP/1.0 names no host.
    { overrideGlobalObjects: false, hostname: 'localhost' },
  );
  http.on('request', (request, response) => {
    // Nobody reads the body of such a call; it would keep the connection open for as long as it trickles in.
    if (request.method === 'GET' || request.method === 'HEAD') response.shouldKeepAlive &&= !hasBody(request);
    // Socket.IO has its own path and answers there itself.
    if (request.url?.startsWith(`${io.path()}/`) !== true) void answer(request, response);
  });

  guardSockets(http, io.path(), whyForeign);

  const listening = await listen(http, config.host, config.port);
  let ending: Promise<void> | undefined;

  async function end(): Promise<void> {
    gateway.close();
    const closed = io.close();
    // Else it waits for those that clients keep for later, and for pages that do not answer.
    for (const socket of sockets) socket.destroy();
    await closed;
    await store.close?.();
  }

  return {
    url: `http://localhost:${String(listening.port)}`,
    log,
    workers,
    gateway,
    io,
    drain: () => {
      ending ??= (async () => {
        const connectionsEnded = once(http, 'close');
        listening.close();
        gateway.drain(config.drainWindowMs);
        app.endStreams();
        await new Promise<void>((resolve) => {
          const deadline = clock.setTimeout(resolve, DRAIN_DEADLINE_MS);
          void connectionsEnded.then(() => {
            clock.clearTimeout(deadline);
            resolve();
          });
        });
        await end();
      })();
      return ending;
    },
    close: () => {
      ending ??= (async () => {
        listening.close();
        await end();
      })();
      return ending;
    },
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function addressOf(store: Exclude<StoreConfig, { kind: 'memory' }>): RedisAddress {
  return store.kind === 'redis' ? { kind: 'single', url: store.url } : store;
}

function openStore(
  config: ServerConfig,
  clock: Pick<Clock, 'now'>,
  random: Random,
  logger: Logger,
  onError: (error: unknown, context: string) => void,
): JobLog & { close?(): void | Promise<void> } {
  const { leaseMs, lostMs, maxTextLength } = config;
  switch (config.store.kind) {
    case 'memory':
      return memoryJobLog({
        clock,
        random,
        leaseMs,
        lostMs,
        maxTextLength,
        onError: (error) => {
          onError(error, 'the job log');
        },
      });
    case 'redis':
    case 'cluster':
      return redisJobLog({
        address: addressOf(config.store),
        random,
        leaseMs,
        lostMs,
        maxTextLength,
        onError,
        onProblem: (problem) => {
          logger.warn({ reason: problem.message }, 'the log store cannot be used');
        },
      });
  }
}
