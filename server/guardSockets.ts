import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WhyForeign } from './auth/foreign.ts';

/** To be called when all that listens to `http` has been attached. Engine.IO itself answers 400, and later. */
export function guardSockets(http: Server, path: string, whyForeign: WhyForeign): void {
  const refusalOf = ({ url, headers: { origin, host } }: IncomingMessage): string | undefined => {
    const why = url?.startsWith(path) === true ? whyForeign({ origin, host }) : undefined;
    return why === undefined ? undefined : `${why}\n`;
  };

  const answering = http.listeners('request');
  http.removeAllListeners('request');
  http.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const refusal = refusalOf(request);
    if (request.url?.startsWith(path) === true) {
      // Nobody reads the rest of a body once it is answered; it would keep the connection for as long as it trickles in.
      response.once('finish', () => {
        // A body that came with its head is read in this turn of the event loop.
        setImmediate(() => {
          if (!request.complete) request.socket.destroySoon();
        });
      });
    }
    if (refusal !== undefined) response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' }).end(refusal);
    else for (const listener of answering) listener.call(http, request, response);
  });

  const upgrading = http.listeners('upgrade');
  http.removeAllListeners('upgrade');
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refusalOf(request);
    if (refusal === undefined) {
      for (const listener of upgrading) listener.call(http, request, socket, head);
      return;
    }
    // A client that is gone already has nobody to be told.
    socket.on('error', () => undefined);
    socket.end(
      `HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${String(Buffer.byteLength(refusal))}\r\n\r\n${refusal}`,
    );
  });
}
