import type { Clock, ClockTimer } from '@regen/realtime-shared';
import { WebSocket as WebSocketTransport, type SocketOptions, type TransportCtor } from 'engine.io-client';
import type { Packet } from 'engine.io-parser';
import { WebSocket as MockWebSocket } from 'mock-socket';
import type { Manager, ManagerOptions } from 'socket.io-client';
import type { Activity } from './activity.ts';
import type { Link } from './link.ts';
import { toWireData } from './socketio/binary.ts';
import { rememberHeaders } from './socketio/request.ts';
import { countTransit } from './socketio/transit.ts';

export interface MockTransportOptions {
  clock: Clock;
  activity: Activity;
  /** The network to the server; the server must have been given the same one. Without it no attempt is refused. */
  link?: Link;
  /** ms that opening may take, in the place of the Manager's own `timeout`; 20,000 if left out, as there. */
  connectTimeout?: number;
}

export const DEFAULT_CONNECT_TIMEOUT_MS = 20_000;

/** engine.io-client's type of the same name, which it does not export. */
interface CloseDetails {
  description: string;
  context?: unknown;
}

/** The timers that engine.io-client and socket.io-client keep in private fields of the same names. */
export interface TimerFunctions {
  setTimeoutFn(callback: () => void, delayMs: number): ClockTimer;
  clearTimeoutFn(timer: ClockTimer | undefined): void;
}

interface EngineInternals extends TimerFunctions {
  _hasPingExpired(): boolean;
}

/**
 * Options for socket.io-client's `new Manager(url, options)` that make it talk over mock-socket, with all of the engine's
 * timers on `clock`. Nothing global is replaced, and nothing connects until `open()` or a socket's `connect()` is called.
 * The connect timeout is the transport's, for the Manager's own timers cannot be reached by options; a client that uses
 * them (`reconnection`, `timeout(ms).emit`) needs `runManagerOn` besides.
 */
export function mockManagerOptions(options: MockTransportOptions): Partial<ManagerOptions> {
  return managerOptionsFor(createMockTransport(options));
}

/** For a Manager on a transport that has the connect timeout itself. */
export function managerOptionsFor(transport: TransportCtor): Partial<ManagerOptions> {
  return {
    transports: [transport],
    autoConnect: false,
    // The Manager takes false for "no timeout", as its `timeout()` method says; the option's type forgets it.
    timeout: false as unknown as number,
  };
}

/** To be called by a transport's constructor: nothing else of ours sees its engine before its timers run. */
export function runTransportOn(clock: Clock, transport: object, engine: object): void {
  // Private fields of both.
  useClock(transport as TimerFunctions, clock);
  useClock(engine as TimerFunctions, clock);
  // It compares with the real Date.now(), for pages that were asleep; a virtual timer is never late.
  (engine as EngineInternals)._hasPingExpired = () => false;
}

/**
 * Moves the Manager's own timers (reconnection delay, ack timeouts) to `clock`. Call it before the Manager opens.
 */
export function runManagerOn(manager: Manager, clock: Clock): void {
  // Private fields of the Manager, set by its constructor from the global timers.
  useClock(manager as unknown as TimerFunctions, clock);
}

/** The transport class by itself, for an engine.io-client without socket.io-client on top. */
export function createMockTransport(options: MockTransportOptions): TransportCtor {
  const { clock, activity, link, connectTimeout = DEFAULT_CONNECT_TIMEOUT_MS } = options;
  return class MockTransport extends WebSocketTransport {
    #connectTimer: ClockTimer | undefined;

    constructor(socketOptions: SocketOptions) {
      super(socketOptions);
      runTransportOn(clock, this, this.socket);
    }

    override createSocket(
      uri: string,
      protocols: string | string[] | undefined,
      { headers = {} }: { headers?: Record<string, string> },
    ): MockWebSocket {
      this.#connectTimer = clock.setTimeout(() => this.onError('timeout', undefined), connectTimeout);
      const socket = protocols ? new MockWebSocket(uri, protocols) : new MockWebSocket(uri);
      countTransit(activity);
      rememberHeaders(socket, headers);
      if (link && !link.canReach(uri)) {
        // Closing what is still connecting gives `error`, then `close` with 1006, as a browser does.
        socket.close();
        countTransit(activity);
      }
      return socket;
    }

    override doWrite(_packet: unknown, data: unknown): void {
      try {
        this.ws.send(toWireData(data));
        countTransit(activity);
      } catch (error) {
        // The engine swallows what is thrown here, since a socket that has just closed may throw.
        queueMicrotask(() => {
          throw error;
        });
      }
    }

    protected override onPacket(packet: Packet): void {
      clock.clearTimeout(this.#connectTimer);
      super.onPacket(packet);
    }

    protected override onClose(details?: CloseDetails): void {
      clock.clearTimeout(this.#connectTimer);
      super.onClose(details);
    }

    override doClose(): void {
      const wasOpen = Boolean(this.ws);
      super.doClose();
      if (wasOpen) countTransit(activity);
    }
  };
}

/** Moves the timers of a Manager, an engine or a transport to `clock`. */
export function useClock(owner: TimerFunctions, clock: Clock): void {
  owner.setTimeoutFn = (callback, delayMs) => clock.setTimeout(callback, delayMs);
  owner.clearTimeoutFn = (timer) => {
    clock.clearTimeout(timer);
  };
}
