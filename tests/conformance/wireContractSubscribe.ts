import { expect } from 'vitest';
import {
  chunk,
  chunks,
  failure,
  fold,
  progress,
  range,
  sequencesOf,
  snapshotOf,
  wireCase,
  worker,
  type WireCase,
} from './wireContractBed.ts';

export const subscribeCases: readonly WireCase[] = [
  wireCase('WIRE-UNS-01', 'after job:unsubscribe no event of the job comes', async (bed) => {
    await bed.create();
    const client = await bed.connect();
    await client.ok('job:subscribe', { jobId: 'job-1' });
    expect(await client.ok('job:unsubscribe', { jobId: 'job-1' })).toEqual({ ok: true });
    await bed.append('job-1', chunk('unheard'), { type: 'job:completed' });
    await bed.harness.advance(100);
    expect(client.events()).toEqual([]);
  }),
  wireCase('WIRE-UNS-01', 'the other subscriptions of the connection go on', async (bed) => {
    await bed.create();
    await bed.create({ jobId: 'job-2' });
    const client = await bed.connect();
    await client.ok('job:subscribe', { jobId: 'job-1' });
    await client.ok('job:subscribe', { jobId: 'job-2' });
    await client.ok('job:unsubscribe', { jobId: 'job-1' });
    await bed.append('job-2', { type: 'job:started' });
    await bed.until(() => client.events('job-2').length === 1, 'the event');
  }),
  wireCase('WIRE-UNS-02', 'unsubscribing from what was never subscribed is ok, also twice', async (bed) => {
    const client = await bed.connect();
    expect(await client.ok('job:unsubscribe', { jobId: 'no-such-job' })).toEqual({ ok: true });
    expect(await client.ok('job:unsubscribe', { jobId: 'no-such-job' })).toEqual({ ok: true });
  }),
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
