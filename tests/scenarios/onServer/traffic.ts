/** Knows when nothing is on its way on sockets whose two ends are both in this process. */
import type { ClientRequest, Server } from 'node:http';
import type { Socket } from 'node:net';

export interface Traffic {
  /** Sends a request on its way and follows its socket: the `finishRequest` of a WebSocket of `ws`. */
  follow(request: ClientRequest): void;
  /** Follows the other ends. */
  followServer(http: Server): void;
  /** All that was sent has been read, and both ends of each connection are open, or both are closed. */
  isQuiet(): boolean;
  /** Another number whenever something has happened. */
  count(): number;
  /** What is on its way, for a person. */
  describe(): string;
}

interface Connection {
  client?: Socket;
  server?: Socket;
}

export function createTraffic(): Traffic {
  const connections = new Map<string, Connection>();
  const connecting = new Set<ClientRequest>();
  /** Of connections that have ended, and of what begins and ends. */
  let past = 0;

  function join(key: string, end: Connection): void {
    past += 1;
    const connection = { ...connections.get(key), ...end };
    connections.set(key, connection);
    for (const socket of Object.values(end)) {
      socket.once('close', () => {
        past += 1;
        const { client, server } = connection;
        if (connections.get(key) !== connection || client?.closed !== true || server?.closed !== true) return;
        past += bytesOf(connection);
        connections.delete(key);
      });
    }
  }

  return {
    follow: (request) => {
      connecting.add(request);
      const done = (): void => {
        past += 1;
        connecting.delete(request);
      };
      request.once('close', done);
      request.once('error', done);
      request.once('socket', (socket) => {
        socket.once('connect', () => {
          join(`${String(socket.localPort)}-${String(socket.remotePort)}`, { client: socket });
          done();
        });
      });
      request.end();
    },
    followServer: (http) => {
      http.on('connection', (socket: Socket) => {
        join(`${String(socket.remotePort)}-${String(socket.localPort)}`, { server: socket });
      });
    },
    isQuiet: () => connecting.size === 0 && [...connections.values()].every(isQuiet),
    count: () => [...connections.values()].reduce((sum, connection) => sum + bytesOf(connection), past),
    describe: () =>
      JSON.stringify({
        connecting: connecting.size,
        connections: [...connections].map(([key, { client, server }]) => [key, stateOf(client), stateOf(server)]),
      }),
  };
}

function isQuiet({ client, server }: Connection): boolean {
  if (client === undefined || server === undefined) return false;
  if (client.closed && server.closed) return true;
  return (
    !isEnding(client) &&
    !isEnding(server) &&
    client.bytesWritten === server.bytesRead &&
    server.bytesWritten === client.bytesRead
  );
}

function isEnding(socket: Socket): boolean {
  return socket.destroyed || socket.writableEnded || socket.readableEnded;
}

function bytesOf({ client, server }: Connection): number {
  return (client?.bytesRead ?? 0) + (server?.bytesRead ?? 0);
}

function stateOf(socket: Socket | undefined): unknown {
  return (
    socket && { read: socket.bytesRead, written: socket.bytesWritten, ending: isEnding(socket), closed: socket.closed }
  );
}
