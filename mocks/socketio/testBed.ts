import { Manager, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { createActivity, type Activity } from '../activity.ts';
import { createLink, type Link } from '../link.ts';
import { createMockSocketServer, type MockSocketServer, type MockSocketServerOptions } from '../mockSocketServer.ts';
import { mockManagerOptions, runManagerOn } from '../mockTransport.ts';
import { createVirtualClock, type VirtualClock } from '../virtualClock.ts';

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
    advance: (ms) => clock.advanceTo(clock.now() + ms, { settle: () => activity.settled() }),
    settle: () => activity.settled(),
  };
}
