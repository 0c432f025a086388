/**
 * The production gateway on an in-memory log behind the mock Socket.IO server: all of a backend that a page needs,
 * with the ways in which it can fail.
 */
import {
  createGateway,
  JobLogUnavailableError,
  createWorkerApi,
  memoryJobLog,
  type Authenticate,
  type Gateway,
  type GatewayConnection,
  type GatewaySession,
  type MemoryJobLog,
} from '@regen/realtime-core';
import { LIMITS, type Clock, type HandshakeError, type Random } from '@regen/realtime-shared';
import type { Activity } from './activity.ts';
import type { Link } from './link.ts';
import { createMockSocketServer, type MockSocketServer } from './mockSocketServer.ts';
import type { ScriptedBackend } from './scripted/server.ts';
import type { MockSocket } from './socketio/socket.ts';

export interface MockBackendOptions {
  /** Its address; of this backend alone. */
  url: string;
  clock: Clock;
  random: Random;
  /** Of the log alone; `random` if left out. */
  logRandom?: Random;
  activity: Activity;
  link: Link;
  authenticate: Authenticate;
  leaseMs?: number;
  lostMs?: number;
  pingIntervalMs?: number;
  pingTimeoutMs?: number;
  maxTextLength?: number;
  onError?: (error: unknown, context: string) => void;
}

export interface MockBackend extends ScriptedBackend {
  readonly log: MemoryJobLog;
  readonly isRunning: boolean;
  /** Commands that it was given since it was made, for counting in tests. */
  commands(): ReadonlyMap<string, number>;
}

export function createMockBackend(options: MockBackendOptions): MockBackend {
  const { url, clock, random, activity, link, onError = () => undefined } = options;
  const log = memoryJobLog({
    clock,
    random: options.logRandom ?? random,
    ...(options.leaseMs === undefined ? {} : { leaseMs: options.leaseMs }),
    ...(options.lostMs === undefined ? {} : { lostMs: options.lostMs }),
    ...(options.maxTextLength === undefined ? {} : { maxTextLength: options.maxTextLength }),
    onError: (error) => {
      onError(error, 'the job log');
    },
  });
  const commands = new Map<string, number>();
  let running: { server: MockSocketServer; gateway: Gateway } | null = null;
  let refusal: HandshakeError | null = null;

  function start(): void {
    if (running !== null) return;
    const server = createMockSocketServer({
      url,
      clock,
      activity,
      link,
      maxPayload: LIMITS.bodyBytes,
      ...(options.pingIntervalMs === undefined ? {} : { pingInterval: options.pingIntervalMs }),
      ...(options.pingTimeoutMs === undefined ? {} : { pingTimeout: options.pingTimeoutMs }),
    });
    const gateway = createGateway({
      log,
      clock,
      random,
      authenticate: options.authenticate,
      emitToRoom: (room, event, payload) => {
        server.to(room).emit(event, payload);
      },
      onError,
    });
    const sessions = new WeakMap<MockSocket, GatewaySession>();
    server.use((socket, next) => {
      if (refusal !== null) {
        next(refusalError(refusal));
        return;
      }
      void activity.track(gateway.connect(connectionOf(socket), socket.handshake.auth)).then((answer) => {
        if (answer.kind === 'refused') {
          next(refusalError(answer.error));
          return;
        }
        // The client may have gone while its token was checked; then nobody would ever say so.
        if (!socket.conn.isOpen) answer.session.disconnected();
        sessions.set(socket, answer.session);
        next();
      });
    });
    server.on('connection', (socket) => {
      const session = sessions.get(socket);
      if (session === undefined) return;
      socket.onAny((event, ...args: unknown[]) => {
        commands.set(event, (commands.get(event) ?? 0) + 1);
        const last = args.at(-1);
        const ack = typeof last === 'function' ? (last as (answer: unknown) => void) : undefined;
        void activity.track(session.receive(event, ack === undefined ? args : args.slice(0, -1), ack));
      });
      socket.on('disconnect', () => {
        session.disconnected();
      });
      session.opened();
    });
    running = { server, gateway };
  }

  function end(how: 'close' | 'kill'): void {
    running?.gateway.close();
    running?.server[how]();
    running = null;
  }

  return {
    workers: createWorkerApi({
      log,
      // The API outlives the gateway of one process.
      gateway: {
        follow: (request) => running?.gateway.follow(request) ?? Promise.reject(new JobLogUnavailableError()),
      },
      clock,
      random,
    }),
    log,
    get isRunning() {
      return running !== null;
    },
    start,
    kill: ({ keepLog }) => {
      end('kill');
      if (!keepLog) log.faults.restartWithoutLog();
    },
    drain: (windowMs) => {
      running?.gateway.drain(windowMs);
    },
    refuse: (next) => {
      refusal = next;
    },
    commands: () => commands,
    stop: () => {
      end('close');
    },
  };
}

function connectionOf(socket: MockSocket): GatewayConnection {
  return {
    id: socket.id,
    emit: (event, payload) => {
      socket.emit(event, payload);
    },
    join: (room) => {
      socket.join(room);
    },
    leave: (room) => {
      socket.leave(room);
    },
    close: (reason) => {
      // After a drain the transport goes, so that clients come back by themselves; with a token that ended they do not.
      if (reason === 'draining') socket.conn.close();
      else socket.disconnect(true);
    },
  };
}

function refusalError(refusal: HandshakeError): Error & { data: unknown } {
  return Object.assign(new Error(refusal.message), { data: refusal });
}
