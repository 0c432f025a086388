/** A WebSocket proxy on loopback, with a link's faults between its two ends. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { Decoder, type Packet } from 'socket.io-parser';
import { WebSocket, WebSocketServer, type RawData } from 'ws';
import type { Link } from '../../../mocks/link.ts';
import type { WireData } from '../../../mocks/socketio/binary.ts';
import type { Traffic } from './traffic.ts';

export interface LinkProxy {
  /** For clients; the link's `listen` names the server by it. */
  readonly url: string;
  close(): Promise<void>;
}

export interface LinkProxyOptions {
  link: Link;
  traffic: Traffic;
  /** Where the server listens now, such as `ws://127.0.0.1:4000`; null while there is none. */
  target(): string | null;
}

const ABNORMAL = 1006;
const NO_STATUS = 1005;
/** An Engine.IO message that is a Socket.IO event. */
const EVENT = '42';

export async function startLinkProxy({ link, traffic, target }: LinkProxyOptions): Promise<LinkProxy> {
  const http = createServer();
  const webSockets = new WebSocketServer({ noServer: true });
  traffic.followServer(http);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const url = `http://127.0.0.1:${String((http.address() as AddressInfo).port)}`;

  function pass(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    let client: WebSocket | undefined;
    let server: WebSocket | undefined;
    // What breaks here is told by the end of the connection.
    socket.on('error', () => undefined);
    if (!link.canReach(url)) {
      socket.destroy();
      return;
    }

    /** With the first message: before it, a client whose connection ends sees an attempt that failed. */
    function accept(): void {
      webSockets.handleUpgrade(request, socket, head, (accepted) => {
        client = accepted;
        accepted.on('error', () => undefined);
        accepted.on('message', (data, isBinary) => {
          linked.receive(wireDataOf(data, isBinary));
        });
      });
    }

    const decoder = new Decoder();
    decoder.on('decoded', (packet: Packet) => {
      linked.sendPacket(packet);
    });

    const linked = link.carry({
      openServer: () => {
        const address = target();
        if (address === null) {
          linked.close(ABNORMAL);
          return;
        }
        server = new WebSocket(`${address}${request.url ?? ''}`, {
          perMessageDeflate: false,
          finishRequest: traffic.follow,
        });
        server.on('error', () => undefined);
        server.on('message', (data, isBinary) => {
          const message = wireDataOf(data, isBinary);
          if (typeof message === 'string' && message.startsWith(EVENT)) decoder.add(message.slice(1));
          else linked.sendFrame(message);
        });
        server.on('close', (code) => {
          linked.close(code);
        });
      },
      toServer: (data) => {
        server?.send(data);
      },
      // What was sent before arrives before.
      closeServer: () => {
        server?.close();
      },
      toClient: (data) => {
        if (client === undefined) accept();
        client?.send(data);
      },
      closeClient: (code) => {
        if (client === undefined) socket.destroy();
        else if (code === ABNORMAL) client.terminate();
        else client.close(code === NO_STATUS ? undefined : code);
      },
    });

    socket.on('end', () => {
      if (client === undefined) socket.destroy();
    });
    socket.on('close', linked.clientClosed);
    socket.resume();
    linked.open();
  }
  http.on('upgrade', pass);

  return {
    url,
    close: async () => {
      http.closeAllConnections();
      http.close();
      await once(http, 'close');
    },
  };
}

function wireDataOf(data: RawData, isBinary: boolean): WireData {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer);
  return isBinary ? Uint8Array.from(bytes).buffer : bytes.toString();
}
