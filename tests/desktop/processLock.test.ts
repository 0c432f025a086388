import { mkdirSync, readFileSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '@regen/realtime-shared';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { createProcessLock } from '../../apps/desktop/src/services/processLock.ts';
import { startNodeProcess, type NodeProcess } from '../server/serverProcess.ts';
import { temporaryFolder } from './temporaryFolder.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const lockIn = (folder: string) => createProcessLock(folder, { clock: systemClock, random: Math.random });

/** More than any system's backlog of connections by default. */
const LONGEST_QUEUE = 5_000;

/** One whose path is too long for a socket. */
function longFolder(): string {
  const folder = join(temporaryFolder(), 'x'.repeat(100), 'é'.repeat(60));
  mkdirSync(folder, { recursive: true });
  return folder;
}

function start(...args: string[]): NodeProcess {
  const child = startNodeProcess(['tests/desktop/lockProcess.ts', ...args]);
  onTestFinished(() => child.kill());
  return child;
}

async function startHolding(folder: string, name: string): Promise<NodeProcess> {
  const child = start(folder, 'hold', name);
  await child.says(/held/);
  return child;
}

test('a name is held until it is let go, for this process and for others on the folder, and nothing is left', async () => {
  const folder = join(temporaryFolder(), 'locks');
  const lock = lockIn(folder);
  const other = lockIn(folder);
  expect(await other.isHeld('a')).toBe(false);
  const release = await lock.hold('a');
  expect(await lock.isHeld('a')).toBe(true);
  expect(await other.isHeld('a')).toBe(true);
  expect(await other.isHeld('b')).toBe(false);
  release();
  expect(await other.isHeld('a')).toBe(false);
  release();
  expect(readdirSync(folder)).toEqual([]);
});

test('a name is held as soon as it is asked for, before anything is awaited', async () => {
  const folder = temporaryFolder();
  const held = lockIn(folder).hold('a');
  expect(readdirSync(folder)).toHaveLength(process.platform === 'win32' ? 1 : 2);
  const release = await held;
  release();
});

test('what a process held that was killed is free at once, and removed', async () => {
  const folder = temporaryFolder();
  const lock = lockIn(folder);
  const holder = await startHolding(folder, 'a');
  expect(await lock.isHeld('a')).toBe(true);
  await holder.kill();
  expect(readdirSync(folder)).not.toEqual([]);
  expect(await lock.isHeld('a')).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

test('a process that is stopped holds what it held', async () => {
  const folder = temporaryFolder();
  const holder = await startHolding(folder, 'a');
  holder.child.kill('SIGSTOP');
  expect(await lockIn(folder).isHeld('a')).toBe(true);
  await holder.kill();
  expect(await lockIn(folder).isHeld('a')).toBe(false);
});

/** Connects until the queue of a process that accepts nothing is full; then a further one is answered "try again". */
async function fillQueue(address: string): Promise<void> {
  for (let count = 0; count < LONGEST_QUEUE; count += 1) {
    const connection = createConnection(address);
    onTestFinished(() => void connection.destroy());
    const code = await new Promise((resolve) => {
      connection.once('connect', resolve);
      connection.on('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code);
      });
    });
    if (code === 'EAGAIN') return;
  }
  expect.unreachable();
}

// Elsewhere a full queue is refused, as what is dead is.
test.runIf(process.platform === 'linux')(
  'a process that is too busy for one more connection holds what it held, and nothing of it is removed',
  async () => {
    const folder = temporaryFolder();
    const holder = await startHolding(folder, 'a');
    const files = readdirSync(folder);
    holder.child.kill('SIGSTOP');
    const state = `/proc/${String(holder.child.pid)}/stat`;
    await vi.waitUntil(() => readFileSync(state, 'utf8').includes(') T '), { timeout: 30_000 });
    await fillQueue(join(folder, files.find((file) => file.endsWith('.sock')) ?? ''));
    expect(await lockIn(folder).isHeld('a')).toBe(true);
    const order: string[] = [];
    const turn = lockIn(folder).exclusively('a', () => Promise.resolve(order.push('turn')));
    await lockIn(folder).exclusively('b', () => Promise.resolve());
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(files));
    order.push('killed');
    await holder.kill();
    await turn;
    expect(order).toEqual(['killed', 'turn']);
    expect(readdirSync(folder)).toEqual([]);
  },
);

test('where nothing can listen and nobody can be asked, what is held stays so, nothing more is, and nothing throws', async () => {
  const folder = longFolder();
  const lock = lockIn(folder);
  const release = await lock.hold('a');
  const files = readdirSync(folder);
  vi.stubEnv('TMPDIR', join(folder, 'none'));
  const releaseNothing = await lock.hold('b');
  expect(await lock.isHeld('a')).toBe(true);
  expect(await lock.isHeld('b')).toBe(false);
  expect(await lock.exclusively('c', () => Promise.resolve('ran'))).toBe('ran');
  expect(readdirSync(folder)).toEqual(files);
  releaseNothing();
  release();
});

test('who waits for a turn has it as soon as the one before ends, or dies', async () => {
  const folder = temporaryFolder();
  const lock = lockIn(folder);
  const order: string[] = [];
  const first = lock.exclusively('a', async () => {
    order.push('first in');
    await lock.isHeld('a');
    order.push('first out');
    return 1;
  });
  const second = lockIn(folder).exclusively('a', () => Promise.resolve(order.push('second')));
  expect(await Promise.all([first, second])).toHaveLength(2);
  const text = order.join();
  expect(['first in,first out,second', 'second,first in,first out']).toContain(text);

  const holder = await startHolding(folder, 'a');
  const third = lock.exclusively('a', () => Promise.resolve(order.push('third')));
  expect(await lock.isHeld('a')).toBe(true);
  expect(order).not.toContain('third');
  await holder.kill();
  await third;
});

test('turns of several processes never overlap', async () => {
  const folder = temporaryFolder();
  const locks = join(folder, 'locks');
  const file = join(folder, 'count');
  writeFileSync(file, '0');
  const children = [1, 2, 3].map(() => start(locks, 'count', file, '20'));
  expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0, 0]);
  expect(readFileSync(file, 'utf8')).toBe('60');
});

test('an action that fails ends its turn and is told of', async () => {
  const lock = lockIn(temporaryFolder());
  await expect(lock.exclusively('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await lock.exclusively('a', () => Promise.resolve('next'))).toBe('next');
});

test('where no folder can be, nothing counts as held, and nothing throws', async () => {
  const folder = join(temporaryFolder(), 'file');
  writeFileSync(folder, '');
  const lock = lockIn(folder);
  const release = await lock.hold('a');
  expect(await lock.isHeld('a')).toBe(false);
  expect(await lock.exclusively('a', () => Promise.resolve('ran'))).toBe('ran');
  release();
});

test('a folder that is a link is not used: nothing counts as held, and what lies there stays', async () => {
  const foreign = temporaryFolder();
  const release = await lockIn(foreign).hold('a');
  const dead = `${'0'.repeat(64)}.00000000-0000-4000-8000-000000000001`;
  writeFileSync(join(foreign, dead), '');
  const files = readdirSync(foreign);
  const folder = join(temporaryFolder(), 'own');
  symlinkSync(foreign, folder);
  const lock = lockIn(folder);
  (await lock.hold('b'))();
  expect(await lock.isHeld('a')).toBe(false);
  expect(await lock.exclusively('b', () => Promise.resolve(readdirSync(foreign)))).toEqual(files);
  release();
  expect(readdirSync(foreign)).toEqual([dead]);
});

test('a folder whose path is too long for a socket does as well, and leaves nothing elsewhere', async () => {
  const folder = longFolder();
  const lock = lockIn(folder);
  const release = await lock.hold('a');
  expect(await lockIn(folder).isHeld('a')).toBe(true);
  release();
  expect(await lockIn(folder).isHeld('a')).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
  const holder = await startHolding(folder, 'a');
  expect(await lock.isHeld('a')).toBe(true);
  await holder.kill();
  expect(await lock.isHeld('a')).toBe(false);
});

test('a turn begins with what the dead left under any name, and leaves what a process may be about to publish', async () => {
  const folder = temporaryFolder();
  const holder = await startHolding(folder, 'a name of once');
  await holder.kill();
  const ids = { young: '00000000-0000-4000-8000-000000000001', old: '00000000-0000-4000-8000-000000000002' };
  const young = `${ids.young}.sock`;
  for (const id of Object.values(ids)) writeFileSync(join(folder, `${id}.sock`), '');
  const long = Date.now() / 1_000 - 120;
  utimesSync(join(folder, `${ids.old}.sock`), long, long);
  await lockIn(folder).exclusively('b', () => Promise.resolve());
  expect(readdirSync(folder)).toEqual([young]);
});
