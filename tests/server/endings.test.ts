import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { DEVELOPMENT_WORKER_KEY } from '../../server/index.ts';
import { serverAtRisk } from './serverAtRisk.ts';

/** How connections and the server end where a client does not take part. */

const DEADLINE_MS = 5_000;
/** Real time that nothing here needs: a WebSocket that does not answer its close is waited for as long as 30 s. */
const AT_ONCE_MS = 20_000;

const pages: WebSocket[] = [];
const lines: Socket[] = [];
const risk = serverAtRisk('dev', { CONNECTIONS_PER_USER: '2' }, () => {
  for (const page of pages.splice(0)) page.terminate();
  for (const line of lines.splice(0)) line.destroy();
});
afterEach(() => {
  vi.useRealTimers();
});

async function transport(): Promise<WebSocket> {
  const page = new WebSocket(`${risk.server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  pages.push(page);
  await once(page, 'message');
  return page;
}

async function connected(): Promise<{ page: WebSocket; answer: string }> {
  const page = await transport();
  page.send('40');
  const [answer] = (await once(page, 'message')) as [Buffer];
  return { page, answer: answer.toString() };
}

/** A call that has begun, and does not go on. */
async function unfinishedCall(): Promise<Socket> {
  const line = connect(Number(new URL(risk.server.url).port), '127.0.0.1');
  lines.push(line);
  line.on('error', () => undefined);
  const asked = once(risk.server.io.httpServer, 'request');
  line.write('POST /v1/jobs/job-1/cancel HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{');
  await asked;
  return line;
}

test(
  'a drain ends at its deadline, also with a page that does not answer and a call that does not end',
  async () => {
    const { page } = await connected();
    page.pause();
    const line = await unfinishedCall();
    const gone = once(line, 'close');
    let isDrained = false;
    const drained = risk.server.drain().then(() => {
      isDrained = true;
    });
    await risk.clock.advanceTo(risk.clock.now() + DEADLINE_MS - 1);
    expect(isDrained).toBe(false);
    await risk.clock.advanceTo(risk.clock.now() + 1);
    await drained;
    await gone;
  },
  AT_ONCE_MS,
);

test('a drain ends when the last connection has', async () => {
  const { page } = await connected();
  const closed = once(page, 'close');
  await risk.server.drain();
  await closed;
});

function stream(path: string): Promise<Response> {
  return fetch(`${risk.server.url}${path}`, { headers: { authorization: `Bearer ${DEVELOPMENT_WORKER_KEY}` } });
}

test.each(['/v1/control', '/v1/jobs/job-1/events'])(
  '%s ends with a drain, and its connection with it',
  async (path) => {
    const response = await stream(path);
    expect(response.headers.get('connection')).toBe('close');
    const told = response.text();
    await risk.server.drain();
    expect(await told).toContain(': connected');
  },
);

test('a server that drains opens no stream any more', async () => {
  const line = connect(Number(new URL(risk.server.url).port), '127.0.0.1');
  lines.push(line);
  let heard = '';
  line.on('data', (bytes: Buffer) => {
    heard += bytes.toString();
  });
  const head = `HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${DEVELOPMENT_WORKER_KEY}\r\n`;
  const asked = once(risk.server.io.httpServer, 'request');
  line.write(`POST /v1/jobs/job-1/cancel ${head}Content-Length: 2\r\n\r\n{`);
  await asked;
  const drained = risk.server.drain();
  const gone = once(line, 'close');
  line.write(`}GET /v1/control ${head}Connection: close\r\n\r\n`);
  await drained;
  await gone;
  expect(heard).toMatch(/^HTTP\/1.1 200 .*HTTP\/1.1 503 .*"unavailable"/s);
});

test('a stream that is being opened while the server drains ends at once, and leaves nothing behind', async () => {
  const { log } = risk.server;
  const close = vi.fn();
  vi.spyOn(log, 'subscribeControl').mockReturnValue({ ready: Promise.resolve(), close });
  let answer = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    vi.spyOn(log, 'pendingControl').mockImplementation(() => {
      resolve();
      return new Promise((found) => {
        answer = () => {
          found([]);
        };
      });
    });
  });
  const opening = stream('/v1/control');
  await asked;
  const drained = risk.server.drain();
  answer();
  await (await opening).text();
  await drained;
  expect(close).toHaveBeenCalledOnce();
});

test(
  'a server that is closed waits for nobody',
  async () => {
    const { page } = await connected();
    page.pause();
    await unfinishedCall();
    await risk.server.close();
  },
  AT_ONCE_MS,
);

test(
  'who leaves the namespace ends the connection, and it counts for as long as it is there',
  async () => {
    const left = [];
    for (let tries = 0; tries < 5; tries += 1) {
      const { page } = await connected();
      const closed = once(page, 'close');
      page.send('41');
      left.push(closed);
    }
    await Promise.all(left);
    const [first, second, third] = [await connected(), await connected(), await connected()];
    expect(first.answer).toMatch(/^40/);
    expect(second.answer).toMatch(/^40/);
    expect(third.answer).toContain('too_many_connections');
  },
  AT_ONCE_MS,
);

test('a client that does not answer when its connection is closed is cut off', async () => {
  const { page } = await connected();
  page.send('41');
  page.pause();
  await expect.poll(() => risk.server.gateway.stats().connections).toBe(0);
  await risk.clock.advanceTo(risk.clock.now() + DEADLINE_MS);
  const http = risk.server.io.httpServer as Server;
  const connections = promisify(http.getConnections.bind(http));
  await expect.poll(connections).toBe(0);
});

test('a transport without a user is closed after a while', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const page = await transport();
  const refused = await transport();
  refused.send('40{"token":"nobody"}');
  await once(refused, 'message');
  const { page: user } = await connected();
  const closed = [once(page, 'close'), once(refused, 'close')];
  vi.advanceTimersByTime(10_000);
  await Promise.all(closed);
  expect(user.readyState).toBe(WebSocket.OPEN);
});
