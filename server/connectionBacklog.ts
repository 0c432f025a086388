/** Bounds what waits to be sent on a connection whose client does not read. */
import type { Clock } from '@regen/realtime-shared';

/** What is used of Engine.IO's connection, which carries a Socket.IO socket. */
export interface Connection {
  readonly transport: {
    readonly readyState: 'open' | 'closing' | 'closed';
    once(event: 'drain' | 'close', listener: () => void): unknown;
  };
  on(event: 'packetCreate', listener: (packet: { data?: string | Buffer }) => void): unknown;
  on(event: 'flush', listener: () => void): unknown;
  close(discard?: boolean): void;
}

export interface ConnectionBacklog {
  /** Bytes that wait: in Engine.IO, and in the transport. */
  readonly waiting: number;
}

/** Bytes that may wait, besides the largest message: a client so slow comes back with its position. */
const LARGEST_BACKLOG = 8_388_608;

/**
 * A connection with too much closes: what waits is still sent, for as long as `letGo` allows, so that even a slow client
 * gets further each time.
 */
export function boundBacklog(conn: Connection, clock: Clock): ConnectionBacklog {
  let queued = 0;
  let sending = 0;
  let largest = 0;

  conn.on('packetCreate', ({ data }) => {
    const bytes = data === undefined ? 0 : Buffer.byteLength(data);
    // With a message that is queued the connection stays until that has gone, and counts as its user's for so long.
    if (queued > 0 && queued + sending + bytes - Math.max(largest, bytes) > LARGEST_BACKLOG) letGo(conn, clock);
    queued += bytes;
    largest = Math.max(largest, bytes);
  });
  // All that is queued goes to the transport together, and only once that has sent what it got before.
  conn.on('flush', () => {
    sending = queued;
    queued = 0;
    conn.transport.once('drain', () => {
      sending = 0;
      if (queued === 0) largest = 0;
    });
  });

  return {
    get waiting() {
      return queued + sending;
    },
  };
}

/** How long a connection that closes may take to send what waits, and its client to answer; ms. */
const CLOSING_MS = 5_000;

/** Closes a connection, and ends it where its client does not take part. */
export function letGo(conn: Connection, clock: Clock): void {
  const { transport } = conn;
  conn.close();
  if (transport.readyState === 'closed') return;
  const timer = clock.setTimeout(() => {
    terminate(conn);
  }, CLOSING_MS);
  transport.once('close', () => {
    clock.clearTimeout(timer);
  });
}

function terminate(conn: Connection): void {
  // Engine.IO has no word for it: a WebSocket that it has asked to close it waits for.
  const { socket } = conn.transport as { socket?: { terminate(): void } };
  if (socket === undefined) conn.close(true);
  else socket.terminate();
}
