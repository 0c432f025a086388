/** Server-sent events over HTTP. */
import type { Clock, ClockTimer } from '@regen/realtime-shared';

export interface EventSourceMessage {
  event: string;
  id?: string;
  data: unknown;
}

export interface EventSourceStream {
  readonly response: Response;
  /** Sends one event; without effect once it has ended. */
  send(message: EventSourceMessage): void;
  /** Resolves when more may be sent: what was sent has been taken. */
  writable(): Promise<void>;
  end(): void;
}

/** A comment so often keeps proxies from taking a quiet stream for a dead one; ms. */
export const KEEP_ALIVE_MS = 15_000;
/** Bytes that may wait to be taken before `writable` waits. */
const HIGH_WATER = 262_144;
/** Bytes that may wait to be taken at all: a reader so slow comes back with its place. */
const LARGEST_BACKLOG = 8_388_608;

export const EVENT_STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store, no-transform',
  // nginx would collect events otherwise.
  'x-accel-buffering': 'no',
  // Nothing follows the end of one: a server that stops need not wait for its connection.
  connection: 'close',
} as const;

/** `onClosed`: the reader has gone, or `end` was called; once. */
export function createEventSource(clock: Clock, onClosed: () => void): EventSourceStream {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let waiting: (() => void)[] = [];
  let timer: ClockTimer | undefined;
  let closed = false;

  function close(): void {
    if (closed) return;
    closed = true;
    clock.clearTimeout(timer);
    release();
    onClosed();
  }

  function end(): void {
    if (closed) return;
    controller?.close();
    close();
  }

  function release(): void {
    const all = waiting;
    waiting = [];
    for (const resolve of all) resolve();
  }

  function write(text: string): void {
    if (closed) return;
    if ((controller?.desiredSize ?? 0) < HIGH_WATER - LARGEST_BACKLOG) {
      end();
      return;
    }
    controller?.enqueue(encoder.encode(text));
    clock.clearTimeout(timer);
    timer = clock.setTimeout(() => {
      write(': keep-alive\n\n');
    }, KEEP_ALIVE_MS);
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start: (given) => {
        controller = given;
      },
      pull: release,
      cancel: close,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER }),
  );
  // Some proxies hold a response back until its first bytes come.
  write(': connected\n\n');

  return {
    response: new Response(body, { headers: EVENT_STREAM_HEADERS }),
    send: ({ event, id, data }) => {
      write(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`);
    },
    writable: () =>
      closed || (controller?.desiredSize ?? 0) > 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push(resolve);
          }),
    end,
  };
}
