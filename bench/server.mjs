/**
 * What a server needs for each connection, subscription and delivered event, and Redis for each job and event. Prints
 * the figures of docs/deployment.md.
 *
 *   node --conditions=@regen/source --import tsx bench/server.mjs
 */
import { cpus } from 'node:os';
import { Redis } from 'ioredis';
import { Manager } from 'socket.io-client';
import { startRedisProcess } from '../tests/redis/redisProcess.ts';
import { startServerProcess } from '../tests/server/serverProcess.ts';

const CONNECTIONS = 2_000;
const ROUNDS = 50;
const EVENTS = 1_000;
const FILLED_JOBS = 20;

const redis = await startRedisProcess();
const admin = new Redis(redis.port, '127.0.0.1');
const server = startServerProcess({
  PORT: '0',
  REDIS_URL: `redis://127.0.0.1:${String(redis.port)}`,
  LOG_LEVEL: 'warn',
  // Little garbage, so that what is resident is what is needed.
  NODE_OPTIONS: '--max-semi-space-size=1',
  CONNECTIONS_PER_USER: String(2 * CONNECTIONS),
});
const [, url = ''] = await server.says(/server: (http:\/\/localhost:\d+)\n/);
/** @type {import('socket.io-client').Socket[]} */
const sockets = [];

/** @param {string} name of a gauge or counter of the server */
async function metric(name) {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
}

async function redisMemory() {
  return Number(/used_memory:(\d+)/.exec(await admin.info('memory'))?.[1]);
}

/** @param {string} path @param {unknown} body */
async function post(path, body) {
  const response = await fetch(`${url}/v1/jobs${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer dev-worker-key', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
}

/** @param {number} index */
async function connect(index) {
  const manager = new Manager(url, { transports: ['websocket'], reconnection: false, forceNew: true });
  const socket = manager.socket('/', { auth: { token: 'dev:ann' } });
  await new Promise((resolve, reject) => {
    socket.on('connect', () => resolve(undefined));
    socket.on('connect_error', reject);
  });
  sockets[index] = socket;
}

/** @param {string} what @param {number} value @param {string} unit */
function say(what, value, unit) {
  console.log(`${what}: ${value.toPrecision(2)} ${unit}`);
}

const indexes = Array.from({ length: CONNECTIONS }, (_, index) => index);
const resident = () => metric('process_resident_memory_bytes');

try {
  console.log(`${String(cpus().length)} cores, Node ${process.versions.node}`);
  // What it needs once, for the first calls, is no part of the figures.
  await post('', { jobId: 'warm', ownerId: 'ann', title: 'A job' });
  const empty = await resident();
  for (const index of indexes) await connect(index);
  const connected = await resident();
  say('server, a connection', (connected - empty) / CONNECTIONS, 'bytes');

  for (const index of indexes) await post('', { jobId: `own-${String(index)}`, ownerId: 'ann', title: 'A job' });
  const before = await resident();
  for (const index of indexes) await sockets[index]?.emitWithAck('job:subscribe', { jobId: `own-${String(index)}` });
  say('server, a job that one connection follows', ((await resident()) - before) / CONNECTIONS, 'bytes');

  let heard = 0;
  for (const socket of sockets) {
    await socket.emitWithAck('job:subscribe', { jobId: 'warm' });
    socket.onAny((name) => {
      if (name === 'job:progress') heard += 1;
    });
  }
  const cpu = await metric('process_cpu_seconds_total');
  for (let round = 1; round <= ROUNDS; round += 1) {
    await post('/warm/events', { events: [{ type: 'job:progress', progress: round / 2 }] });
    while (heard < round * CONNECTIONS) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const spent = (await metric('process_cpu_seconds_total')) - cpu;
  say('server, processor time of a delivered event', (spent / heard) * 1e6, 'µs');

  const emptyRedis = await redisMemory();
  for (const index of indexes)
    await post('', { jobId: `job-${String(index)}`, ownerId: `owner-${String(index)}`, title: 'A job' });
  say('Redis, a job', ((await redisMemory()) - emptyRedis) / CONNECTIONS, 'bytes');

  const jobsOnly = await redisMemory();
  const events = Array.from({ length: EVENTS }, () => ({ type: 'model:chunk:v1', text: 'twenty characters ok' }));
  for (let index = 0; index < FILLED_JOBS; index += 1) await post(`/job-${String(index)}/events`, { events });
  say('Redis, 1,000 events of 20 characters', ((await redisMemory()) - jobsOnly) / FILLED_JOBS, 'bytes');
} finally {
  for (const socket of sockets) socket?.disconnect();
  admin.disconnect();
  await server.kill();
  await redis.stop();
}
