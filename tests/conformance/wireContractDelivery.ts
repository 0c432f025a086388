import { expect } from 'vitest';
import {
  can,
  chunk,
  fold,
  follow,
  progress,
  range,
  sequencesOf,
  subscribed,
  wireCase,
  wireCaseWith,
  worker,
  type WireCase,
} from './wireContractBed.ts';

const NO_CHUNKS: readonly { type: string; [field: string]: unknown }[] = [
  { type: 'job:progress', progress: 50 },
  { type: 'job:step', step: { id: 'writing', status: 'active' } },
  { type: 'job:paused' },
  { type: 'job:completed' },
];

export const deliveryCases: readonly WireCase[] = [
  wireCase('WIRE-EVT-16', 'chunks that come together may be merged, and cover what they are made of', async (bed) => {
    await bed.create();
    const { client, start } = await follow(bed);
    const words = Array.from({ length: 60 }, (_, index) => `${String(index)} `);
    await bed.append('job-1', ...words.map((word) => chunk(word)));
    await bed.until(() => client.of('model:chunk:v1').at(-1)?.sequence === 61, 'the chunks');
    let covered = 1;
    let length = 0;
    for (const event of client.of('model:chunk:v1')) {
      expect(event.firstSequence ?? event.sequence).toBe(covered + 1);
      expect(event.offset).toBe(length);
      expect(event.text).toBe(words.slice(covered - 1, event.sequence - 1).join(''));
      covered = event.sequence;
      length += event.text.length;
    }
    expect(fold(start, client)).toEqual(await bed.read('job-1'));
  }),
  wireCase('WIRE-EVT-16', 'a replay merges too, but never over another event, channel or epoch', async (bed) => {
    const { epoch, writer } = await bed.create();
    const start = await bed.read('job-1');
    await bed.append(
      'job-1',
      chunk('a'),
      chunk('b'),
      chunk('x', { channel: 'reasoning' }),
      chunk('c'),
      progress(1),
      chunk('d'),
    );
    await bed.harness.workers.takeover({ caller: worker, jobId: 'job-1', body: { writer } });
    await bed.append('job-1', chunk('e'), chunk('f'));
    const client = await bed.connect();
    await client.ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
    await bed.until(() => client.of('model:chunk:v1').at(-1)?.sequence === 9, 'the replay');
    expect(fold(start, client)).toEqual(await bed.read('job-1'));
    for (const { text } of client.of('model:chunk:v1'))
      expect(['ab', 'x', 'c', 'd', 'ef', 'a', 'b', 'e', 'f']).toContain(text);
  }),
  wireCase('WIRE-EVT-16', 'chunks that come within the window are sent in fewer events', async (bed) => {
    await bed.create();
    const { client, start } = await follow(bed);
    await Promise.all(range(1, 40).map((count) => bed.append('job-1', chunk(`${String(count)} `))));
    await bed.until(() => client.of('model:chunk:v1').at(-1)?.sequence === 41, 'the chunks');
    expect(client.of('model:chunk:v1').length).toBeLessThan(40);
    expect(sequencesOf(client)).toEqual(range(2, 41));
    expect(fold(start, client)).toEqual(await bed.read('job-1'));
  }),
  wireCase('WIRE-EVT-17', 'the first chunk after a while comes at once', async (bed) => {
    await bed.create();
    const client = await subscribed(bed);
    for (const count of [1, 2, 3]) {
      await bed.harness.advance(50);
      await bed.append('job-1', chunk('word '));
      await bed.atOnce(() => client.of('model:chunk:v1').length === count, 'the chunk');
    }
  }),
  ...NO_CHUNKS.map((event) =>
    wireCase(
      'WIRE-EVT-18',
      `${event.type} does not wait for the window, and comes after the chunks before it`,
      async (bed) => {
        await bed.create();
        const client = await subscribed(bed);
        await bed.append('job-1', chunk('one '));
        await bed.append('job-1', chunk('two '));
        await bed.append('job-1', event);
        await bed.atOnce(() => client.events().some(({ type }) => type === event.type), event.type);
        expect(sequencesOf(client)).toEqual([2, 3, 4]);
        expect(client.events().at(-1)).toMatchObject({ type: event.type, sequence: 4 });
      },
    ),
  ),
  wireCase(
    'WIRE-NOT-15',
    'a notice does not wait for the window, and comes after the chunks before it',
    async (bed) => {
      await bed.create();
      const client = await subscribed(bed);
      await bed.append('job-1', chunk('one '));
      await bed.append('job-1', chunk('two '));
      await bed.harness.workers.cancel({ caller: worker, jobId: 'job-1', body: {} });
      await bed.atOnce(() => client.of('job:notice').length > 0, 'the notice');
      expect(sequencesOf(client)).toEqual([2, 3]);
      expect(client.heard.at(-1)?.name).toBe('job:notice');
    },
  ),
  wireCaseWith(
    ['losePushes'],
    'WIRE-SUB-22',
    'events that were lost on the way from the log come when it is compared, without a reset',
    async (bed) => {
      await bed.create();
      const { client, start } = await follow(bed);
      await can(bed, 'losePushes')(true);
      await bed.append('job-1', chunk('last words'), { type: 'job:completed' });
      await can(bed, 'losePushes')(false);
      await bed.until(() => client.of('job:completed').length === 1, 'the end', 12_000);
      expect(client.of('job:reset')).toEqual([]);
      expect(fold(start, client)).toEqual(await bed.read('job-1'));
    },
  ),
  wireCaseWith(
    ['losePushes'],
    'WIRE-SUB-22',
    'a loss shows with the next event, and is filled before it',
    async (bed) => {
      await bed.create();
      const { client, start } = await follow(bed);
      await can(bed, 'losePushes')(true);
      await bed.append('job-1', chunk('lost'), progress(20));
      await can(bed, 'losePushes')(false);
      await bed.append('job-1', progress(30));
      await bed.until(() => client.of('job:progress').length === 2, 'the events');
      expect(sequencesOf(client)).toEqual([2, 3, 4]);
      expect(fold(start, client)).toEqual(await bed.read('job-1'));
    },
  ),
  wireCaseWith(['losePushes'], 'WIRE-SUB-22', 'a notice that was lost comes as well', async (bed) => {
    await bed.create();
    const client = await subscribed(bed);
    await can(bed, 'losePushes')(true);
    await client.ok('job:cancel', { jobId: 'job-1' });
    await can(bed, 'losePushes')(false);
    await bed.until(() => client.of('job:notice').length > 0, 'the notice', 12_000);
    expect(client.of('job:notice')).toEqual([{ jobId: 'job-1', kind: 'cancel_requested' }]);
  }),
];
