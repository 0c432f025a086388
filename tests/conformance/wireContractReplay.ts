import { expect } from 'vitest';
import {
  chunk,
  chunks,
  fold,
  progress,
  range,
  sequencesOf,
  snapshotOf,
  wireCase,
  worker,
  type WireCase,
} from './wireContractBed.ts';

export const replayCases: readonly WireCase[] = [
  wireCase(
    'WIRE-SUB-04',
    'what was missed is replayed in order up to the position of the ack, then live',
    async (bed) => {
      const { epoch } = await bed.create();
      const start = await bed.read('job-1');
      await bed.append('job-1', { type: 'job:started' }, progress(10), chunk('a'), progress(20));
      const client = await bed.connect();
      const answer = await client.ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
      expect(answer).toMatchObject({ outcome: 'replayed', position: { epoch, sequence: 5 } });
      await bed.append('job-1', chunk('b'));
      await bed.until(() => sequencesOf(client).length === 5, 'all events');
      expect(sequencesOf(client)).toEqual(range(2, 6));
      expect(fold(start, client)).toEqual(await bed.read('job-1'));
    },
  ),
  wireCase('WIRE-SUB-05', '500 events are always replayed', async (bed) => {
    const { epoch } = await bed.create();
    await bed.append('job-1', ...Array.from({ length: 500 }, (_, index) => progress(index % 100)));
    const client = await bed.connect();
    const answer = await client.ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
    expect(answer).toMatchObject({ outcome: 'replayed', position: { epoch, sequence: 501 } });
    await bed.until(() => sequencesOf(client).length === 500, 'all events');
    expect(sequencesOf(client)).toEqual(range(2, 501));
  }),
  wireCase('WIRE-SUB-06', '64 KB are always replayed', async (bed) => {
    const { epoch } = await bed.create();
    const start = await bed.read('job-1');
    await bed.append('job-1', ...chunks(15, 4_096));
    const client = await bed.connect();
    const answer = await client.ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
    expect(answer.outcome).toBe('replayed');
    await bed.until(() => sequencesOf(client).length === 15, 'all events');
    expect(fold(start, client).channels).toEqual((await bed.read('job-1')).channels);
  }),
  wireCase(
    'WIRE-SUB-07',
    'a replay that would cost more than the snapshot is a snapshot, and live events follow',
    async (bed) => {
      const { epoch } = await bed.create();
      for (let part = 0; part < 4; part += 1) {
        const events = Array.from({ length: 200 }, (_, index) => progress(index % 100, { message: 'm'.repeat(1_000) }));
        await bed.append('job-1', ...events);
      }
      const client = await bed.connect();
      const answer = await client.ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
      expect(answer).toMatchObject({ outcome: 'snapshot', position: { epoch, sequence: 801 } });
      expect(snapshotOf(answer)).toEqual(await bed.read('job-1'));
      await bed.append('job-1', chunk('next'));
      await bed.until(() => client.events().length > 0, 'the next event');
      expect(sequencesOf(client)).toEqual([802]);
    },
  ),
  wireCase('WIRE-SUB-10', 'a position at or before the end of an earlier epoch continues', async (bed) => {
    const { epoch, writer } = await bed.create();
    await bed.append('job-1', chunk('kept'), chunk(' too'));
    await bed.harness.workers.takeover({ caller: worker, jobId: 'job-1', body: { writer } });
    await bed.append('job-1', chunk(' and new'));
    const atEnd = await bed.connect();
    expect((await atEnd.ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 3 } })).outcome).toBe(
      'replayed',
    );
    const before = await bed.connect();
    expect((await before.ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 2 } })).outcome).toBe(
      'replayed',
    );
    await bed.until(() => sequencesOf(before).length === 2 && sequencesOf(atEnd).length === 1, 'the replays');
    expect(sequencesOf(before)).toEqual([3, 4]);
    expect(before.events().map((event) => event.epoch)).toEqual([epoch, (await bed.read('job-1')).epoch]);
  }),
  wireCase('WIRE-SUB-10', 'right after a takeover a position at its end is live', async (bed) => {
    const { epoch, writer } = await bed.create();
    await bed.harness.workers.takeover({ caller: worker, jobId: 'job-1', body: { writer } });
    const answer = await (await bed.connect()).ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
    expect(answer.outcome).toBe('live');
  }),
  wireCase('WIRE-SUB-16', 'the ack comes before the first replayed event', async (bed) => {
    const { epoch } = await bed.create();
    await bed.append('job-1', ...chunks(20), progress(50));
    const client = await bed.connect();
    await client.ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
    await bed.until(() => sequencesOf(client).length === 21, 'the replay');
    const names = client.heard.map(({ name }) => name);
    expect(names.indexOf('ack job:subscribe')).toBe(0);
  }),
  wireCase('WIRE-SUB-18', 'after sequence 0 the whole log follows', async (bed) => {
    const { epoch } = await bed.create();
    await bed.append('job-1', { type: 'job:started' }, chunk('a'));
    const client = await bed.connect();
    const answer = await client.ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 0 } });
    expect(answer.outcome).toBe('replayed');
    await bed.until(() => client.events().length === 3, 'the log');
    expect(client.events().map(({ type }) => type)).toEqual(['job:created', 'job:started', 'model:chunk:v1']);
  }),
  wireCase(
    'WIRE-SUB-07',
    'a replay that would cost more than the snapshot is one also where the server has the events at hand',
    async (bed) => {
      const long: (readonly [jobId: string, count: number, message: string])[] = [
        ['many-events', 600, 'm'],
        ['much-content', 100, 'm'.repeat(1_000)],
      ];
      for (const [jobId, count, message] of long) {
        const { epoch } = await bed.create({ jobId });
        const after = { epoch, sequence: 2 };
        const reader = await bed.connect();
        await reader.ok('job:subscribe', { jobId });
        await bed.append(jobId, { type: 'job:started' });
        await bed.append(jobId, ...Array.from({ length: count }, (_, index) => progress(index % 100, { message })));
        await bed.until(() => reader.events().length === count + 1, 'the live events');
        const late = await bed.connect();
        const answer = await late.ok('job:subscribe', { jobId, after });
        expect(answer, jobId).toMatchObject({ outcome: 'snapshot', position: { epoch, sequence: count + 2 } });
        expect(snapshotOf(answer)).toEqual(await bed.read(jobId));
        await bed.append(jobId, { type: 'job:completed' });
        await bed.until(() => late.of('job:completed').length === 1, 'the end');
        expect(sequencesOf(late)).toEqual([count + 3]);
      }
    },
  ),
  wireCase(
    'WIRE-SUB-21',
    'a long replay that is shorter than the snapshot is replayed, the events at hand or not',
    async (bed) => {
      const { epoch } = await bed.create();
      await bed.append('job-1', chunk('x'.repeat(60_000)));
      const start = await bed.read('job-1');
      const events = range(1, 700).map((count) =>
        count % 2 === 0 ? chunk('y') : chunk('z', { channel: 'reasoning' }),
      );
      await bed.append('job-1', ...events);
      const end = await bed.read('job-1');
      for (let comer = 0; comer < 2; comer += 1) {
        const client = await bed.connect();
        const answer = await client.ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 2 } });
        expect(answer).toMatchObject({ outcome: 'replayed', position: { epoch, sequence: 702 } });
        await bed.until(() => sequencesOf(client).length >= 700, 'the replay');
        expect(sequencesOf(client)).toEqual(range(3, 702));
        expect(fold(start, client)).toEqual(end);
      }
    },
  ),
];
