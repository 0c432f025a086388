import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createSessionFiles } from '../../apps/desktop/src/services/sessionFiles.ts';
import { DEVELOPMENT_WORKER_KEY } from '../../server/index.ts';
import { createJobPublisher, type JobPublisher, type PublishedJob } from '../../server/worker/index.ts';
import { parseRecord, type SavedJob } from '../../src/services/realtime/sessionRecord.ts';
import { damageOf, hashOf, numberedWords } from '../e2e/numberedText.ts';
import { freePort, startRedisProcess } from '../redis/redisProcess.ts';
import { startServerProcess } from '../server/serverProcess.ts';
import { startClientProcess, type ClientProcess } from './clientReports.ts';
import { startServerAndWorker } from './desktopBed.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const JOB = 'job-1';
const WORDS = numberedWords(100_000);
/** Several processes, one after the other, each of which saves every 2 s. */
const TIMEOUT_MS = 180_000;
const NO_DAMAGE = { lost: 0, doubled: 0, reordered: 0 };

interface Worker {
  /** The next word is in the server's log when this resolves. */
  write(): Promise<void>;
  /** Writes on until `isDone`. */
  writeUntil(isDone: () => boolean): Promise<void>;
  written(): number;
  job: PublishedJob;
}

function publisherFor(url: string): JobPublisher {
  const publisher = createJobPublisher({ url, workerKey: DEVELOPMENT_WORKER_KEY, settings: { batchMs: 1 } });
  onTestFinished(publisher.close);
  return publisher;
}

async function startWorker(publisher: JobPublisher): Promise<Worker> {
  const job = await publisher.create({ jobId: JOB, ownerId: 'ann', title: 'A report' });
  job.started();
  let count = 0;

  async function write(): Promise<void> {
    const word = WORDS[count];
    if (word === undefined) throw new Error('What was waited for has not come in all these words.');
    count += 1;
    await job.write(word);
    await job.flush();
  }

  return {
    job,
    write,
    writeUntil: async (isDone) => {
      while (!isDone()) await write();
    },
    written: () => count,
  };
}

/** The one job that is saved in the user's folder. */
function savedIn(folder: string): SavedJob | undefined {
  const store = createSessionFiles(join(folder, 'regen-realtime'));
  return store
    .keys()
    .flatMap((key) => {
      const text = store.get(key);
      // The client removed it just now.
      return text === null ? [] : parseRecord(text, () => expect.unreachable()).jobs;
    })
    .find(({ snapshot }) => snapshot.jobId === JOB);
}

function positionSaved(folder: string): number {
  return savedIn(folder)?.snapshot.sequence ?? 0;
}

async function expectWhole(client: ClientProcess, worker: Worker): Promise<void> {
  await worker.job.complete();
  const { text, outcome } = await client.first('completed');
  // From its position on, and not from the beginning.
  expect(outcome).toBe('replayed');
  expect(damageOf(text, worker.written())).toEqual(NO_DAMAGE);
  expect(hashOf(text)).toBe(hashOf(WORDS.slice(0, worker.written()).join('')));
  expect(client.count('rewound')).toBe(0);
  expect(client.count('error')).toBe(0);
  expect(await client.ended).toBe(0);
}

test(
  'killed again and again in the middle of a job, it begins each time with what it had saved, and ends whole',
  { timeout: TIMEOUT_MS },
  async () => {
    const { server, publisher } = await startServerAndWorker();
    const folder = temporaryFolder();
    const worker = await startWorker(publisher);

    for (let kills = 0; kills < 2; kills += 1) {
      const before = savedIn(folder);
      const client = startClientProcess(server.url, folder, JOB);
      expect(await client.first('started')).toEqual({
        kind: 'started',
        restored: before === undefined ? [] : [JOB],
        text: before?.snapshot.channels['output']?.text ?? '',
      });
      await worker.writeUntil(() => positionSaved(folder) > (before?.snapshot.sequence ?? 0) + 2);
      await client.kill();
      expect(client.count('rewound')).toBe(0);
      for (let words = 0; words < 20; words += 1) await worker.write();
    }
    const client = startClientProcess(server.url, folder, JOB);
    expect((await client.first('started')).restored).toEqual([JOB]);
    await client.first('connected');
    await expectWhole(client, worker);
    // What is over is not offered again.
    expect(savedIn(folder)).toBeUndefined();
  },
);

test(
  'a server on Redis that is killed loses it nothing, nor does it where both are',
  { timeout: TIMEOUT_MS },
  async () => {
    const redis = await startRedisProcess({ appendonly: 'yes', appendfsync: 'always' });
    onTestFinished(redis.stop);
    const port = await freePort();
    const url = `http://127.0.0.1:${String(port)}`;
    const start = async () => {
      const server = startServerProcess({
        PORT: String(port),
        REDIS_URL: `redis://127.0.0.1:${String(redis.port)}`,
        LOG_LEVEL: 'warn',
      });
      onTestFinished(server.kill);
      await server.says(/origins .*\n/);
      return server;
    };
    const folder = temporaryFolder();

    const first = await start();
    const worker = await startWorker(publisherFor(url));
    const living = startClientProcess(url, folder, JOB);
    await worker.writeUntil(() => positionSaved(folder) > 2);
    await first.kill();
    const unheard = worker.write();
    const second = await start();
    await unheard;
    await worker.writeUntil(() => living.count('connected') === 2);
    const position = positionSaved(folder);
    await worker.writeUntil(() => positionSaved(folder) > position);
    expect(living.count('rewound') + living.count('error')).toBe(0);

    await Promise.all([second.kill(), living.kill()]);
    await start();
    await worker.write();
    const next = startClientProcess(url, folder, JOB);
    expect((await next.first('started')).restored).toEqual([JOB]);
    await next.first('connected');
    await expectWhole(next, worker);
  },
);
