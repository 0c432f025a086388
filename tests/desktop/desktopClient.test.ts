import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { createSessionFiles } from '../../apps/desktop/src/services/sessionFiles.ts';
import { createDesktopClient } from '../../apps/desktop/src/services/socket.ts';
import type { PublishedJob } from '../../server/worker/index.ts';
import type { SocketClient } from '../../src/services/realtime/socketClient.ts';
import { createClient, startServerAndWorker } from './desktopBed.ts';
import { temporaryFolder } from './temporaryFolder.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

async function startJob(): Promise<{ url: string; job: PublishedJob }> {
  const { server, publisher } = await startServerAndWorker();
  const job = await publisher.create({ jobId: 'job-1', ownerId: 'ann', title: 'A report' });
  await job.write('The whole text.');
  await job.flush();
  return { url: server.url, job };
}

/** The text that a listener was shown when the job had ended. */
async function textAtEnd(client: SocketClient, job: PublishedJob): Promise<string> {
  const ended = new Promise<string>((resolve) => {
    client.subscribeToJob('job-1', undefined, () => {
      resolve(client.textOf('job-1').read().rope.toString());
    });
  });
  await client.start();
  await job.complete();
  return ended;
}

/** What makes of `regen-realtime` a folder that cannot be used, and what may then not have changed. */
const UNUSABLE: Record<string, (own: string) => () => unknown> = {
  'a file is in the way': (own) => {
    writeFileSync(own, 'in the way');
    return () => readFileSync(own, 'utf8');
  },
  'it is a link to somebody else’s': (own) => {
    const foreign = temporaryFolder();
    chmodSync(foreign, 0o755);
    const dead = `${'0'.repeat(64)}.00000000-0000-4000-8000-000000000001`;
    const files = ['old.tmp', 'regen%3asession%3anone.record', dead].map((name) => join(foreign, name));
    for (const file of files) {
      writeFileSync(file, '');
      utimesSync(file, 0, 0);
    }
    symlinkSync(foreign, own);
    return () => [statSync(foreign).mode, ...readdirSync(foreign)];
  },
};

test.each(Object.entries(UNUSABLE))(
  'a folder that cannot be used is told of, each thing that fails once, and costs nothing else: %s',
  async (_, spoil) => {
    const { url, job } = await startJob();
    const folder = temporaryFolder();
    const look = spoil(join(folder, 'regen-realtime'));
    const before = look();
    const token = (): string => 'dev:ann';
    const { client: crashing, errors, messages } = createClient({ url, folder, token });
    crashing.retainJob('job-1');
    await crashing.start();
    await vi.waitUntil(() => crashing.store.getState().jobs.get('job-1')?.sync.kind === 'live', { timeout: 30_000 });
    crashing.stop();
    expect(messages).toEqual([
      'Saved sessions could not be listed, so their jobs are not restored.',
      'The session could not be saved, so a crash would not be resumed from here.',
    ]);
    expect(errors).toEqual(['storage', 'storage']);
    const { client } = createClient({ url, folder, token });
    expect(await textAtEnd(client, job)).toBe('The whole text.');
    client.stop();
    expect(look()).toEqual(before);
  },
);

test('a damaged record is removed, one that cannot be read stays, and both are told of', async () => {
  const { url } = await startJob();
  for (const [name, left] of [
    ['damaged', 0],
    ['unreadable', 1],
  ] as const) {
    const folder = temporaryFolder();
    const own = join(folder, 'regen-realtime');
    const { client, errors } = createClient({ url, folder, token: () => 'dev:ann' });
    createSessionFiles(own).set(`regen:session:${client.url} ${name}`, '{"version":2,');
    const [file = ''] = readdirSync(own).map((each) => join(own, each));
    if (name === 'unreadable') {
      rmSync(file);
      mkdirSync(file);
    }
    await client.start();
    expect(errors).toEqual(['storage']);
    expect(readdirSync(own).filter((each) => each.endsWith('.record'))).toHaveLength(left);
    client.stop();
  }
});

test('a token may come late, and one that cannot be read is read again', async () => {
  const { url, job } = await startJob();
  let reads = 0;
  const token = (): Promise<string> => {
    reads += 1;
    if (reads < 3) throw new Error('The keychain is locked.');
    return Promise.resolve('dev:ann');
  };
  const { client } = createClient({ url, folder: temporaryFolder(), token });
  expect(await textAtEnd(client, job)).toBe('The whole text.');
  expect(reads).toBeGreaterThanOrEqual(3);
});

test('what a runtime has of a page is not touched', async () => {
  const { url, job } = await startJob();
  const touched: string[] = [];
  const trap = (name: string): object =>
    new Proxy(
      {},
      {
        get: (_, key) => {
          touched.push(`${name}.${String(key)}`);
          return undefined;
        },
      },
    );
  expect([typeof window, typeof document]).toEqual(['undefined', 'undefined']);
  for (const name of ['localStorage', 'sessionStorage']) vi.stubGlobal(name, trap(name));
  vi.stubGlobal('navigator', { locks: trap('navigator.locks') });
  const { client } = createClient({ url, folder: temporaryFolder(), token: undefined as never });
  await client.start();
  client.stop();
  const { client: signedIn, errors } = createClient({ url, folder: temporaryFolder(), token: () => 'dev:ann' });
  expect(await textAtEnd(signedIn, job)).toBe('The whole text.');
  expect(errors).toEqual([]);
  expect(touched).toEqual([]);
});

test('who gives no folder is told what to give', () => {
  for (const folder of ['', 'relative', undefined, null, 1]) {
    expect(() => createDesktopClient({ url: 'http://one.test', folder: folder as string, token: () => null })).toThrow(
      expect.objectContaining({ code: 'invalid_usage', message: expect.stringContaining('userData') as unknown }),
    );
  }
  expect(() => createDesktopClient(undefined as never)).toThrow('"folder"');
  expect(() => createDesktopClient({ url: 'none', folder: '/tmp', token: () => null })).toThrow('"url"');
});
