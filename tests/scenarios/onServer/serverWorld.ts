/** A scenario's world with the real server: real sockets and HTTP on loopback, in virtual time. */
import type { Server } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { Authenticate, JobLog, LogTimings } from '@regen/realtime-core';
import { createSeededRandom, httpWorkers, type Scenario } from '@regen/realtime-mocks';
import type { Clock, HandshakeError, Random } from '@regen/realtime-shared';
import { pino } from 'pino';
import { Manager, type Socket } from 'socket.io-client';
import { managerOptionsFor } from '../../../mocks/mockTransport.ts';
import type { ScriptedBackend } from '../../../mocks/scripted/server.ts';
import { MOCK_USER } from '../../../mocks/signIns.ts';
import { createGround, type World } from '../../../mocks/world.ts';
import { readConfig, startServer, type RunningServer } from '../../../server/index.ts';
import { countStreamedBytes } from '../../server/serverHarness.ts';
import { drivePings } from './enginePings.ts';
import { startLinkProxy } from './linkProxy.ts';
import { createLoopbackTransport } from './loopbackTransport.ts';
import { createTraffic } from './traffic.ts';

/** A log to play on, with the ways in which it can fail. */
export interface PlayedLog {
  log: JobLog;
  faults: {
    loseTail(jobId: string, sequence: number): Promise<void>;
    setAvailable(available: boolean): Promise<void>;
    restartWithoutLog(): Promise<void>;
  };
  /** Resolves once everything that it was asked, and all that it pushes for it, has arrived. */
  settle(): Promise<void>;
  /** No call to it is on its way. */
  isQuiet(): boolean;
  close(): Promise<void>;
}

export type CreatePlayedLog = (surroundings: {
  clock: Clock;
  random: Random;
  timings: Partial<LogTimings>;
  maxTextLength: number;
}) => Promise<PlayedLog>;

export interface ServerWorld extends World {
  /** To be called once the run is over. */
  close(): Promise<void>;
}

const WORKER_KEY = 'the-worker-key-of-a-test';
const MAX_TEXT_LENGTH = 1_000_000;
/** Real ms after which something that never comes to rest is called so. */
const SETTLE_DEADLINE_MS = 30_000;

export async function serverWorld(scenario: Scenario, createLog: CreatePlayedLog): Promise<ServerWorld> {
  const ground = createGround(scenario);
  const { clock, random, activity, link, signIns, timings } = ground;
  const { leaseMs, lostMs } = timings;
  const errors: string[] = [];
  const traffic = createTraffic();
  const played = await createLog({
    clock,
    random: createSeededRandom(0),
    timings: { leaseMs, ...(lostMs === undefined ? {} : { lostMs }) },
    maxTextLength: scenario.maxTextLength ?? MAX_TEXT_LENGTH,
  });
  const { log, calls } = countCalls(played.log);
  let refusal: HandshakeError | null = null;
  let crowd: readonly Socket[] = [];

  const authenticate: Authenticate = (token) =>
    refusal?.code === 'unauthorized' || refusal?.code === 'token_expired'
      ? Promise.resolve({ kind: 'refused', code: refusal.code, message: refusal.message })
      : signIns.authenticate(token);

  function startNode(): Promise<RunningServer> {
    const logger = pino({ level: 'error' }, { write: (line: string) => errors.push(line) });
    const config = readConfig({ PORT: '0', WORKER_KEY });
    return startServer(config, { logger, clock, random, log, authenticate });
  }

  // It outlives the node of the sockets.
  const api = await startNode();
  const streamed = countStreamedBytes(api.io.httpServer as Server);
  const http = httpWorkers(api.url, (caller) =>
    caller.kind === 'worker' ? `Bearer ${WORKER_KEY}` : `Bearer dev:${caller.ownerId}`,
  );

  let node: RunningServer | null = null;
  let stopListening = (): void => undefined;
  const target = (): string | null => (node === null ? null : node.url.replace('http://localhost', 'ws://127.0.0.1'));
  const proxy = await startLinkProxy({ link, traffic, target });
  const manager = managerOptionsFor(createLoopbackTransport({ clock, traffic }));

  async function start(): Promise<void> {
    const started = await startNode();
    traffic.followServer(started.io.httpServer as Server);
    drivePings(started.io, clock, timings);
    node = started;
    stopListening = link.listen(proxy.url);
  }

  async function end(): Promise<void> {
    const ending = node;
    node = null;
    stopListening();
    await ending?.close();
  }

  /** As many tabs as one person may have open; they reach the server on a way of their own. */
  async function fill({ url, io }: RunningServer): Promise<readonly Socket[]> {
    const places = readConfig({}).limits.connectionsPerUser - io.of('/').sockets.size;
    const sockets = Array.from({ length: places }, () =>
      new Manager(url, { ...manager, reconnection: false }).socket('/', { auth: { token: `dev:${MOCK_USER}` } }),
    );
    await Promise.all(
      sockets.map(
        (socket) =>
          new Promise<void>((resolve) => {
            socket.once('connect', resolve);
            socket.connect();
          }),
      ),
    );
    return sockets;
  }

  const track = (work: Promise<void>): void => void activity.track(work);

  const backend: ScriptedBackend = {
    workers: http.workers,
    log: {
      faults: {
        loseTail: (jobId, sequence) => {
          track(played.faults.loseTail(jobId, sequence));
        },
        setAvailable: (available) => {
          track(played.faults.setAvailable(available));
        },
      },
    },
    start: () => {
      if (node === null) track(start());
    },
    kill: ({ keepLog }) => {
      track(keepLog ? end() : end().then(played.faults.restartWithoutLog));
    },
    drain: (windowMs) => {
      node?.gateway.drain(windowMs);
    },
    refuse: (next) => {
      refusal = next;
      for (const socket of crowd) socket.disconnect();
      crowd = [];
      if (next?.code !== 'too_many_connections' || node === null) return;
      track(
        fill(node).then((sockets) => {
          crowd = sockets;
        }),
      );
    },
    stop: () => {
      for (const socket of crowd) socket.disconnect();
      track(end());
    },
  };

  function isQuiet(): boolean {
    return (
      activity.inFlight === 0 &&
      played.isQuiet() &&
      http.pending() === 0 &&
      http.opening() === 0 &&
      http.streamed() === streamed() &&
      traffic.isQuiet()
    );
  }

  let settledCalls = 0;
  async function settle(): Promise<void> {
    const deadline = performance.now() + SETTLE_DEADLINE_MS;
    let seen: number;
    do {
      seen = traffic.count() + calls();
      await activity.settled();
      if (calls() !== settledCalls) {
        settledCalls = calls();
        await played.settle();
      }
      await setImmediate();
      if (performance.now() > deadline) {
        throw new Error(
          `Never at rest: ${String(http.pending())} calls, ${String(http.streamed())} of ${String(streamed())} bytes of streams, ${traffic.describe()}`,
        );
      }
    } while (!isQuiet() || traffic.count() + calls() !== seen);
  }

  return {
    ...ground,
    url: proxy.url,
    manager,
    backend,
    errors,
    settle,
    close: async () => {
      await settle();
      http.close();
      await api.close();
      await proxy.close();
      await played.close();
    },
  };
}

/**
 * The log as both nodes use it, which neither may close. What it was asked is counted, so that it is waited for only when
 * there is something to wait for.
 */
function countCalls(log: JobLog): { log: JobLog; calls: () => number } {
  let calls = 0;
  const counted = Object.fromEntries(
    Object.entries(log)
      .filter(([name]) => name !== 'close')
      .map(([name, member]: [string, unknown]) => [
        name,
        typeof member === 'function' && name !== 'isAvailable'
          ? (...args: unknown[]): unknown => {
              calls += 1;
              return (member as (...given: unknown[]) => unknown)(...args);
            }
          : member,
      ]),
  );
  return { log: counted as unknown as JobLog, calls: () => calls };
}
