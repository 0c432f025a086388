import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { allowHosts } from '../../server/auth/foreign.ts';
import { readConfig, startServer } from '../../server/index.ts';

/** A page whose own name leads to this machine sends no origin that would tell it: its name does. */

async function start(environment: Readonly<Record<string, string>> = {}): Promise<number> {
  const server = await startServer(readConfig({ PORT: '0', ...environment }), { logger: pino({ level: 'silent' }) });
  onTestFinished(() => server.close());
  return Number(new URL(server.url).port);
}

async function call(
  port: number,
  host: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ status: number | undefined; body: string }> {
  const asked = request({ host: '127.0.0.1', port, path, headers: { host, connection: 'close', ...headers } });
  asked.end();
  const answer = await Promise.race([
    once(asked, 'response').then(([response]) => response as IncomingMessage),
    once(asked, 'upgrade').then(([response, socket]) => {
      (socket as { destroy(): void }).destroy();
      return response as IncomingMessage;
    }),
  ]);
  return { status: answer.statusCode, body: answer.statusCode === 101 ? '' : await text(answer) };
}

const SOCKETS = '/socket.io/?EIO=4&transport=websocket';
const UPGRADE = {
  connection: 'upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'MTIzNDU2Nzg5MDEyMzQ1Ng==',
};

test('in development what is called by another name refuses, in words', async () => {
  const port = await start();
  const foreign = `evil.example:${String(port)}`;
  for (const [path, headers] of [['/v1/jobs'], ['/metrics'], ['/healthz'], [SOCKETS], [SOCKETS, UPGRADE]] as const) {
    const { status, body } = await call(port, foreign, path, headers);
    expect(status, path).toBe(403);
    expect(body).toContain('In development this server answers to localhost, 127.0.0.1, [::1]');
  }
  for (const host of [`localhost:${String(port)}`, '127.0.0.1', `[::1]:${String(port)}`, 'LOCALHOST']) {
    expect((await call(port, host, '/v1/jobs')).status, host).toBe(200);
    expect((await call(port, host, SOCKETS, UPGRADE)).status, host).toBe(101);
  }
});

test('who names no host is no browser: a proxy’s check is answered', async () => {
  const port = await start();
  const line = connect(port, '127.0.0.1');
  line.write('GET /healthz HTTP/1.0\r\n\r\n');
  expect(await text(line)).toMatch(/^HTTP\/1\.1 200 OK/);
});

test('in production a server has any name', async () => {
  const port = await start({
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    WORKER_KEY: 'a-worker-key-of-some-length',
    AUTH_JWT_SECRET: 'x'.repeat(32),
  });
  expect((await call(port, 'realtime.example.com', '/healthz')).status).toBe(200);
  expect((await call(port, 'realtime.example.com', SOCKETS, UPGRADE)).status).toBe(101);
});

test('where it listens is a name of its own; on all addresses each of them is', () => {
  const named = allowHosts('Dev.Example');
  expect(named('dev.example:3000')).toBe(true);
  expect(named('192.168.0.7')).toBe(false);
  expect(allowHosts('fe80::1')('[fe80::1]:3000')).toBe(true);
  for (const all of ['0.0.0.0', '::']) {
    const isAllowed = allowHosts(all);
    for (const host of ['192.168.0.7:3000', '[fe80::1]:3000', '[fe80::1]', 'localhost']) {
      expect(isAllowed(host), host).toBe(true);
    }
    for (const host of ['evil.example', '192.168.0.7.evil.example', '', 'localhost.evil.example']) {
      expect(isAllowed(host), host).toBe(false);
    }
  }
});
