import { expect, test, vi } from 'vitest';
import { createClient, startServerAndWorker } from './desktopBed.ts';
import { temporaryFolder } from './temporaryFolder.ts';

/** What the protocol asks of a client, against a real server that sends what it never should. */

const TIMEOUT_MS = 30_000;

/** A client that has caught up with "one two ", in two chunks. */
async function createBed() {
  const { server, publisher } = await startServerAndWorker();
  const job = await publisher.create({ jobId: 'job-1', ownerId: 'ann', title: 'A report' });
  const write = async (text: string): Promise<void> => {
    await job.write(text);
    await job.flush();
  };
  await write('one ');
  await write('two ');
  const { client, errors } = createClient({ url: server.url, folder: temporaryFolder(), token: () => 'dev:ann' });
  const shown: string[] = [];
  const text = client.textOf('job-1');
  text.subscribe(() => shown.push(text.read().rope.toString()));
  let subscribes = 0;
  server.io.of('/').on('connection', (socket) => {
    socket.onAny((name: string) => {
      if (name === 'job:subscribe') subscribes += 1;
    });
  });
  const ended = new Promise<void>((resolve) => {
    client.subscribeToJob('job-1', undefined, () => {
      resolve();
    });
  });
  await client.start();
  const entry = () => client.store.getState().jobs.get('job-1');
  const shows = (expected: string): Promise<unknown> =>
    vi.waitUntil(() => text.read().rope.toString() === expected && entry()?.sync.kind === 'live', {
      timeout: TIMEOUT_MS,
    });
  await shows('one two ');
  const { epoch = '', sequence = 0 } = entry()?.job ?? {};
  return {
    client,
    errors,
    job,
    write,
    shows,
    sequence,
    subscribes: () => subscribes,
    subscribed: (times: number) => vi.waitUntil(() => subscribes === times, { timeout: TIMEOUT_MS }),
    /** Sends an event as if it were one of the log's. */
    tell: (name: string, payload: { sequence: number } & Record<string, unknown>, ...more: unknown[]): void => {
      server.io.of('/').emit(name, { jobId: 'job-1', epoch, timestamp: Date.now(), ...payload }, ...more);
    },
    /** The job ends, and all that was ever shown is a beginning of `whole`. */
    endsWith: async (whole: string): Promise<void> => {
      await job.complete();
      await ended;
      expect(text.read().rope.toString()).toBe(whole);
      expect(shown.filter((each) => !whole.startsWith(each))).toEqual([]);
    },
  };
}

test('what is known is dropped', async () => {
  const bed = await createBed();
  bed.tell('model:chunk:v1', { sequence: bed.sequence, text: 'again ', offset: 4 });
  await bed.write('three ');
  await bed.shows('one two three ');
  expect(bed.client.diagnostics().duplicates).toBe(1);
  await bed.endsWith('one two three ');
  expect(bed.subscribes()).toBe(1);
});

test('behind a hole nothing is shown, and the log is asked for again', async () => {
  const bed = await createBed();
  bed.tell('model:chunk:v1', { sequence: bed.sequence + 5, text: 'far away ', offset: 60 });
  await bed.subscribed(2);
  await bed.write('three ');
  await bed.shows('one two three ');
  await bed.endsWith('one two three ');
});

test('a chunk that does not fit the text is another history: it is reported, and the whole is asked for', async () => {
  const bed = await createBed();
  bed.tell('model:chunk:v1', { sequence: bed.sequence + 1, text: 'elsewhere ', offset: 60 });
  await bed.subscribed(2);
  expect(bed.errors).toEqual(['history_replaced']);
  await bed.write('three ');
  await bed.endsWith('one two three ');
});

test('of a merged chunk that overlaps, what is new is shown', async () => {
  const bed = await createBed();
  const { sequence } = bed;
  bed.tell('model:chunk:v1', { firstSequence: sequence, sequence: sequence + 1, text: 'two three ', offset: 4 });
  await bed.shows('one two three ');
  await bed.write('three ');
  await bed.write('four ');
  await bed.endsWith('one two three four ');
  expect(bed.subscribes()).toBe(1);
});

test('an unknown event that is numbered counts as seen; unknown fields and further arguments change nothing', async () => {
  const bed = await createBed();
  bed.tell('job:sparkle', { sequence: bed.sequence + 1, colour: 'green' }, 'more');
  bed.tell('model:chunk:v1', { sequence: bed.sequence + 2, text: 'three ', offset: 8, colour: 'green' }, 'more');
  await bed.shows('one two three ');
  bed.job.progress(50);
  await bed.write('three ');
  await bed.endsWith('one two three ');
  expect(bed.subscribes()).toBe(1);
  expect(bed.errors).toEqual([]);
});
