import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a port of this machine that can be cut. */
export interface TcpProxy {
  readonly port: number;
  /** Breaks all connections and refuses new ones, until `open`. */
  cut(): void;
  open(): void;
  /** Breaks all connections; new ones are let through. */
  reset(): void;
  /** Connections that have sent `text` pass nothing on from here on, and stay open. */
  silence(text: string): void;
  close(): Promise<void>;
}

export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const ways = new Set<{ silence(text: string): void }>();
  let isOpen = true;
  const server = createServer((from) => {
    if (!isOpen) {
      from.destroy();
      return;
    }
    const to = connect(target, '127.0.0.1');
    let sent = '';
    from.on('data', (bytes: Buffer) => {
      if (sent.length < 4_096) sent += bytes.toString('latin1');
    });
    ways.add({
      silence: (text) => {
        if (!sent.includes(text)) return;
        from.unpipe(to);
        to.unpipe(from);
        from.resume();
        to.resume();
      },
    });
    for (const socket of [from, to]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      // What breaks here is told to the other side by the end of its connection.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        from.destroy();
        to.destroy();
      });
    }
    from.pipe(to);
    to.pipe(from);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reset = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      isOpen = false;
      reset();
    },
    open: () => {
      isOpen = true;
    },
    reset,
    silence: (text) => {
      for (const way of ways) way.silence(text);
    },
    close: async () => {
      reset();
      server.close();
      await once(server, 'close');
    },
  };
}
