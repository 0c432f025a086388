import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Manager } from 'socket.io-client';
import { expect, test } from 'vitest';
import { startRedisProcess } from '../redis/redisProcess.ts';
import { serverForTest } from './serverForTest.ts';

test('it says where it listens, what it keeps jobs in and who may come, and serves both ways', async () => {
  const server = serverForTest({ PORT: '0' });
  const [, url = ''] = await server.says(/server: (http:\/\/localhost:\d+)\n[^]*origins .*\n/);
  expect(server.said()).toMatch(/log +in this process/);
  expect(server.said()).toContain('dev:<name>');
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('regen_connections 0');
  const socket = new Manager(url, { transports: ['websocket'], reconnection: false }).socket('/', {
    auth: { token: 'dev:ann' },
  });
  await new Promise((resolve, reject) => {
    socket.on('connect', () => {
      resolve(undefined);
    });
    socket.on('connect_error', reject);
  });
  const gone = new Promise((resolve) => {
    socket.on('disconnect', resolve);
  });
  server.child.kill('SIGTERM');
  await gone;
  expect(await server.ended).toBe(0);
});

test('in production it does not start without keys, and names the variable', async () => {
  const withoutUsers = serverForTest({ PORT: '0', NODE_ENV: 'production', WORKER_KEY: 'a-worker-key-of-some-length' });
  expect(await withoutUsers.ended).toBe(1);
  expect(withoutUsers.said()).toMatch(/^server: AUTH_JWT_SECRET or AUTH_JWKS_URL must be set .*\n$/);
  const withoutWorkers = serverForTest({ PORT: '0', NODE_ENV: 'production', AUTH_JWT_SECRET: 'x'.repeat(32) });
  expect(await withoutWorkers.ended).toBe(1);
  expect(withoutWorkers.said()).toMatch(/^server: WORKER_KEY must be set .*\n$/);
});

test('in production it warns where it lets pages of localhost in alone, and not where it is told whom', async () => {
  const production = {
    PORT: '0',
    HOST: '127.0.0.1',
    NODE_ENV: 'production',
    WORKER_KEY: 'a-worker-key-of-some-length',
    AUTH_JWT_SECRET: 'x'.repeat(32),
  };
  const silent = serverForTest(production);
  await silent.says(/"level":40,.*"msg":"ALLOWED_ORIGINS is not set: .*localhost/);
  const told = serverForTest({ ...production, ALLOWED_ORIGINS: 'https://app.example.com' });
  await told.says(/origins +https:\/\/app\.example\.com\n/);
  told.child.kill('SIGTERM');
  expect(await told.ended).toBe(0);
  expect(told.said()).not.toContain('ALLOWED_ORIGINS');
});

test('a port that is taken is told in one line', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const server = serverForTest({ PORT: String(port) });
  expect(await server.ended).toBe(1);
  expect(server.said()).toBe(
    `server: Port ${String(port)} is taken; stop what listens there, or set PORT to another one.\n`,
  );
  other.close();
});

test('without its Redis it starts, says so, and serves once Redis is there', async () => {
  const redis = await startRedisProcess();
  try {
    await redis.kill();
    const server = serverForTest({ PORT: '0', REDIS_URL: `redis://127.0.0.1:${String(redis.port)}` });
    const [, url = ''] = await server.says(/server: (http:\/\/localhost:\d+)\n/);
    await server.says(/out of reach/);
    await server.says(/"reason":"[^"\n]+","msg":"the demo agent"/);
    expect(server.said()).not.toContain('"stack"');
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    await redis.start();
    await server.says(/in reach/);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  } finally {
    await redis.stop();
  }
});
