import { WebSocket as MockWebSocket } from 'mock-socket';
import { Manager, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { createActivity, type Activity } from '../activity.ts';
import { createLink, type Link } from '../link.ts';
import { createMockSocketServer, type MockSocketServer, type MockSocketServerOptions } from '../mockSocketServer.ts';
import { mockManagerOptions, runManagerOn } from '../mockTransport.ts';
import type { WireData } from '../socketio/binary.ts';
import { countTransit } from '../socketio/transit.ts';
import { createVirtualClock, type VirtualClock } from '../virtualClock.ts';

/** A WebSocket that speaks for itself, to send what the production client never would. */
export interface RawClient {
  /** What has come down so far, pings included. */
  readonly received: readonly WireData[];
  /** The close code, once it is closed. */
  readonly closeCode: number | undefined;
  /** Whether it failed to open. */
  readonly hasFailed: boolean;
  send(data: string | ArrayBuffer): void;
  close(): void;
}

/** One server, its network and the production client, for our own tests. */
export interface TestBed {
  readonly url: string;
  readonly clock: VirtualClock;
  readonly activity: Activity;
  readonly link: Link;
  readonly server: MockSocketServer;
  /** Virtual ms since the bed was made. */
  elapsed(): number;
  manager(options?: Partial<ManagerOptions>): Manager;
  /** A socket on a Manager of its own that has been told to connect. */
  client(namespace?: string, options?: Partial<SocketOptions & ManagerOptions>): Socket;
  raw(query?: string): RawClient;
  /** Moves the clock, with everything in flight landing on the way. */
  advance(ms: number): Promise<void>;
  settle(): Promise<void>;
}

let beds = 0;

export function createTestBed(options: Partial<MockSocketServerOptions> = {}): TestBed {
  const url = options.url ?? `http://bed${(beds += 1)}.mock.invalid`;
  const clock = createVirtualClock();
  const start = clock.now();
  const activity = createActivity();
  const link = createLink({ clock });
  const server = createMockSocketServer({ clock, activity, link, ...options, url });
  const manager = (managerOptions: Partial<ManagerOptions> = {}): Manager => {
    const created = new Manager(url, {
      ...mockManagerOptions({ clock, activity, link }),
      reconnection: false,
      ...managerOptions,
    });
    runManagerOn(created, clock);
    return created;
  };
  return {
    url,
    clock,
    activity,
    link,
    server,
    elapsed: () => clock.now() - start,
    manager,
    client: (namespace = '/', { auth, ...managerOptions } = {}) => {
      const socket = manager(managerOptions).socket(namespace, auth === undefined ? {} : { auth });
      socket.connect();
      return socket;
    },
    raw: (query = 'EIO=4&transport=websocket') => createRawClient(`${server.url}?${query}`, activity),
    advance: (ms) => clock.advanceTo(clock.now() + ms, { settle: () => activity.settled() }),
    settle: () => activity.settled(),
  };
}

function createRawClient(url: string, activity: Activity): RawClient {
  const socket = new MockWebSocket(url);
  countTransit(activity);
  const received: WireData[] = [];
  let closeCode: number | undefined;
  let hasFailed = false;
  // The server sends strings and ArrayBuffers alone.
  socket.onmessage = ({ data }: { data: WireData }) => received.push(data);
  socket.onerror = () => {
    hasFailed = true;
  };
  socket.onclose = ({ code }) => {
    closeCode = code;
  };
  return {
    received,
    get closeCode() {
      return closeCode;
    },
    get hasFailed() {
      return hasFailed;
    },
    send: (data) => {
      socket.send(data);
      countTransit(activity);
    },
    close: () => {
      socket.close();
      countTransit(activity);
    },
  };
}
