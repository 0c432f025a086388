import type { Clock } from '@regen/realtime-shared';
import { Server as MockServer, type Client } from 'mock-socket';
import type { Activity } from './activity.ts';
import { createLink, type Link } from './link.ts';
import { toWireData } from './socketio/binary.ts';
import type { Broadcast } from './socketio/broadcast.ts';
import { createConnection, type Connection } from './socketio/connection.ts';
import {
  createNamespace,
  type MockMiddleware,
  type MockNamespace,
  type NamespaceControl,
} from './socketio/namespace.ts';
import { protocolRefusal, requestOf, type MockRequest } from './socketio/request.ts';
import type { MockSocket } from './socketio/socket.ts';
import { countTransit } from './socketio/transit.ts';
import { mockSocketUrl } from './socketio/url.ts';

export interface MockSocketServerOptions {
  /** Of this server alone while it listens: `http://n7.mock.invalid` or `ws://n7.mock.invalid/socket.io/`. */
  url: string;
  clock: Clock;
  activity: Activity;
  /** The network to its clients; one of its own if left out. */
  link?: Link;
  /** ms, 25,000 if left out. */
  pingInterval?: number;
  /** ms, 20,000 if left out. */
  pingTimeout?: number;
  /** ms that a client has to join a namespace, 45,000 if left out. */
  connectTimeout?: number;
  /** Bytes of one message from a client, 1,000,000 if left out. */
  maxPayload?: number;
  /** Decides before any socket exists, as an HTTP status would; every request is allowed if left out. */
  allowRequest?: (request: MockRequest) => boolean;
  /** Ids of connections and sockets; numbered if left out, so that a script gives the same packets each time. */
  createId?: () => string;
}

/** A Socket.IO 5 server over mock-socket, close to socket.io's own. It knows nothing of what its events mean. */
export interface MockSocketServer extends Broadcast {
  /** The address under which mock-socket knows it. */
  readonly url: string;
  readonly link: Link;
  /** The connected sockets of the namespace `/` by id. */
  readonly sockets: ReadonlyMap<string, MockSocket>;
  /** How many connections it holds, those that have joined no namespace included. */
  readonly connections: number;
  /** The namespace of that name, which exists from then on; `/` always does. */
  of(name: string): MockNamespace;
  /** In the namespace `/`. */
  use(middleware: MockMiddleware): MockSocketServer;
  on(event: 'connection', listener: (socket: MockSocket) => void): MockSocketServer;
  off(event: 'connection', listener?: (socket: MockSocket) => void): MockSocketServer;
  /**
   * Stops as socket.io's `close()` does: its sockets close with 'server shutting down', its clients see 'transport close',
   * new attempts are refused. Leaves no timer and no listener; acks awaited with a timeout fail now. Again: nothing.
   */
  close(): void;
  /** Dies as a killed process does: none of its handlers is called, its clients see their connections cut. */
  kill(): void;
}

const ABNORMAL = 1006;

export function createMockSocketServer(options: MockSocketServerOptions): MockSocketServer {
  const {
    clock,
    activity,
    link = createLink({ clock }),
    allowRequest = () => true,
    createId = numberedIds(),
  } = options;
  const url = mockSocketUrl(options.url);
  const namespaces = new Map<string, NamespaceControl>();
  const connections = new Set<Connection>();
  const transport = new MockServer(url, { mock: false });
  const stopListening = link.listen(url);
  let isListening = true;

  const of = (name: string): NamespaceControl => {
    const path = name.startsWith('/') ? name : `/${name}`;
    const known = namespaces.get(path);
    if (known) return known;
    const created = createNamespace(path);
    namespaces.set(path, created);
    return created;
  };
  const main = of('/').namespace;

  const accept = (client: Client): void => {
    const request = requestOf(client.target);
    if (!link.canReach(url) || protocolRefusal(request) !== undefined || !allowRequest(request)) {
      refuse(client, activity);
      return;
    }
    let connection: Connection | undefined;
    let isOpenForClient = false;
    const linked = link.carry({
      // An attempt that was under way when the server stopped still gets here, by a delay even much later.
      openServer: () => {
        if (!isListening) {
          linked.close(ABNORMAL);
          return;
        }
        connection = createConnection({
          clock,
          linked,
          request,
          pingInterval: options.pingInterval ?? 25_000,
          pingTimeout: options.pingTimeout ?? 20_000,
          connectTimeout: options.connectTimeout ?? 45_000,
          maxPayload: options.maxPayload ?? 1_000_000,
          createId,
          namespace: (name) => namespaces.get(name),
          onClosed: () => {
            if (connection) connections.delete(connection);
          },
        });
        connections.add(connection);
      },
      toServer: (data) => connection?.receive(data),
      closeServer: () => connection?.lost(),
      toClient: (data) => {
        isOpenForClient = true;
        if (client.target.readyState === client.target.OPEN) client.send(data);
      },
      // The answer to the handshake travels with the first message: before it, what the client sees is a failed attempt.
      closeClient: (code) => {
        if (isOpenForClient) closeClient(client, code, activity);
        else refuse(client, activity);
      },
    });
    client.on('message', (data) => {
      linked.receive(toWireData(data));
    });
    client.on('close', () => {
      linked.clientClosed();
    });
    linked.open();
  };
  transport.on('connection', accept);

  const stop = (end: (connection: Connection) => void): void => {
    if (!isListening) return;
    isListening = false;
    stopListening();
    transport.stop();
    for (const connection of [...connections]) end(connection);
    connections.clear();
    for (const namespace of namespaces.values()) namespace.clear();
  };

  const server: MockSocketServer = {
    ...main,
    url,
    link,
    get connections() {
      return connections.size;
    },
    of: (name) => of(name).namespace,
    use: (middleware) => {
      main.use(middleware);
      return server;
    },
    on: (event, listener) => {
      main.on(event, listener);
      return server;
    },
    off: (event, listener) => {
      main.off(event, listener);
      return server;
    },
    close: () => {
      stop((connection) => {
        connection.shutDown();
      });
    },
    kill: () => {
      stop((connection) => {
        connection.kill();
      });
    },
  };
  return server;
}

/** The client's WebSocket fails to open: `error`, then `close` with 1006. */
function refuse(client: Client, activity: Activity): void {
  if (client.target.readyState > client.target.OPEN) return;
  client.target.dispatchEvent(new Event('error'));
  closeClient(client, ABNORMAL, activity);
}

function closeClient(client: Client, code: number, activity: Activity): void {
  // mock-socket would close again, and tell everybody again.
  if (client.target.readyState > client.target.OPEN) return;
  // Only what is given is read; wasClean follows from the code.
  client.close({ code, reason: '', wasClean: false });
  countTransit(activity);
}

function numberedIds(): () => string {
  let count = 0;
  return () => `mock-${String((count += 1)).padStart(15, '0')}`;
}
