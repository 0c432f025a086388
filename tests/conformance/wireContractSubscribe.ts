import type { JobSnapshot, SubscribeResult } from '@regen/realtime-shared';
import { expect } from 'vitest';
import {
  errorOf,
  can,
  chunk,
  chunks,
  failure,
  fold,
  progress,
  wireCase,
  wireCaseWith,
  worker,
  type Bed,
  type WireCase,
} from './wireContractBed.ts';
import type { WireClient } from './wireClient.ts';

function snapshotOf(answer: SubscribeResult): JobSnapshot {
  if (answer.job === undefined) throw new Error(`${answer.outcome} came without a snapshot.`);
  return answer.job;
}

/** The sequences that a client's events cover, one by one. */
function sequencesOf(client: WireClient): number[] {
  return client.events().flatMap((event) => {
    const first = 'firstSequence' in event ? (event.firstSequence ?? event.sequence) : event.sequence;
    return Array.from({ length: event.sequence - first + 1 }, (_, index) => first + index);
  });
}

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** A client that stands at the end of the job's first ten events, whose log then loses the last four of them. */
async function losingTail(bed: Bed) {
  const begun = await bed.create();
  const texts = chunks(9);
  const events = { events: texts, from: 2, writer: begun.writer };
  await bed.harness.workers.append({ caller: worker, jobId: 'job-1', body: events });
  const before = await bed.read('job-1');
  await can(bed, 'loseTail')('job-1', 6);
  const client = await bed.connect();
  const after = { epoch: before.epoch, sequence: 10 };
  return { ...begun, texts, before, client, after };
}

export const subscribeCases: readonly WireCase[] = [
  wireCase('WIRE-SUB-01', 'without a position the outcome is a snapshot of the state at its position', async (bed) => {
    await bed.create();
    await bed.append('job-1', { type: 'job:started' }, progress(40), chunk('so far'));
    const answer = await (await bed.connect()).ok('job:subscribe', { jobId: 'job-1' });
    expect(answer.outcome).toBe('snapshot');
    const job = snapshotOf(answer);
    expect(job).toMatchObject({ sequence: 4, status: 'running', progress: 40 });
    expect(job.channels['output']).toEqual({ text: 'so far', offset: 0 });
    expect(answer.position).toEqual({ epoch: job.epoch, sequence: 4 });
    expect(job).toEqual(await bed.read('job-1'));
  }),
  wireCase('WIRE-SUB-01', 'live events follow a snapshot', async (bed) => {
    await bed.create();
    const client = await bed.connect();
    const job = snapshotOf(await client.ok('job:subscribe', { jobId: 'job-1' }));
    await bed.append('job-1', { type: 'job:started' }, chunk('one '), chunk('two'));
    await bed.append('job-1', { type: 'job:completed', result: { words: 2 } });
    await bed.until(() => client.of('job:completed').length > 0, 'the end');
    expect(fold(job, client)).toEqual(await bed.read('job-1'));
  }),
  wireCase('WIRE-SUB-01', 'a finished job is a snapshot of its end, and nothing follows', async (bed) => {
    await bed.create();
    await bed.append('job-1', chunk('all'), { type: 'job:completed', result: 7 });
    const client = await bed.connect();
    const job = snapshotOf(await client.ok('job:subscribe', { jobId: 'job-1' }));
    expect(job).toMatchObject({ status: 'completed', progress: 100, result: 7, sequence: 3 });
    await bed.harness.advance(100);
    expect(client.events()).toEqual([]);
  }),
  wireCase(
    'WIRE-SUB-02',
    'the ack has outcome, position and the server’s time; a job only where it is needed',
    async (bed) => {
      const { epoch } = await bed.create();
      const answer = await (await bed.connect()).ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
      expect(Object.keys(answer).toSorted()).toEqual(['ok', 'outcome', 'position', 'serverTime']);
      expect(Math.abs(answer.serverTime - bed.harness.now())).toBeLessThan(2_000);
    },
  ),
  wireCase('WIRE-SUB-03', 'a position at the end of the log is live, and events follow from it', async (bed) => {
    const { epoch } = await bed.create();
    await bed.append('job-1', chunk('known'));
    const client = await bed.connect();
    const after = { epoch, sequence: 2 };
    expect(await client.ok('job:subscribe', { jobId: 'job-1', after })).toMatchObject({
      outcome: 'live',
      position: after,
    });
    await bed.append('job-1', chunk('new'));
    await bed.until(() => client.events().length > 0, 'the event');
    expect(client.of('model:chunk:v1')[0]).toMatchObject({ sequence: 3, text: 'new', offset: 5 });
  }),
  wireCase('WIRE-SUB-03', 'the end of a finished job is live as well', async (bed) => {
    const { epoch } = await bed.create();
    await bed.append('job-1', { type: 'job:completed' });
    const client = await bed.connect();
    const answer = await client.ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 2 } });
    expect(answer.outcome).toBe('live');
  }),
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
  wireCase('WIRE-SUB-08', 'an unknown epoch is a reset, and its job is what the log has', async (bed) => {
    await bed.create();
    await bed.append('job-1', chunk('the truth'));
    const client = await bed.connect();
    const after = { epoch: 'never-heard-of', sequence: 2 };
    const answer = await client.ok('job:subscribe', { jobId: 'job-1', after });
    expect(answer.outcome).toBe('reset');
    expect(snapshotOf(answer)).toEqual(await bed.read('job-1'));
    await bed.append('job-1', chunk('!'));
    await bed.until(() => client.events().length > 0, 'the next event');
    expect(sequencesOf(client)).toEqual([3]);
  }),
  wireCase('WIRE-SUB-09', 'a position after the end of an earlier epoch is a reset', async (bed) => {
    const { epoch, writer } = await bed.create();
    await bed.append('job-1', chunk('kept'));
    await bed.harness.workers.takeover({ caller: worker, jobId: 'job-1', body: { writer } });
    await bed.append('job-1', chunk(' and new'));
    const answer = await (await bed.connect()).ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 3 } });
    expect(answer.outcome).toBe('reset');
    expect(snapshotOf(answer).channels['output']?.text).toBe('kept and new');
  }),
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

  wireCaseWith(
    ['loseTail'],
    'WIRE-SUB-11',
    'who is ahead of a log that lost its tail is held while the lease lives',
    async (bed) => {
      const { client, after } = await losingTail(bed);
      const answer = await client.ok('job:subscribe', { jobId: 'job-1', after });
      expect(answer.outcome).toBe('holding');
      expect(answer.job).toBeUndefined();
      await bed.harness.advance(100);
      expect(client.events()).toEqual([]);
      expect(client.of('job:reset')).toEqual([]);
    },
  ),
  wireCaseWith(
    ['loseTail'],
    'WIRE-SUB-12',
    'as the writer refills the log, events resume after the position, each once',
    async (bed) => {
      const { client, after, texts, writer, before } = await losingTail(bed);
      await client.ok('job:subscribe', { jobId: 'job-1', after });
      const { workers } = bed.harness;
      const gap = await workers.append({
        caller: worker,
        jobId: 'job-1',
        body: { events: [chunk('next')], from: 11, writer },
      });
      expect(errorOf(gap)).toMatchObject({ code: 'gap', sequence: 6 });
      const events = [...texts.slice(5), chunk('next')];
      await workers.append({ caller: worker, jobId: 'job-1', body: { events, from: 7, writer } });
      await bed.until(() => client.events().length > 0, 'the next event', 8_000);
      expect(sequencesOf(client)).toEqual([11]);
      expect(fold(before, client).channels).toEqual((await bed.read('job-1')).channels);
      expect(client.of('job:reset')).toEqual([]);
    },
  ),
  wireCaseWith(['loseTail'], 'WIRE-SUB-12', 'live subscribers wait for the refill without a reset', async (bed) => {
    const { writer } = await bed.create();
    const texts = chunks(9);
    const { workers } = bed.harness;
    const client = await bed.connect();
    const job = snapshotOf(await client.ok('job:subscribe', { jobId: 'job-1' }));
    await workers.append({ caller: worker, jobId: 'job-1', body: { events: texts, from: 2, writer } });
    await bed.until(() => sequencesOf(client).length === 9, 'the events');
    await can(bed, 'loseTail')('job-1', 6);
    await bed.harness.advance(100);
    const events = [...texts.slice(5), chunk('next')];
    await workers.append({ caller: worker, jobId: 'job-1', body: { events, from: 7, writer } });
    await bed.until(() => sequencesOf(client).length === 10, 'the next event', 8_000);
    expect(sequencesOf(client)).toEqual(range(2, 11));
    expect(fold(job, client).channels).toEqual((await bed.read('job-1')).channels);
  }),
  wireCaseWith(['loseTail'], 'WIRE-SUB-13', 'where another worker takes over instead, a reset follows', async (bed) => {
    const { client, after, writer } = await losingTail(bed);
    await client.ok('job:subscribe', { jobId: 'job-1', after });
    await bed.harness.workers.takeover({ caller: worker, jobId: 'job-1', body: { writer } });
    await bed.append('job-1', chunk('anew'));
    await bed.until(() => client.of('job:reset').length > 0, 'the reset', 8_000);
    await bed.harness.advance(100);
    expect(client.of('job:reset')).toHaveLength(1);
    const [reset] = client.of('job:reset');
    if (reset !== undefined) expect(fold(reset.job, client).channels).toEqual((await bed.read('job-1')).channels);
  }),
  wireCaseWith(
    ['loseTail'],
    'WIRE-SUB-14',
    'where the job ends before it was refilled, a reset follows',
    async (bed) => {
      const { client, after } = await losingTail(bed);
      await client.ok('job:subscribe', { jobId: 'job-1', after });
      // A tool ends it: the log numbers the end as 7, which the client has seen as something else.
      await bed.harness.advance(50);
      const { sequence } = await bed.read('job-1');
      expect(sequence).toBe(6);
      const body = { events: [{ type: 'job:completed' }], from: 7 };
      await bed.harness.workers.append({ caller: worker, jobId: 'job-1', body });
      await bed.until(() => client.of('job:reset').length > 0, 'the reset', 8_000);
      expect(client.of('job:reset')[0]?.job).toMatchObject({ status: 'completed', sequence: 7 });
    },
  ),
  wireCaseWith(['loseTail'], 'WIRE-SUB-15', 'when the lease is over those who are held get a reset', async (bed) => {
    const { client, after } = await losingTail(bed);
    await client.ok('job:subscribe', { jobId: 'job-1', after });
    const { leaseMs } = bed.harness.timings;
    await bed.until(() => client.of('job:reset').length > 0, 'the reset', leaseMs + 8_000);
    expect(client.of('job:reset')).toHaveLength(1);
    expect(client.of('job:reset')[0]?.position.sequence).toBe(6);
  }),
  wireCaseWith(['loseTail'], 'WIRE-SUB-15', 'who comes when the lease is over is reset by the ack', async (bed) => {
    const { client, after } = await losingTail(bed);
    await bed.harness.advance(bed.harness.timings.leaseMs + 500);
    const answer = await client.ok('job:subscribe', { jobId: 'job-1', after });
    expect(answer.outcome).toBe('reset');
    expect(snapshotOf(answer).sequence).toBe(6);
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
  wireCase(
    'WIRE-SUB-17',
    'subscribers from every position, while it is written, get each sequence once and no hole',
    async (bed) => {
      const { epoch } = await bed.create();
      const states = [await bed.read('job-1')];
      for (let part = 0; part < 6; part += 1) {
        await bed.append('job-1', ...chunks(7), progress(part));
        states.push(await bed.read('job-1'));
      }
      const readers = await Promise.all(states.map(async (state) => ({ state, client: await bed.connect() })));
      for (const { state, client } of readers) {
        client.socket.emit(
          'job:subscribe',
          { jobId: 'job-1', after: { epoch, sequence: state.sequence } },
          () => undefined,
        );
        await bed.append('job-1', ...chunks(3), progress(50), chunk('.'));
      }
      await bed.append('job-1', { type: 'job:completed' });
      await bed.until(() => readers.every(({ client }) => client.of('job:completed').length === 1), 'all ends', 8_000);
      const end = await bed.read('job-1');
      for (const { state, client } of readers) {
        expect(sequencesOf(client)).toEqual(range(state.sequence + 1, end.sequence));
        expect(fold(state, client)).toEqual(end);
      }
    },
  ),
  wireCase('WIRE-SUB-17', 'who comes while chunks wait to be merged gets each of them once', async (bed) => {
    const { epoch } = await bed.create();
    const early = await bed.connect();
    const late = await bed.connect();
    await early.ok('job:subscribe', { jobId: 'job-1' });
    for (let part = 0; part < 6; part += 1) {
      const { sequence } = await bed.append('job-1', chunk('at once'));
      await bed.append('job-1', chunk(' and'), chunk(' a little later'));
      const from = late.heard.length;
      await late.ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence } });
      await bed.harness.advance(20 + part);
      const { sequence: last } = await bed.read('job-1');
      const heard = late.heard.slice(from).filter(({ name }) => name === 'model:chunk:v1');
      const covered = heard.map(({ payload }) => payload as { sequence: number; firstSequence?: number });
      expect(covered.map((each) => [each.firstSequence ?? each.sequence, each.sequence]).flat()[0]).toBe(sequence + 1);
      expect(covered.reduce((sum, each) => sum + each.sequence - (each.firstSequence ?? each.sequence) + 1, 0)).toBe(
        last - sequence,
      );
      await late.ok('job:unsubscribe', { jobId: 'job-1' });
    }
    expect(sequencesOf(early)).toEqual(range(2, 19));
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
  wireCase('WIRE-SUB-19', 'subscribing again starts over, and live events still come once', async (bed) => {
    const { epoch } = await bed.create();
    await bed.append('job-1', progress(1), progress(2));
    const client = await bed.connect();
    await client.ok('job:subscribe', { jobId: 'job-1' });
    const again = await client.ok('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 2 } });
    expect(again.outcome).toBe('replayed');
    await bed.append('job-1', progress(3));
    await bed.until(() => client.events().length === 2, 'the events');
    await bed.harness.advance(50);
    expect(sequencesOf(client)).toEqual([3, 4]);
  }),
  wireCase(
    'WIRE-SUB-20',
    'two connections of one user, and two jobs of one connection, do not disturb each other',
    async (bed) => {
      await bed.create();
      await bed.create({ jobId: 'job-2' });
      const one = await bed.connect();
      const other = await bed.connect();
      await one.ok('job:subscribe', { jobId: 'job-1' });
      await one.ok('job:subscribe', { jobId: 'job-2' });
      await other.ok('job:subscribe', { jobId: 'job-2' });
      await bed.append('job-1', chunk('one'));
      await bed.append('job-2', chunk('two'));
      await bed.until(() => one.events().length === 2 && other.events().length === 1, 'the events');
      other.socket.disconnect();
      await bed.append('job-2', { type: 'job:completed' });
      await bed.until(() => one.of('job:completed').length === 1, 'the end');
      expect(other.events()).toHaveLength(1);
    },
  ),
  wireCase('WIRE-SUB-20', 'a job that failed retryably keeps its subscribers for what follows', async (bed) => {
    await bed.create();
    const client = await bed.connect();
    const job = snapshotOf(await client.ok('job:subscribe', { jobId: 'job-1' }));
    await bed.append('job-1', failure(true));
    const taken = await bed.harness.workers.takeover({ caller: worker, jobId: 'job-1', body: {} });
    expect(taken.status).toBe(200);
    await bed.append('job-1', { type: 'job:resumed' }, { type: 'job:completed' });
    await bed.until(() => client.of('job:completed').length === 1, 'the end', 8_000);
    expect(client.of('job:reset')).toEqual([]);
    expect(fold(job, client)).toEqual(await bed.read('job-1'));
  }),
];
