import { request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { DEFAULT_GATEWAY_LIMITS, DEFAULT_GATEWAY_TIMINGS, type JobLog } from '@regen/realtime-core';
import { createSeededRandom, createVirtualClock, httpWorkers, type VirtualClock } from '@regen/realtime-mocks';
import { readConfig, startServer } from '../../server/index.ts';
import { pino } from 'pino';
import type { Socket as ServerSocket } from 'socket.io';
import { Manager, type Socket } from 'socket.io-client';
import { BAD_TOKEN, createTestUsers, slowTokenOf, tokenOf } from '../conformance/testUsers.ts';
import type { WireTarget } from '../../src/services/realtime/wire.ts';
import type { WireCapabilities, WireHarness } from '../conformance/wireHarness.ts';

export const LEASE_MS = 30_000;
export const LOST_MS = 120_000;
export const MAX_TEXT_LENGTH = 262_144;
const WORKER_KEY = 'the-worker-key-of-a-test';

/** A log to test the server on. */
export interface LogUnderTest {
  log: JobLog & { close?(): void | Promise<void> };
  /** Resolves once everything that the log was asked, and all that it pushes for it, has arrived. */
  settle(): Promise<void>;
  /** No call to it is on its way. */
  isQuiet(): boolean;
  can: Pick<Partial<WireCapabilities>, 'loseTail' | 'restartWithoutLog' | 'degrade' | 'losePushes' | 'holdReads'>;
}

let servers = 0;

/**
 * The real server on loopback, on a clock of the test's: real sockets and HTTP, and no waiting. `createSocket` makes what
 * its clients connect with.
 */
export async function serverHarness(
  createLog: (surroundings: { clock: VirtualClock; random: () => number }) => Promise<LogUnderTest>,
  createSocket: (target: WireTarget) => Socket = plainSocket,
): Promise<WireHarness> {
  servers += 1;
  const clock = createVirtualClock();
  const random = createSeededRandom(servers);
  const { log, settle: settleLog, isQuiet: isLogQuiet, can } = await createLog({ clock, random });
  const server = await startServer(
    {
      ...readConfig({ PORT: '0', WORKER_KEY }),
      leaseMs: LEASE_MS,
      lostMs: LOST_MS,
      maxTextLength: MAX_TEXT_LENGTH,
    },
    { logger: pino({ level: 'silent' }), clock, random, log, authenticate: createTestUsers() },
  );
  const streamed = countStreamedBytes(server.io.httpServer as Server);
  const calls = httpWorkers(server.url, (caller) =>
    caller.kind === 'worker'
      ? `Bearer ${WORKER_KEY}`
      : `Bearer ${tokenOf(caller.ownerId, caller.expiresAt ?? undefined)}`,
  );
  const clients = new Set<Socket>();
  const opening = new Set<Socket>();
  let held = 0;

  function connect({ token }: { token: string | null }): Socket {
    const socket = createSocket({ url: server.url, token });
    clients.add(socket);
    opening.add(socket);
    const opened = (): void => {
      opening.delete(socket);
    };
    socket.once('connect', opened);
    socket.once('connect_error', opened);
    socket.connect();
    return socket;
  }

  /** What was sent on a connection, both ways, has been heard at its other end. */
  async function flush({ conn }: ServerSocket): Promise<void> {
    if (conn.readyState !== 'open') return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        conn.off('heartbeat', done);
        conn.off('close', done);
        resolve();
      };
      conn.on('heartbeat', done);
      conn.on('close', done);
      // Engine.IO's own ping is answered in order with everything else; its sender is not public.
      (conn as unknown as { sendPacket(type: 'ping'): void }).sendPacket('ping');
    });
  }

  function holding(holdReads: NonNullable<WireCapabilities['holdReads']>): WireCapabilities['holdReads'] {
    return async (what) => {
      held += 1;
      const { made, release } = await holdReads(what);
      return {
        made,
        release: () => {
          held -= 1;
          release();
        },
      };
    };
  }

  /** Both ends agree on who is connected, and no call is on its way. */
  function isQuiet(): boolean {
    const connected = new Set(server.io.of('/').sockets.keys());
    const own = [...clients].filter((socket) => socket.connected).map((socket) => socket.id ?? '');
    return (
      opening.size === 0 &&
      isLogQuiet() &&
      calls.pending() === 0 &&
      // One that waits for a read that is held opens when that is released.
      (held > 0 || calls.opening() === 0) &&
      calls.streamed() === streamed() &&
      own.length === connected.size &&
      own.every((id) => connected.has(id))
    );
  }

  async function settle(): Promise<void> {
    // Twice: what arrives may be answered.
    for (let round = 0; round < 2; round += 1) {
      do {
        await setImmediate();
        await settleLog();
        await Promise.all([...server.io.of('/').sockets.values()].map(flush));
      } while (!isQuiet());
    }
  }

  return {
    connect,
    tokenOf,
    badToken: BAD_TOKEN,
    workers: calls.workers,
    now: () => clock.now(),
    advance: (ms) => clock.advanceTo(clock.now() + ms, { settle }),
    settle,
    timings: { leaseMs: LEASE_MS, lostMs: LOST_MS, expiryNoticeMs: DEFAULT_GATEWAY_TIMINGS.expiryNoticeMs },
    limits: { ...DEFAULT_GATEWAY_LIMITS, maxTextLength: MAX_TEXT_LENGTH },
    can: {
      ...can,
      ...(can.holdReads === undefined ? {} : { holdReads: holding(can.holdReads) }),
      slowTokenOf: (user, expiresAt) => Promise.resolve(slowTokenOf(user, expiresAt)),
      drain: async (windowMs) => {
        server.gateway.drain(windowMs);
        await settle();
      },
      request: (path, { method = 'GET', headers = {}, body }) =>
        new Promise((resolve, reject) => {
          const call = request(
            `${server.url}${path}`,
            { method, headers: { connection: 'close', ...headers } },
            (answer) => {
              answer.resume();
              answer.once('end', () => {
                resolve(answer.statusCode ?? 0);
              });
            },
          );
          call.once('error', reject);
          call.end(body);
        }),
    },
    close: async () => {
      calls.close();
      for (const socket of clients) socket.disconnect();
      await server.close();
    },
  };
}

function plainSocket({ url, token }: WireTarget): Socket {
  const manager = new Manager(url, { transports: ['websocket'], reconnection: false, autoConnect: false });
  return manager.socket('/', { auth: token === null ? {} : { token } });
}

/** Bytes that were sent on event streams that are open. */
export function countStreamedBytes(http: Server): () => number {
  const sent = new Map<ServerResponse, number>();
  http.prependListener('request', (asked: IncomingMessage, response: ServerResponse) => {
    if (asked.method !== 'GET') return;
    const write = response.write.bind(response) as (chunk: Uint8Array, ...rest: unknown[]) => boolean;
    response.write = (chunk: Uint8Array, ...rest: unknown[]) => {
      sent.set(response, (sent.get(response) ?? 0) + chunk.length);
      return write(chunk, ...rest);
    };
    const forget = (): void => {
      sent.delete(response);
    };
    response.once('finish', forget);
    response.once('close', forget);
  });
  return () => [...sent.values()].reduce((sum, bytes) => sum + bytes, 0);
}
