/** Turns pages of foreign origins away before Socket.IO sees them. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { IsAllowedOrigin } from './auth/origins.ts';

const BODY = 'Pages of this origin may not connect; add it to ALLOWED_ORIGINS.\n';

/** To be called when all that listens to `http` has been attached. Engine.IO itself answers 400, and later. */
export function guardOrigins(http: Server, path: string, isAllowedOrigin: IsAllowedOrigin): void {
  const isForeign = (request: IncomingMessage): boolean =>
    request.url?.startsWith(path) === true && !isAllowedOrigin(request.headers.origin);

  const answering = http.listeners('request');
  http.removeAllListeners('request');
  http.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (isForeign(request)) response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' }).end(BODY);
    else for (const listener of answering) listener.call(http, request, response);
  });

  const upgrading = http.listeners('upgrade');
  http.removeAllListeners('upgrade');
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!isForeign(request)) {
      for (const listener of upgrading) listener.call(http, request, socket, head);
      return;
    }
    // A client that is gone already has nobody to be told.
    socket.on('error', () => undefined);
    socket.end(
      `HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${String(Buffer.byteLength(BODY))}\r\n\r\n${BODY}`,
    );
  });
}
