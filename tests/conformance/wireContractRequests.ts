import { expect } from 'vitest';
import { chunk, failure, wireCase, worker, type WireCase } from './wireContractBed.ts';

export const requestCases: readonly WireCase[] = [
  wireCase('WIRE-CAN-01', 'cancelling a running job is requested', async (bed) => {
    await bed.create();
    const client = await bed.connect();
    expect(await client.ok('job:cancel', { jobId: 'job-1' })).toEqual({ ok: true, state: 'requested' });
    expect((await bed.read('job-1')).status).toBe('queued');
  }),
  wireCase('WIRE-CAN-02', 'cancelling again is already_requested, from any connection', async (bed) => {
    await bed.create();
    await (await bed.connect()).ok('job:cancel', { jobId: 'job-1' });
    expect(await (await bed.connect()).ok('job:cancel', { jobId: 'job-1' })).toMatchObject({
      state: 'already_requested',
    });
  }),
  wireCase('WIRE-CAN-03', 'cancelling a finished job is already_finished', async (bed) => {
    await bed.create();
    await bed.append('job-1', { type: 'job:completed' });
    expect(await (await bed.connect()).ok('job:cancel', { jobId: 'job-1' })).toMatchObject({
      state: 'already_finished',
    });
  }),
  wireCase(
    'WIRE-CAN-04',
    'the worker hears of it on its control stream, with the reason, and in its next answer',
    async (bed) => {
      const { writer } = await bed.create();
      const heard: unknown[] = [];
      await bed.harness.workers.controlStream({ caller: worker, send: (message) => heard.push(message) });
      await (await bed.connect()).ok('job:cancel', { jobId: 'job-1', reason: 'too slow' });
      await bed.until(() => heard.length > 0, 'the control message');
      expect(heard).toEqual([{ event: 'cancel', data: { jobId: 'job-1', reason: 'too slow' } }]);
      expect(await bed.append('job-1', chunk('last words'))).toMatchObject({ cancelRequested: true });
      expect(await bed.harness.workers.heartbeat({ caller: worker, jobId: 'job-1', body: { writer } })).toMatchObject({
        body: { cancelRequested: true },
      });
    },
  ),
  wireCase('WIRE-RES-01', 'resuming a paused job is requested, and told to workers', async (bed) => {
    await bed.create();
    await bed.append('job-1', { type: 'job:paused' });
    const heard: unknown[] = [];
    await bed.harness.workers.controlStream({ caller: worker, send: (message) => heard.push(message) });
    expect(await (await bed.connect()).ok('job:resume', { jobId: 'job-1' })).toEqual({ ok: true, state: 'requested' });
    await bed.until(() => heard.length > 0, 'the control message');
    expect(heard).toEqual([{ event: 'resume', data: { jobId: 'job-1' } }]);
  }),
  wireCase('WIRE-RES-02', 'resuming a job that failed retryably is requested', async (bed) => {
    await bed.create();
    await bed.append('job-1', failure(true));
    expect(await (await bed.connect()).ok('job:resume', { jobId: 'job-1' })).toMatchObject({ state: 'requested' });
  }),
  wireCase('WIRE-RES-03', 'a job that runs, or has ended for good, is not_resumable', async (bed) => {
    const client = await bed.connect();
    await bed.create();
    expect(await client.ok('job:resume', { jobId: 'job-1' })).toMatchObject({ state: 'not_resumable' });
    await bed.append('job-1', failure(false));
    expect(await client.ok('job:resume', { jobId: 'job-1' })).toMatchObject({ state: 'not_resumable' });
  }),
];
