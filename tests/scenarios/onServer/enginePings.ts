/** Engine.IO's heartbeat on a clock of the test's: it takes its timers from `node:timers`, which no option replaces. */
import type { Clock, ClockTimer } from '@regen/realtime-shared';
import type { Server } from 'socket.io';

/** The private parts of an Engine.IO server's connection that its own heartbeat uses. */
interface EngineConnection {
  pingIntervalTimer: NodeJS.Timeout | null;
  sendPacket(type: 'ping'): void;
  onClose(reason: 'ping timeout'): void;
  on(event: 'heartbeat' | 'close', listener: () => void): void;
  on(event: 'packet', listener: (packet: { type: string }) => void): void;
}

export interface PingTimings {
  pingIntervalMs?: number;
  pingTimeoutMs?: number;
}

const DEFAULT_INTERVAL_MS = 25_000;
const DEFAULT_TIMEOUT_MS = 20_000;

/** To be called before the first connection. Does what Engine.IO does, at the same times. */
export function drivePings(io: Server, clock: Clock, { pingIntervalMs, pingTimeoutMs }: PingTimings): void {
  const { opts } = io.engine;
  const { pingInterval = DEFAULT_INTERVAL_MS, pingTimeout = DEFAULT_TIMEOUT_MS } = opts;
  const intervalMs = pingIntervalMs ?? pingInterval;
  const timeoutMs = pingTimeoutMs ?? pingTimeout;
  // The client is told of them.
  Object.assign(opts, { pingInterval: intervalMs, pingTimeout: timeoutMs });

  io.engine.on('connection', (connection: EngineConnection) => {
    clearTimeout(connection.pingIntervalTimer ?? undefined);
    connection.pingIntervalTimer = null;
    let pingTimer: ClockTimer | undefined;
    let pongTimer: ClockTimer | undefined;
    let isExtended = false;

    function awaitPong(): void {
      clock.clearTimeout(pongTimer);
      pongTimer = clock.setTimeout(() => {
        connection.onClose('ping timeout');
      }, timeoutMs);
    }

    function schedulePing(): void {
      clock.clearTimeout(pingTimer);
      pingTimer = clock.setTimeout(() => {
        isExtended = false;
        connection.sendPacket('ping');
        awaitPong();
      }, intervalMs);
    }

    connection.on('packet', ({ type }) => {
      if (pongTimer === undefined || isExtended || type === 'pong') return;
      isExtended = true;
      awaitPong();
    });
    connection.on('heartbeat', () => {
      clock.clearTimeout(pongTimer);
      pongTimer = undefined;
      schedulePing();
    });
    connection.on('close', () => {
      clock.clearTimeout(pingTimer);
      clock.clearTimeout(pongTimer);
    });
    schedulePing();
  });
}
