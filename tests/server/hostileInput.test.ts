import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { LIMITS } from '@regen/realtime-shared';
import { expect, test } from 'vitest';
import { ARRIVAL_MS } from '../../server/http/bodies.ts';
import { DEVELOPMENT_WORKER_KEY } from '../../server/index.ts';
import { serverAtRisk } from './serverAtRisk.ts';

/** What only real HTTP can be told: bytes that no client would send. After each the server serves, and the log is as it was. */

const KEY = `Authorization: Bearer ${DEVELOPMENT_WORKER_KEY}`;
const CALL = { method: 'POST', path: '/v1/jobs/job-1/events', type: 'application/json' };
const STREAMS = 3;

const sockets: Socket[] = [];
const risk = serverAtRisk('ann', { CONNECTIONS_PER_USER: String(STREAMS) }, () => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

interface Line {
  send(...parts: readonly (string | Uint8Array)[]): void;
  /** Resolves with all that was answered once that matches, or once the server has ended the connection. */
  hears(pattern: RegExp): Promise<string>;
  readonly ended: Promise<unknown>;
}

async function open(): Promise<Line> {
  const socket = connect(Number(new URL(risk.server.url).port), '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  let heard = '';
  socket.on('data', (data: Buffer) => {
    heard += data.toString();
  });
  const ended = once(socket, 'close');
  return {
    send: (...parts) => {
      for (const part of parts) socket.write(part);
    },
    hears: async (pattern) => {
      while (!pattern.test(heard) && !socket.closed) await Promise.race([once(socket, 'data'), ended]);
      expect(heard).toMatch(pattern);
      return heard;
    },
    ended,
  };
}

function head({ method, path, type, length }: Partial<typeof CALL> & { length?: number }, ...more: readonly string[]) {
  const headers = [
    KEY,
    'Host: localhost',
    ...(type === undefined ? [] : [`Content-Type: ${type}`]),
    ...(length === undefined ? [] : [`Content-Length: ${String(length)}`]),
    ...more,
  ];
  return `${method ?? 'GET'} ${path ?? '/healthz'} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`;
}

/** A whole call with a body. */
function call(body: string | Uint8Array, options: Partial<typeof CALL> = {}, ...more: readonly string[]) {
  return [head({ ...CALL, ...options, length: Buffer.byteLength(body) }, ...more), body];
}

/** The connection, or a new one where it had to be ended, serves; nothing was written, nothing went wrong inside. */
async function unharmed(line?: Line): Promise<void> {
  const next = line ?? (await open());
  next.send(head({ path: '/v1/jobs/job-1' }));
  await next.hears(/HTTP\/1\.1 200 OK[^]*"jobId":"job-1"/);
  await risk.expectUnharmed();
}

const event = '{"events":[{"type":"job:started"}]}';
const deep = `{"events":[{"type":"job:started","x":${'['.repeat(10_000)}${']'.repeat(10_000)}}]}`;
const wide = `{"events":[{"type":"job:progress","progress":"x",${Array.from({ length: 100_000 }, (_, key) => `"${String(key)}":0`).join(',')}}]}`;
const many = `{"events":[${Array.from({ length: LIMITS.eventsPerAppend + 1 }, () => '{"type":"job:started"}').join(',')}]}`;

test.each([
  ['no JSON', call('{"events":'), /400 Bad Request[^]*must be JSON in UTF-8/],
  ['no UTF-8', call(Uint8Array.of(0x22, 0xff, 0x22)), /400 Bad Request[^]*must be JSON in UTF-8/],
  ['a body by gzip', call(gzipSync(event), {}, 'Content-Encoding: gzip'), /400 Bad Request[^]*Content-Encoding: none/],
  ['a form', call('events=1', { type: 'application/x-www-form-urlencoded' }), /400 Bad Request[^]*Content-Type: must/],
  ['no body', call(''), /400 Bad Request[^]*invalid_payload/],
  ['what is no object', call('[]'), /400 Bad Request[^]*invalid_payload/],
  [
    'JSON nested 10,000 deep where a number should be',
    call(deep.replace('"x":', '"progress":').replace('job:started', 'job:progress')),
    /400 Bad Request[^]*invalid_payload/,
  ],
  ['100,000 keys', call(wide), /400 Bad Request[^]*progress/],
  ['too many events', call(many), /400 Bad Request[^]*1000|400 Bad Request[^]*1,000/],
  [
    'keys of an object’s prototype',
    call('{"__proto__":{"events":[]},"constructor":{"events":[]}}'),
    /400 Bad Request[^]*invalid_payload/,
  ],
  ['a method that there is not', call(event, { method: 'PUT' }), /404 Not Found[^]*not_found/],
  ['a path that is no text', call(event, { path: '/v1/jobs/%ff%00/events' }), /404 Not Found[^]*not_found/],
  [
    'a line that is no event',
    call('{"type":"job:nonsense"}\n', { type: 'application/x-ndjson' }),
    /400 Bad Request[^]*line 1/,
  ],
] as const)('%s is refused in words, and the same connection serves', async (_what, parts, answer) => {
  const line = await open();
  line.send(...parts);
  await line.hears(answer);
  await unharmed(line);
});

test.each([
  ['a body', 'application/json', /413[^]*A body may be 1048576 bytes long \(limit bodyBytes\)/],
  ['a line', 'application/x-ndjson', /413[^]*A line may be 1048576 bytes long \(limit bodyBytes\)/],
])('%s that is too large is refused with the limit named, in bytes', async (_what, type, answer) => {
  const line = await open();
  // Two bytes each: fewer code units than the limit, more bytes.
  const body = `"${'é'.repeat(LIMITS.bodyBytes / 2 + 1)}"`;
  line.send(head({ ...CALL, type }, 'Transfer-Encoding: chunked'));
  line.send(`${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`);
  await line.hears(answer);
  await unharmed();
});

test('lengths that contradict each other, or the protocol, end the connection', async () => {
  for (const lines of [
    head({ ...CALL, length: 5 }, 'Transfer-Encoding: chunked'),
    head({ ...CALL }, 'Content-Length: 5', 'Content-Length: 6'),
    head({ ...CALL }, 'Content-Length: -1'),
    'GET / HTTP/1.1\r\n\r\n',
    'nonsense\r\n\r\n',
  ]) {
    const line = await open();
    line.send(lines);
    await line.ended;
    await unharmed();
  }
});

test('a body that breaks off writes nothing and is no error of the server', async () => {
  for (const type of ['application/json', 'application/x-ndjson']) {
    const line = await open();
    const reading = once(risk.server.io.httpServer, 'request');
    line.send(head({ ...CALL, type, length: 1_000 }), event.slice(0, 10));
    await reading;
    sockets.at(-1)?.destroy();
    await line.ended;
    await unharmed();
  }
});

test.each([
  ['a body', 'application/json', '{"events":['],
  ['a line', 'application/x-ndjson', '{"type":'],
])('%s that trickles in is ended', async (_what, type, start) => {
  const line = await open();
  const timers = risk.clock.pending();
  line.send(head({ ...CALL, type }, 'Transfer-Encoding: chunked'), `${start.length.toString(16)}\r\n${start}\r\n`);
  while (risk.clock.pending() === timers) await new Promise((resolve) => setImmediate(resolve));
  await risk.clock.advanceTo(risk.clock.now() + ARRIVAL_MS);
  await line.hears(/400 Bad Request[^]*must arrive within 30 s/);
  await line.ended;
  await unharmed();
});

test('a call that takes no body does not wait for one', async () => {
  const line = await open();
  line.send(head({ path: '/healthz', length: 1_000 }), 'x');
  await line.hears(/200 OK/);
  await line.ended;
  await unharmed();
});

test.each([
  ['of a foreign page', /403 Forbidden/, ['Origin: http://evil.example']],
  ['by a transport that is off', /400 Bad Request/, []],
])('a body for the path of sockets, %s, is not waited for', async (_what, answer, more) => {
  // A body that trickles in is no idle connection either.
  (risk.server.io.httpServer as Server).keepAliveTimeout = 0;
  const line = await open();
  const path = '/socket.io/?EIO=4&transport=polling';
  line.send(head({ method: 'POST', path, length: 1_000 }, ...more), 'x');
  await line.hears(answer);
  await line.ended;
  await unharmed();
});

test('a whole body for the path of sockets that is refused costs no connection', async () => {
  const line = await open();
  line.send(`${head({ method: 'POST', path: '/socket.io/?EIO=4&transport=polling', length: 1 })}x`);
  await line.hears(/400 Bad Request/);
  await unharmed(line);
});

test('HEAD and OPTIONS are answered without a body', async () => {
  const line = await open();
  line.send(head({ method: 'HEAD', path: '/healthz' }));
  await line.hears(/200 OK[^]*\r\n\r\n$/);
  line.send(head({ method: 'OPTIONS', path: '/v1/jobs' }));
  await line.hears(/204 No Content/);
  await unharmed(line);
});

test('a user has so many event streams, and may have another when one is closed', async () => {
  const stream = async (): Promise<{ status: number; close: () => void }> => {
    const controller = new AbortController();
    const { status } = await fetch(`${risk.server.url}/v1/jobs/job-1/events`, {
      headers: { authorization: 'Bearer dev:ann' },
      signal: controller.signal,
    });
    return {
      status,
      close: () => {
        controller.abort();
      },
    };
  };
  const streams = [];
  for (let index = 0; index <= STREAMS; index += 1) streams.push(await stream());
  expect(streams.map(({ status }) => status)).toEqual([...Array<number>(STREAMS).fill(200), 429]);
  streams[0]?.close();
  await expect.poll(async () => (await stream()).status).toBe(200);
  for (const { close } of streams) close();
  await unharmed();
});
