import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findRedis } from '../../scripts/redis.mjs';

/** A `redis-server` of its own on a free port of this machine. */
export interface RedisProcess {
  readonly port: number;
  readonly pid: number;
  /** Ends it as a crash does; what its settings wrote to disk stays for `start`. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and folder. */
  start(): Promise<void>;
  /** Ends it for good and removes its folder. */
  stop(): Promise<void>;
}

/** `settings` are those of redis.conf, without the leading `--`. Nothing is written to disk unless they say so. */
export async function startRedisProcess(settings: Readonly<Record<string, string>> = {}): Promise<RedisProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'regen-redis-'));
  const port = await freePort();
  const given = { port: String(port), bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no', ...settings };
  const args = Object.entries(given).flatMap(([name, value]) => [`--${name}`, value]);
  let running: Awaited<ReturnType<typeof launch>> | null = await launch(args);

  async function kill(): Promise<void> {
    if (running === null) return;
    const { child } = running;
    running = null;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  return {
    port,
    get pid() {
      return running?.child.pid ?? 0;
    },
    kill,
    start: async () => {
      running ??= await launch(args);
    },
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function launch(args: readonly string[]) {
  const child = spawn(findRedis() ?? 'redis-server', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (cause) => {
      reject(new Error('redis-server could not be started; on Debian: apt-get install redis-server', { cause }));
    });
    child.once('exit', (code) => {
      reject(new Error(`redis-server ended with ${String(code)}:\n${lines.slice(-20).join('\n')}`));
    });
  });
  failed.catch(() => undefined);
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line);
      if (line.includes('Ready to accept connections')) resolve();
    });
  });
  child.stderr.resume();
  await Promise.race([ready, failed]);
  return { child };
}

/**
 * A port that nothing uses, and that no connection of this machine will be given meanwhile: it lies below those, so that
 * a process can be started again on it.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = await listenBriefly(LOWEST_PORT + Math.floor(Math.random() * (PORTS_OF_CONNECTIONS - LOWEST_PORT)));
    if (port !== null) return port;
  }
  throw new Error(`None of a hundred ports from ${String(LOWEST_PORT)} on is free.`);
}

const LOWEST_PORT = 12_000;
/** Where Linux begins, see `/proc/sys/net/ipv4/ip_local_port_range`. */
const PORTS_OF_CONNECTIONS = 32_768;

/** The port; null where it is taken. */
async function listenBriefly(port: number): Promise<number | null> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return null;
  }
  server.close();
  await once(server, 'close');
  return port;
}
