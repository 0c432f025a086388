import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import type { ApiResult, StreamMessage, WorkerApi } from '@regen/realtime-core';
import { httpWorkers } from '@regen/realtime-mocks';
import { Manager, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { DEVELOPMENT_WORKER_KEY } from '../../server/index.ts';
import { KEEP_ALIVE_MS } from '../../server/http/eventSource.ts';
import { freePort, startRedisProcess, type RedisProcess } from '../redis/redisProcess.ts';
import { startHaproxy, type Proxy } from './haproxy.ts';
import { documentedNginx, startNginx } from './nginx.ts';
import { startServerProcess, type ServerProcess } from './serverProcess.ts';

const DEADLINE = { timeout: 30_000 };
const WORKER = { kind: 'worker' } as const;
const HAPROXY_CONFIG = readFileSync('server/deploy/haproxy.cfg', 'utf8');

let redis: RedisProcess;
let ports: readonly number[];
const servers: ServerProcess[] = [];
const closing: (() => unknown)[] = [];
let jobs = 0;

async function startServer(index: number): Promise<void> {
  const server = startServerProcess({
    PORT: String(ports[index]),
    REDIS_URL: `redis://127.0.0.1:${String(redis.port)}`,
    LOG_LEVEL: 'warn',
    DRAIN_WINDOW_MS: '0',
  });
  servers[index] = server;
  await server.says(/server: http/);
}

beforeAll(async () => {
  redis = await startRedisProcess();
  ports = [await freePort(), await freePort()];
  await Promise.all([startServer(0), startServer(1)]);
}, 60_000);

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.kill()));
  await redis.stop();
});

async function connect(proxy: Proxy): Promise<Socket> {
  const manager = new Manager(proxy.url, {
    transports: ['websocket'],
    reconnectionDelay: 20,
    reconnectionDelayMax: 100,
  });
  const socket = manager.socket('/', { auth: { token: 'dev:ann' } });
  closing.push(() => socket.disconnect());
  await once(socket as unknown as NodeJS.EventEmitter, 'connect');
  return socket;
}

/** Connections of each server, as it says itself; null for one that is gone. */
function connections(): Promise<(number | null)[]> {
  return Promise.all(
    ports.map(async (port) => {
      const answer = await fetch(`http://127.0.0.1:${String(port)}/metrics`).catch(() => null);
      return answer === null ? null : Number(/^regen_connections (\d+)/m.exec(await answer.text())?.[1]);
    }),
  );
}

function bodyOf<Body>(result: ApiResult<Body, number>): Body {
  if ('error' in result) throw new Error(result.error.message);
  return result.body;
}

/** The HTTP API through the proxy, and a job made by it whose events are streamed. */
async function follow(proxy: Proxy): Promise<{ jobId: string; workers: WorkerApi; seen: () => unknown[] }> {
  const calls = httpWorkers(
    proxy.url,
    ({ kind }) => `Bearer ${kind === 'worker' ? DEVELOPMENT_WORKER_KEY : 'dev:ann'}`,
  );
  closing.push(calls.close);
  const { workers } = calls;
  jobs += 1;
  const body = { jobId: `job-${String(jobs)}`, ownerId: 'ann', title: 'A job' };
  const { jobId } = bodyOf(await workers.createJob({ caller: WORKER, body }));
  const messages: StreamMessage[] = [];
  const stream = await workers.eventStream({
    caller: { kind: 'user', ownerId: 'ann' },
    jobId,
    send: (message) => messages.push(message),
    end: () => undefined,
  });
  if (stream.status !== 200) throw new Error(String(stream.status));
  return {
    jobId,
    workers,
    seen: () => messages.flatMap(({ data }) => (hasProgress(data) ? [data.progress] : [])),
  };
}

function hasProgress(data: unknown): data is { progress: number } {
  return typeof data === 'object' && data !== null && 'progress' in data;
}

/** All of these are the servers' metrics, or whether they are ready, to the servers themselves. */
const FOR_THE_PRIVATE_SIDE = ['/metrics', '/readyz'].flatMap((path) => [
  path,
  `${path}?x=1`,
  path.replace('r', '%72'),
  `/.${path}`,
  `/v1/..${path}`,
  `/v1/%2e%2E${path}`,
  `/healthz/.%2e${path}`,
]);

/** `path` goes out as it is: `fetch` would resolve its dots. */
function statusOf(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).once('error', reject);
  });
}

const progress = (value: number) => ({ type: 'job:progress', progress: value });

describe.each([
  { name: 'HAProxy', start: startHaproxy },
  { name: 'nginx', start: startNginx },
])('behind $name', ({ start }) => {
  let proxy: Proxy;
  beforeEach(async () => {
    proxy = await start({ servers: ports });
  });
  afterEach(() => proxy.stop());

  test.each(['/healthz', '/v1/jobs?limit=1'])('%s gets through', async (path) => {
    expect(await statusOf(proxy.port, path)).toBe(200);
  });

  test.each(FOR_THE_PRIVATE_SIDE)('%s does not get through', async (path) => {
    expect(await statusOf(proxy.port, path)).toBeOneOf([400, 404]);
    const direct = await Promise.all(ports.map((port) => statusOf(port, path)));
    expect(direct).toEqual([200, 200]);
  });

  test('a WebSocket gets through, and connections spread over both servers', async () => {
    const sockets = await Promise.all(Array.from({ length: 4 }, () => connect(proxy)));
    for (const socket of sockets) expect(await socket.emitWithAck('jobs:watch', {})).toMatchObject({ ok: true });
    await expect.poll(connections, DEADLINE).toEqual([2, 2]);
  });

  test('an event stream is not held back: each event is there before the next is written', async () => {
    const { jobId, workers, seen } = await follow(proxy);
    for (const value of [10, 20, 30, 40]) {
      bodyOf(await workers.append({ caller: WORKER, jobId, body: { events: [progress(value)] } }));
      await expect.poll(() => seen().at(-1), DEADLINE).toBe(value);
    }
    expect(seen()).toEqual([10, 20, 30, 40]);
  });

  test('a long upload is not held back: each line is there before the next is sent', async () => {
    const { jobId, workers, seen } = await follow(proxy);
    async function* parts(): AsyncGenerator<readonly string[]> {
      for (const value of [10, 20, 30]) {
        yield [JSON.stringify(progress(value))];
        await vi.waitFor(() => {
          expect(seen().at(-1)).toBe(value);
        }, DEADLINE);
      }
    }
    expect(bodyOf(await workers.appendLines({ caller: WORKER, jobId, parts: parts() }))).toMatchObject({ sequence: 4 });
  });

  test.each([
    { what: 'that is drained', signal: 'SIGTERM', code: 0 },
    { what: 'that is killed', signal: 'SIGKILL', code: null },
  ] as const)('clients of a server $what move to the other, and calls are answered by it', async ({ signal, code }) => {
    const sockets = await Promise.all(Array.from({ length: 6 }, () => connect(proxy)));
    await expect.poll(connections, DEADLINE).toEqual([3, 3]);
    const { jobId, workers } = await follow(proxy);
    servers[0]?.child.kill(signal);
    try {
      expect(await servers[0]?.ended).toBe(code);
      await expect.poll(connections, DEADLINE).toEqual([null, 6]);
      expect(sockets.map(({ connected }) => connected)).toEqual(Array(6).fill(true));
      for (const value of [1, 2, 3, 4, 5, 6]) {
        const body = { events: [progress(value)] };
        expect(await workers.append({ caller: WORKER, jobId, body })).toMatchObject({ status: 200 });
      }
    } finally {
      await startServer(0);
    }
  });
});

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function timeout(config: string, name: RegExp): number {
  const [, amount = '', unit = 'ms'] = new RegExp(`^ *${name.source} +(\\d+)(ms|s|m|h);?$`, 'm').exec(config) ?? [];
  return Number(amount) * UNITS[unit as keyof typeof UNITS];
}

test('no proxy ends what is quiet between two pings of a socket, or two comments of a stream', async () => {
  const manager = new Manager(`http://127.0.0.1:${String(ports[0])}`, { transports: ['websocket'] });
  closing.push(() => {
    manager.engine.close();
  });
  const { pingInterval } = await new Promise<{ pingInterval: number }>((resolve) => {
    manager.engine.once('handshake', resolve);
  });
  const nginx = await documentedNginx();
  for (const socket of [timeout(HAPROXY_CONFIG, /timeout tunnel/), timeout(nginx, /proxy_read_timeout/)]) {
    expect(socket).toBeGreaterThanOrEqual(2 * pingInterval);
  }
  const client = timeout(HAPROXY_CONFIG, /timeout client/);
  for (const stream of [client, timeout(HAPROXY_CONFIG, /timeout server/), timeout(nginx, /proxy_read_timeout/)]) {
    expect(stream).toBeGreaterThanOrEqual(2 * KEEP_ALIVE_MS);
  }
});
