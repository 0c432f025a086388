/** What a running process holds, for all processes of one user; the kernel lets go of it however the process ends. */
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Clock, Random } from '@regen/realtime-shared';
import type { TabLock } from '../../../../src/services/realtime/ports.ts';
import { HOLD_SOCKET, removeHoldSocket, withHoldAddress } from './holdAddress.ts';
import { ensurePrivateFolder, refuseLink } from './privateFolder.ts';

/** A file that says "this name is held by that socket". */
const PUBLISHED = /^[0-9a-f]{64}\.([0-9a-f-]{36})$/;
/** So old is a socket that was never published, of a process that was killed just then; ms. */
const UNPUBLISHED_MS = 60_000;
/** Processes that met try again at different moments up to here; ms. */
const RETRY_MS = 40;

/**
 * Locks in `folder`. A hold listens on a socket of its own, with a random name, and only then publishes that name; so a
 * published hold that refuses connections is dead for good, whoever has its process's number now. Where the folder cannot
 * be used, or nothing can listen in it, processes do not see each other, and nothing throws. Neither a hold nor a wait keeps a process alive.
 */
export function createProcessLock(folder: string, ports: { clock: Clock; random: Random }): TabLock {
  const { clock, random } = ports;

  /** Throws where it cannot be published. Done when it returns, so that what is written next is held already. */
  function publish(name: string): { id: string; release: () => void } {
    ensurePrivateFolder(folder);
    const id = randomUUID();
    const connections = new Set<Socket>();
    const server = createServer((connection) => {
      connections.add(connection);
      connection.unref();
      connection.on('error', () => undefined);
      connection.on('close', () => connections.delete(connection));
      connection.resume();
    });
    server.on('error', () => undefined);
    const file = join(folder, `${digestOf(name)}.${id}`);
    const release = (): void => {
      // In this order: what is published listens.
      rmSync(file, { force: true });
      server.close();
      for (const connection of connections) connection.destroy();
      removeHoldSocket(folder, id);
    };
    withHoldAddress(folder, id, (path) => server.listen({ path, exclusive: true }));
    server.unref();
    try {
      writeFileSync(file, '', { flag: 'wx', mode: 0o600 });
    } catch (error) {
      release();
      throw error;
    }
    return { id, release: quietly(release) };
  }

  /** A connection to the hold while that lives; null once it is dead, of which nothing is left then. */
  async function reach(file: string): Promise<Socket | 'alive' | null> {
    const id = PUBLISHED.exec(file)?.[1] ?? '';
    const answer = await connect(folder, id);
    if (answer !== null) return answer;
    quietly(() => {
      rmSync(join(folder, file), { force: true });
      removeHoldSocket(folder, id);
    })();
    return null;
  }

  /** The first living hold of the name, besides one's own. */
  async function findHolder(name: string, own?: string): Promise<Socket | 'alive' | null> {
    const digest = digestOf(name);
    for (const file of list(folder)) {
      if (!PUBLISHED.test(file) || !file.startsWith(digest) || file.endsWith(`.${String(own)}`)) continue;
      const holder = await reach(file);
      if (holder !== null) return holder;
    }
    return null;
  }

  /** Removes what dead processes left, also under names that nobody asks for any more. */
  async function sweep(): Promise<void> {
    const files = list(folder);
    const published = files.filter((file) => PUBLISHED.test(file));
    const ids = new Set(published.map((file) => PUBLISHED.exec(file)?.[1]));
    for (const file of published) drop(await reach(file));
    for (const file of files) {
      const id = HOLD_SOCKET.exec(file)?.[1];
      // A young one may be about to listen and to be published.
      if (id === undefined || ids.has(id) || !isOld(join(folder, file))) continue;
      const answer = await connect(folder, id);
      if (answer === null) quietly(() => removeHoldSocket(folder, id))();
      drop(answer);
    }
  }

  async function acquire(name: string): Promise<() => void> {
    for (;;) {
      const own = publish(name);
      const holder = await findHolder(name, own.id);
      if (holder === null) return own.release;
      own.release();
      if (holder !== 'alive') await closed(holder);
      await new Promise<void>((resolve) => {
        clock.setTimeout(resolve, random() * RETRY_MS);
      });
    }
  }

  return {
    hold: (name) => {
      try {
        return Promise.resolve(publish(name).release);
      } catch {
        // As where there are no locks: a record of this process counts as left behind.
        return Promise.resolve(() => undefined);
      }
    },
    isHeld: async (name) => {
      const holder = await findHolder(name);
      drop(holder);
      return holder !== null;
    },
    exclusively: async (name, action) => {
      await sweep();
      const release = await acquire(name).catch(() => () => undefined);
      try {
        return await action();
      } finally {
        release();
      }
    },
  };
}

/** Whether something listens there: a connection to it, `alive` where it is too busy for one, null where nothing does. */
function connect(folder: string, id: string): Promise<Socket | 'alive' | null> {
  return new Promise((resolve) => {
    try {
      const connection = withHoldAddress(folder, id, (address) => createConnection(address));
      connection.unref();
      connection.resume();
      connection.once('connect', () => {
        resolve(connection);
      });
      connection.on('error', ({ code }: NodeJS.ErrnoException) => {
        resolve(code === 'ECONNREFUSED' || code === 'ENOENT' ? null : 'alive');
      });
    } catch {
      resolve('alive');
    }
  });
}

function closed(connection: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (connection.destroyed) resolve();
    else connection.once('close', () => resolve());
  });
}

function drop(holder: Socket | 'alive' | null): void {
  if (holder !== null && holder !== 'alive') holder.destroy();
}

function digestOf(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

function list(folder: string): string[] {
  try {
    refuseLink(folder);
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isOld(file: string): boolean {
  try {
    return Date.now() - statSync(file).mtimeMs > UNPUBLISHED_MS;
  } catch {
    return false;
  }
}

function quietly(action: () => void): () => void {
  return () => {
    try {
      action();
    } catch {
      // What cannot be removed now is swept later.
    }
  };
}
