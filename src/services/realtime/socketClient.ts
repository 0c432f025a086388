/** The client on Socket.IO, and the one client of a page. */
import { handshakeErrorSchema, type HandshakeError } from '@regen/realtime-shared';
import { Manager, type ManagerOptions, type Socket } from 'socket.io-client';
import { safeParse } from 'valibot';
import { browserPorts } from './browserPorts.ts';
import type { TokenSource } from './tokenSource.ts';
import { RealtimeError } from './errors.ts';
import type { Ports } from './ports.ts';
import { createRealtimeClient, type RealtimeClientOptions } from './createRealtimeClient.ts';
import type { RealtimeClient } from './realtimeClient.ts';
import { serverUrlOf } from './serverUrl.ts';
import { storedToken } from './storedToken.ts';
import type { OpenWire, WireTarget } from './wire.ts';

export type SocketClient = RealtimeClient;

export interface SocketClientOptions extends Partial<
  Pick<RealtimeClientOptions, 'connection' | 'subscription' | 'commandDeadlineMs' | 'probeDeadlineMs'>
> {
  /**
   * The server's address, such as "https://realtime.example.com". What is none, and one with a path, throws
   * `invalid_usage`: a path is `manager: { path }`.
   */
  url: string;
  /** The current access token, read anew for every attempt. Default: `localStorage` key `auth:token`. */
  token?: TokenSource;
  /** What differs from a browser's: clock, storage, visibility … */
  ports?: Partial<Ports>;
  /** Options of socket.io-client's Manager, such as another transport, or the `path` at which a server is reached. */
  manager?: Partial<ManagerOptions>;
}

export const DEFAULT_SERVER_URL = 'http://localhost:3000';
/** An attempt that hears nothing for so long has failed; ms. */
const OPEN_DEADLINE_MS = 10_000;

/** A client of its own. Most pages want `getSocketClient()`. */
export function createSocketClient(options: SocketClientOptions): SocketClient {
  // Who has no types may give none.
  const { url, token = storedToken, ports, manager, ...settings } = Object(options) as SocketClientOptions;
  refusePath(url);
  return createRealtimeClient({
    ...settings,
    url,
    token,
    openWire: socketIoWire(manager),
    ports: browserPorts(ports),
  });
}

/** Socket.IO leaves it out without a word, and another server answers. */
function refusePath(url: string): void {
  const { origin, pathname } = new URL(serverUrlOf(url));
  if (pathname === '/') return;
  throw new RealtimeError(
    'invalid_usage',
    `The option "url" is ${JSON.stringify(url)}, and Socket.IO takes no path from an address: it would connect to ` +
      `${origin}/socket.io/. Give "${origin}" and, where the server is reached under a path, manager: { path: ` +
      `${JSON.stringify(`${pathname.replace(/\/$/, '')}/socket.io`)} }.`,
  );
}

const PAGE_CLIENT = Symbol.for('@regen/realtime.client');
type PageGlobal = typeof globalThis & { [PAGE_CLIENT]?: SocketClient };

/**
 * The one client of this page, made at the first call and found by every instance of this module. It connects when
 * `start()` is called. `options` count only at the first call; after its `stop()` the next call makes a new one. Throws
 * `invalid_usage` where another server is asked for than the one that the page's client is for.
 */
export function getSocketClient(options: Partial<SocketClientOptions> = {}): SocketClient {
  const page: PageGlobal = globalThis;
  const known = page[PAGE_CLIENT];
  if (known === undefined) return (page[PAGE_CLIENT] = createPageClient(page, { url: DEFAULT_SERVER_URL, ...options }));
  if (options.url !== undefined && serverUrlOf(options.url) !== known.url) {
    throw new RealtimeError(
      'invalid_usage',
      `The page's client is for ${known.url}, so getSocketClient() cannot give one for ${options.url}. Give its ` +
        '"url" before anything renders, or make a client of its own with createSocketClient() for a RealtimeProvider.',
    );
  }
  return known;
}

function createPageClient(page: PageGlobal, options: SocketClientOptions): SocketClient {
  const client = createSocketClient(options);
  const pageClient: SocketClient = {
    ...client,
    stop: () => {
      client.stop();
      if (page[PAGE_CLIENT] === pageClient) delete page[PAGE_CLIENT];
    },
  };
  return pageClient;
}

/**
 * What an attempt connects with. One Manager per attempt: nothing of one that failed can reach the next one, and no cache
 * of the library joins two clients. Reconnecting is the connection machine's, because the page shows when it will happen.
 */
export function createSocket(
  { url, token }: WireTarget,
  managerOptions: Partial<ManagerOptions> = {},
): { manager: Manager; socket: Socket } {
  const manager = new Manager(url, {
    transports: ['websocket'],
    timeout: OPEN_DEADLINE_MS,
    ...managerOptions,
    autoConnect: false,
    reconnection: false,
  });
  return { manager, socket: manager.socket('/', { auth: token === null ? {} : { token } }) };
}

function socketIoWire(managerOptions?: Partial<ManagerOptions>): OpenWire {
  return (target, handlers) => {
    const { manager, socket } = createSocket(target, managerOptions);
    let ended = false;

    function end(): void {
      if (ended) return;
      ended = true;
      socket.off();
      socket.offAny();
      manager.off();
      socket.disconnect();
    }

    socket.on('connect', handlers.onOpen);
    socket.on('connect_error', (error: Error & { data?: unknown }) => {
      end();
      handlers.onOpenFailed(refusalOf(error.data));
    });
    socket.on('disconnect', () => {
      end();
      handlers.onClose();
    });
    socket.onAny((event: string, ...args: unknown[]) => {
      handlers.onEvent(event, args);
    });
    manager.on('ping', handlers.onContact);
    socket.connect();

    return {
      send: (event, payload, onAck) => {
        socket.emit(event, payload, onAck);
      },
      close: end,
    };
  };
}

function refusalOf(data: unknown): HandshakeError | null {
  const parsed = safeParse(handshakeErrorSchema, data);
  return parsed.success ? parsed.output : null;
}
