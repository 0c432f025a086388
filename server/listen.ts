/** Makes a server listen where it is asked to, and says why where it cannot. */
import type { Server } from 'node:http';
import { createServer, type AddressInfo, type Server as NetServer } from 'node:net';

export interface Listening {
  port: number;
  /** Takes no new connections; those that are open stay. */
  close(): void;
}

/** Why nothing could be listened on; one line. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** All addresses of both IPv4 and IPv6, and of IPv4 alone. */
const ANY = '::';
const ANY_IPV4 = '0.0.0.0';

/**
 * `host` null: loopback of IPv4 and, where there is one, of IPv6; `::` where there is no IPv6: all of IPv4. Port 0: any
 * that is free.
 */
export async function listen(server: Server, host: string | null, port: number): Promise<Listening> {
  if (host !== null) {
    await bind(server, host, port).catch((error: unknown) => {
      if (host === ANY && isWithoutIpv6(error)) return bind(server, ANY_IPV4, port);
      throw error;
    });
    return { port: portOf(server), close: () => server.close() };
  }
  await bind(server, '127.0.0.1', port);
  const chosen = portOf(server);
  // One HTTP server listens in one place: what comes in at the other is handed to it.
  const second = createServer((socket) => server.emit('connection', socket));
  const isSecond = await bind(second, '::1', chosen).then(
    () => true,
    (error: unknown) => {
      if (isWithoutIpv6(error)) return false;
      server.close();
      throw error;
    },
  );
  return {
    port: chosen,
    close: () => {
      server.close();
      if (isSecond) second.close();
    },
  };
}

function portOf(server: NetServer): number {
  // A server that listens on a port has such an address.
  return (server.address() as AddressInfo).port;
}

function bind(server: NetServer, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException): void => {
      reject(
        new ListenError(
          cause.code === 'EADDRINUSE'
            ? `Port ${String(port)} is taken; stop what listens there, or set PORT to another one.`
            : `Cannot listen on ${host}, port ${String(port)}: ${cause.message}. Set HOST and PORT to where this machine can.`,
          { cause },
        ),
      );
    };
    server.once('error', failed);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

function isWithoutIpv6(error: unknown): boolean {
  if (!(error instanceof ListenError)) return false;
  const { code } = error.cause as NodeJS.ErrnoException;
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}
