import { expect } from 'vitest';
import { takeOver } from './wireCalls.ts';
import { can, failure, user, wireCase, wireCaseWith, worker, type WireCase } from './wireContractBed.ts';

export const controlCases: readonly WireCase[] = [
  wireCase('WIRE-CTL-01', 'cancel and resume come as they are asked for, also over HTTP', async (bed) => {
    await bed.create();
    const heard: unknown[] = [];
    const { workers } = bed.harness;
    await workers.controlStream({ caller: worker, send: (message) => heard.push(message) });
    await workers.cancel({ caller: user('ann'), jobId: 'job-1', body: { reason: 'stop' } });
    await bed.append('job-1', { type: 'job:paused' });
    await workers.resume({ caller: user('ann'), jobId: 'job-1' });
    await bed.until(() => heard.length === 2, 'both');
    expect(heard).toEqual([
      { event: 'cancel', data: { jobId: 'job-1', reason: 'stop' } },
      { event: 'resume', data: { jobId: 'job-1' } },
    ]);
  }),
  wireCase('WIRE-CTL-02', 'what is pending comes first, what was answered does not come', async (bed) => {
    const { workers } = bed.harness;
    for (const jobId of ['job-1', 'job-2', 'job-3']) await bed.create({ jobId });
    await workers.cancel({ caller: worker, jobId: 'job-1', body: {} });
    await workers.cancel({ caller: worker, jobId: 'job-2', body: {} });
    await bed.append('job-2', { type: 'job:cancelled' });
    await bed.append('job-3', failure(true));
    await workers.resume({ caller: worker, jobId: 'job-3' });
    const heard: { event: string; data: { jobId: string } }[] = [];
    await workers.controlStream({ caller: worker, send: (message) => heard.push(message) });
    await bed.until(() => heard.length === 2, 'what is pending');
    expect(heard.map(({ event, data }) => `${event} ${data.jobId}`).toSorted()).toEqual([
      'cancel job-1',
      'resume job-3',
    ]);
  }),
  wireCase('WIRE-CTL-03', 'a worker of one kind hears of jobs of that kind alone', async (bed) => {
    await bed.create({ kind: 'image' });
    await bed.create({ jobId: 'job-2', kind: 'text' });
    const heard: { data: { jobId: string } }[] = [];
    const { workers } = bed.harness;
    await workers.cancel({ caller: worker, jobId: 'job-1', body: {} });
    await workers.controlStream({ caller: worker, kind: 'text', send: (message) => heard.push(message) });
    await workers.cancel({ caller: worker, jobId: 'job-2', body: {} });
    await bed.until(() => heard.length > 0, 'the request');
    expect(heard.map(({ data }) => data.jobId)).toEqual(['job-2']);
  }),
  wireCase('WIRE-CTL-03', 'a stream that is closed hears nothing more', async (bed) => {
    await bed.create();
    const heard: unknown[] = [];
    const open = await bed.harness.workers.controlStream({ caller: worker, send: (message) => heard.push(message) });
    if ('error' in open) throw new Error(open.error.message);
    open.close();
    await bed.harness.workers.cancel({ caller: worker, jobId: 'job-1', body: {} });
    await bed.harness.advance(50);
    expect(heard).toEqual([]);
  }),
  wireCase('WIRE-CTL-04', 'a resume goes to all workers, and the first takeover wins', async (bed) => {
    await bed.create();
    await bed.append('job-1', failure(true));
    const heard: unknown[] = [];
    const { workers } = bed.harness;
    await workers.controlStream({ caller: worker, send: (message) => heard.push(message) });
    await workers.controlStream({ caller: worker, send: (message) => heard.push(message) });
    await workers.resume({ caller: user('ann'), jobId: 'job-1' });
    await bed.until(() => heard.length === 2, 'both');
    const answers = await Promise.all([takeOver(bed), takeOver(bed)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  }),
  ...(['calls', 'answers'] as const).map((held) =>
    wireCaseWith(
      ['holdReads'],
      'WIRE-CTL-05',
      held === 'calls'
        ? 'a request that comes before the pending ones are read comes once'
        : 'a request that comes after the pending ones were read comes behind them, once',
      async (bed) => {
        const { workers } = bed.harness;
        for (const jobId of ['job-1', 'job-2']) await bed.create({ jobId });
        await workers.cancel({ caller: worker, jobId: 'job-1', body: {} });
        const heard: string[] = [];
        const reads = await can(bed, 'holdReads')(held);
        const opening = workers.controlStream({ caller: worker, send: ({ data }) => heard.push(data.jobId) });
        await reads.made;
        await workers.cancel({ caller: worker, jobId: 'job-2', body: {} });
        await bed.harness.settle();
        expect(heard).toEqual([]);
        reads.release();
        expect(await opening).toMatchObject({ status: 200 });
        await bed.until(() => heard.length === 2, 'both requests');
        await bed.harness.advance(20);
        if (held === 'answers') expect(heard).toEqual(['job-1', 'job-2']);
        else expect(heard.toSorted()).toEqual(['job-1', 'job-2']);
      },
    ),
  ),
  wireCaseWith(
    ['degrade'],
    'WIRE-CTL-06',
    'after the store was out of reach what is pending comes again',
    async (bed) => {
      const { workers } = bed.harness;
      await bed.create();
      await bed.create({ jobId: 'job-2' });
      await bed.append('job-2', { type: 'job:paused' });
      const heard: string[] = [];
      await workers.controlStream({ caller: worker, send: ({ event, data }) => heard.push(`${event} ${data.jobId}`) });
      await workers.cancel({ caller: worker, jobId: 'job-1', body: {} });
      await workers.resume({ caller: worker, jobId: 'job-2' });
      await bed.until(() => heard.length === 2, 'both requests');
      await can(bed, 'degrade')(true);
      await can(bed, 'degrade')(false);
      await bed.until(() => new Set(heard.slice(2)).size === 2, 'both again', 8_000);
      expect([...new Set(heard.slice(2))].toSorted()).toEqual(['cancel job-1', 'resume job-2']);
    },
  ),
];
