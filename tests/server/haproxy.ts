import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from '../../scripts/programs.mjs';
import { freePort } from '../redis/redisProcess.ts';

/** A proxy in front of servers of this machine. */
export interface Proxy {
  readonly port: number;
  readonly url: string;
  readonly pid: number;
  /** What it has said so far. */
  said(): string;
  stop(): Promise<void>;
}

const SHIPPED = fileURLToPath(new URL('../../server/deploy/haproxy.cfg', import.meta.url));

/**
 * HAProxy as `server/deploy/haproxy.cfg` sets it up, with `servers`, ports of this machine, in place of those of the
 * file. Resolves when it takes connections. `port` left out: any that is free.
 */
export async function startHaproxy({ port, servers }: { port?: number; servers: readonly number[] }): Promise<Proxy> {
  const chosen = port ?? (await freePort());
  const config = haproxyConfig(await readFile(SHIPPED, 'utf8'), chosen, servers);
  return startProxy('haproxy', chosen, config, (file) => ['-db', '-f', file]);
}

const BIND = /^( +bind) :\d+$/m;
const SERVER = /^( +server \w+) [\w-]+:\d+$/gm;

function haproxyConfig(shipped: string, port: number, servers: readonly number[]): string {
  const left = [...servers];
  const config = shipped
    .replace(BIND, `$1 127.0.0.1:${String(port)}`)
    .replace(SERVER, (_line, start: string) => `${start} 127.0.0.1:${String(left.shift())}`);
  const places = shipped.match(SERVER)?.length ?? 0;
  if (places !== servers.length || !BIND.test(shipped)) {
    throw new Error(`haproxy.cfg is for ${String(places)} servers on one port, not for ${String(servers.length)}.`);
  }
  return config;
}

/** Runs a proxy in the foreground on a configuration of its own. */
export async function startProxy(
  program: string,
  port: number,
  config: string,
  argumentsFor: (file: string, folder: string) => readonly string[],
): Promise<Proxy> {
  const folder = await mkdtemp(join(tmpdir(), `regen-${program}-`));
  const file = join(folder, 'proxy.conf');
  await writeFile(file, config);
  const child = spawn(findProgram(program) ?? program, argumentsFor(file, folder), {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      said += data.toString();
    });
  }
  let problem: Error | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once('error', (cause) => {
      problem = new Error(`${program} could not be started; on Debian: apt-get install ${program}`, { cause });
      resolve();
    });
    child.once('exit', (code) => {
      problem = new Error(`${program} ended with ${String(code)}:\n${said}`);
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    while (!(await takesConnections(port))) {
      if (problem !== undefined) throw problem;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    url: `http://127.0.0.1:${String(port)}`,
    pid: child.pid ?? 0,
    said: () => said,
    stop,
  };
}

async function takesConnections(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
