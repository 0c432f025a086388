import { expect } from 'vitest';
import { openStream } from './wireCalls.ts';
import {
  can,
  chunk,
  errorOf,
  failure,
  progress,
  user,
  wireCase,
  wireCaseWith,
  type WireCase,
} from './wireContractBed.ts';

export const streamCases: readonly WireCase[] = [
  wireCase(
    'WIRE-READ-02',
    'a stream begins with the first event; name and position of each are its own',
    async (bed) => {
      const { epoch } = await bed.create();
      await bed.append('job-1', { type: 'job:started' });
      const { messages } = await openStream(bed);
      await bed.until(() => messages.length === 2, 'the events');
      expect(messages.map(({ event, id }) => [event, id])).toEqual([
        ['job:created', `${epoch}:1`],
        ['job:started', `${epoch}:2`],
      ]);
      await bed.append('job-1', progress(5));
      await bed.until(() => messages.length === 3, 'the live event');
      expect(messages[2]).toMatchObject({
        event: 'job:progress',
        id: `${epoch}:3`,
        data: { progress: 5, sequence: 3 },
      });
    },
  ),
  wireCase('WIRE-READ-02', 'the stream of another owner’s job is not_found', async (bed) => {
    await bed.create({ ownerId: 'bob' });
    expect(errorOf((await openStream(bed)).answer)).toMatchObject({ status: 404, code: 'not_found' });
  }),
  wireCase('WIRE-READ-03', 'after a position only what follows comes; what is no position is invalid', async (bed) => {
    const { epoch } = await bed.create();
    await bed.append('job-1', progress(1), progress(2));
    const { messages } = await openStream(bed, { after: `${epoch}:2` });
    await bed.until(() => messages.length === 1, 'the event');
    expect(messages[0]?.id).toBe(`${epoch}:3`);
    expect(errorOf((await openStream(bed, { after: 'yesterday' })).answer)).toMatchObject({
      status: 400,
      code: 'invalid_payload',
    });
  }),
  wireCase('WIRE-READ-04', 'Last-Event-ID wins over after', async (bed) => {
    const { epoch } = await bed.create();
    await bed.append('job-1', progress(1), progress(2));
    const { messages } = await openStream(bed, { after: `${epoch}:1`, lastEventId: `${epoch}:2` });
    await bed.until(() => messages.length > 0, 'the event');
    expect(messages.map(({ id }) => id)).toEqual([`${epoch}:3`]);
  }),
  wireCase('WIRE-READ-05', 'where the position cannot be honoured a snapshot comes as job:reset', async (bed) => {
    const { epoch } = await bed.create();
    await bed.append('job-1', chunk('all'));
    const { messages } = await openStream(bed, { after: 'unknown:7' });
    await bed.until(() => messages.length > 0, 'the reset');
    expect(messages[0]).toMatchObject({
      event: 'job:reset',
      id: `${epoch}:2`,
      data: { position: { epoch, sequence: 2 } },
    });
  }),
  wireCase('WIRE-READ-06', 'a stream ends after a final event, and asked again then it is 204', async (bed) => {
    const { epoch } = await bed.create();
    const first = await openStream(bed);
    await bed.append('job-1', chunk('all'), { type: 'job:completed' });
    await bed.until(() => first.ends() > 0, 'the end');
    expect(first.ends()).toBe(1);
    expect(first.messages.at(-1)?.event).toBe('job:completed');
    const again = await openStream(bed, { lastEventId: `${epoch}:3` });
    expect(again.answer).toEqual({ status: 204 });
    expect(again.messages).toEqual([]);
  }),
  wireCase('WIRE-READ-06', 'a retryable failure does not end a stream', async (bed) => {
    await bed.create();
    const { messages, ends } = await openStream(bed);
    await bed.append('job-1', failure(true));
    await bed.until(() => messages.some(({ event }) => event === 'job:failed'), 'the failure');
    expect(ends()).toBe(0);
  }),
  wireCase('WIRE-READ-06', 'a snapshot of a job that has ended is the last word of a stream', async (bed) => {
    const { epoch } = await bed.create();
    await bed.append('job-1', chunk('all'), { type: 'job:completed' });
    const { messages, ends } = await openStream(bed, { after: 'unknown:7' });
    await bed.until(() => ends() > 0, 'the end');
    await bed.harness.advance(100);
    expect(ends()).toBe(1);
    expect(messages).toMatchObject([{ event: 'job:reset', id: `${epoch}:3`, data: { job: { status: 'completed' } } }]);
  }),
  wireCase('WIRE-READ-10', 'a stream ends with the token that opened it, others go on', async (bed) => {
    const { epoch } = await bed.create();
    const expiresAt = bed.harness.now() + 20_000;
    const short = await openStream(bed, {}, { expiresAt });
    const long = await openStream(bed, {}, { expiresAt: expiresAt + 20_000 });
    const endless = await openStream(bed);
    await bed.harness.advance(19_000);
    await bed.append('job-1', progress(1));
    await bed.until(() => short.messages.length === 2, 'the event before the end', 500);
    expect(short.ends()).toBe(0);
    await bed.harness.advance(expiresAt - bed.harness.now());
    await bed.append('job-1', progress(2));
    await bed.until(() => endless.messages.length === 3 && long.messages.length === 3, 'the event after the end');
    expect([short, long, endless].map(({ ends }) => ends())).toEqual([1, 0, 0]);
    expect(short.messages).toHaveLength(2);
    const again = await openStream(bed, { lastEventId: `${epoch}:2` }, { expiresAt });
    expect(errorOf(again.answer)).toMatchObject({ status: 401, code: 'unauthorized' });
    expect(errorOf(again.answer).message).toContain('expired');
  }),
  wireCase('WIRE-READ-10', 'a stream that has ended by itself does not end once more with its token', async (bed) => {
    await bed.create();
    const expiresAt = bed.harness.now() + 10_000;
    const { messages, ends } = await openStream(bed, {}, { expiresAt });
    await bed.append('job-1', { type: 'job:completed' });
    await bed.until(() => ends() === 1, 'the end');
    await bed.harness.advance(11_000);
    expect(ends()).toBe(1);
    expect(messages.map(({ event }) => event)).toEqual(['job:created', 'job:completed']);
  }),
  wireCase('WIRE-READ-10', 'no call is carried out for a token that has ended', async (bed) => {
    await bed.create();
    const caller = user('ann', bed.harness.now() - 1);
    const { workers } = bed.harness;
    for (const answer of [
      await workers.get({ caller, jobId: 'job-1' }),
      await workers.list({ caller }),
      await workers.cancel({ caller, jobId: 'job-1', body: {} }),
      await workers.resume({ caller, jobId: 'job-1' }),
    ]) {
      expect(errorOf(answer)).toMatchObject({ status: 401, code: 'unauthorized' });
    }
    expect(await bed.read('job-1')).toMatchObject({ cancelRequested: false });
  }),
  wireCaseWith(
    ['drain'],
    'WIRE-READ-09',
    'streams end when the server is about to stop, and none begins',
    async (bed) => {
      await bed.create();
      await bed.create({ jobId: 'job-2' });
      const streams = [await openStream(bed), await openStream(bed), await openStream(bed, {}, { jobId: 'job-2' })];
      for (const { messages } of streams) await bed.until(() => messages.length === 1, 'the first event');
      await can(bed, 'drain')(1_000);
      await bed.until(() => streams.every(({ ends }) => ends() > 0), 'all ends');
      const { answer } = await openStream(bed);
      expect(errorOf(answer)).toMatchObject({ status: 503, code: 'unavailable' });
      for (const { ends } of streams) expect(ends()).toBe(1);
    },
  ),
];
