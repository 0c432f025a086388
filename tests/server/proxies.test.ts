import { Manager, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort, startRedisProcess, type RedisProcess } from '../redis/redisProcess.ts';
import { startHaproxy, type Proxy } from './haproxy.ts';
import { startServerProcess, type ServerProcess } from './serverProcess.ts';

let redis: RedisProcess;
let servers: { port: number; process: ServerProcess }[];
let proxy: Proxy;

async function startServer(port: number): Promise<ServerProcess> {
  const server = startServerProcess({
    PORT: String(port),
    REDIS_URL: `redis://127.0.0.1:${String(redis.port)}`,
    LOG_LEVEL: 'warn',
  });
  await server.says(/server: http/);
  return server;
}

beforeAll(async () => {
  redis = await startRedisProcess();
  const ports = await Promise.all([freePort(), freePort()]);
  servers = await Promise.all(ports.map(async (port) => ({ port, process: await startServer(port) })));
  proxy = await startHaproxy({ servers: ports });
}, 60_000);

afterAll(async () => {
  await proxy.stop();
  await Promise.all(servers.map(({ process }) => process.kill()));
  await redis.stop();
});

function connect(): Promise<Socket> {
  const socket = new Manager(proxy.url, { transports: ['websocket'], reconnection: false }).socket('/', {
    auth: { token: 'dev:ann' },
  });
  return new Promise((resolve, reject) => {
    socket.on('connect', () => {
      resolve(socket);
    });
    socket.on('connect_error', reject);
  });
}

test('a WebSocket gets through HAProxy', async () => {
  const socket = await connect();
  expect(await socket.emitWithAck('jobs:watch', {})).toMatchObject({ ok: true });
  socket.disconnect();
});
