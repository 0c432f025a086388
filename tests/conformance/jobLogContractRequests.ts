import { expect } from 'vitest';
import {
  append,
  besidesChecks,
  create,
  fatal,
  listen,
  listenAsWorker,
  logCase,
  notices,
  retryable,
  snapshot,
  snapshotRead,
  type LogCase,
} from './jobLogBed.ts';

export const requestCases: readonly LogCase[] = [
  logCase('LOG-CANCEL-01', 'requested, then already_requested, then already_finished', async ({ log }) => {
    await create(log);
    expect(await log.requestCancel({ jobId: 'job-1' })).toEqual({ kind: 'requested' });
    expect(await log.requestCancel({ jobId: 'job-1' })).toEqual({ kind: 'already_requested' });
    await append(log, { type: 'job:cancelled' });
    expect(await log.requestCancel({ jobId: 'job-1' })).toEqual({ kind: 'already_finished' });
  }),

  logCase('LOG-CANCEL-02', 'another owner finds no such job, and nothing happens', async ({ log }) => {
    await create(log);
    expect(await log.requestCancel({ jobId: 'job-1', ownerId: 'bob' })).toEqual({ kind: 'missing' });
    expect(await log.requestCancel({ jobId: 'job-2', ownerId: 'ann' })).toEqual({ kind: 'missing' });
    expect(await snapshot(log)).toMatchObject({ cancelRequested: false });
  }),

  logCase('LOG-CANCEL-03', 'subscribers and workers are told once, and the snapshot shows it', async (harness) => {
    const { log } = harness;
    await create(log, { kind: 'essay' });
    const messages = await listen(harness);
    const control: unknown[] = [];
    await log.subscribeControl((message) => control.push(message)).ready;
    await log.requestCancel({ jobId: 'job-1', ownerId: 'ann', reason: 'enough' });
    await log.requestCancel({ jobId: 'job-1', ownerId: 'ann' });
    await harness.settle();
    expect(notices(messages)).toEqual([{ jobId: 'job-1', kind: 'cancel_requested' }]);
    expect(control).toEqual([{ kind: 'cancel', jobId: 'job-1', jobKind: 'essay', reason: 'enough' }]);
    expect(await snapshotRead(log)).toMatchObject({
      head: { cancelRequested: true },
      snapshot: { cancelRequested: true },
    });
  }),

  logCase('LOG-RESUME-01', 'only a paused or retryably failed job can be resumed', async ({ log }) => {
    await create(log);
    expect(await log.requestResume({ jobId: 'job-1' })).toEqual({ kind: 'not_resumable' });
    await append(log, { type: 'job:paused' });
    expect(await log.requestResume({ jobId: 'job-1' })).toEqual({ kind: 'requested' });
    await append(log, { type: 'job:resumed' }, retryable);
    expect(await log.requestResume({ jobId: 'job-1' })).toEqual({ kind: 'requested' });
    await append(log, { type: 'job:resumed' }, fatal);
    expect(await log.requestResume({ jobId: 'job-1' })).toEqual({ kind: 'not_resumable' });
  }),

  logCase('LOG-RESUME-02', 'asked twice, told once', async (harness) => {
    const { log } = harness;
    await create(log);
    await append(log, { type: 'job:paused' });
    const messages = await listen(harness);
    const control: unknown[] = [];
    await log.subscribeControl((message) => control.push(message)).ready;
    await log.requestResume({ jobId: 'job-1', ownerId: 'ann' });
    await log.requestResume({ jobId: 'job-1', ownerId: 'ann' });
    await harness.settle();
    expect(notices(messages)).toEqual([{ jobId: 'job-1', kind: 'resume_requested' }]);
    expect(control).toEqual([{ kind: 'resume', jobId: 'job-1' }]);
  }),

  logCase('LOG-RESUME-03', 'job:resumed answers the request', async ({ log }) => {
    await create(log);
    await append(log, { type: 'job:paused' });
    await log.requestResume({ jobId: 'job-1' });
    expect(await snapshot(log)).toMatchObject({ resumeRequested: true });
    await append(log, { type: 'job:resumed' });
    expect(await snapshot(log)).toMatchObject({ resumeRequested: false, resumable: false });
    expect(await log.pendingControl()).toEqual([]);
  }),

  logCase('LOG-RESUME-04', 'another owner finds no such job', async ({ log }) => {
    await create(log);
    await append(log, { type: 'job:paused' });
    expect(await log.requestResume({ jobId: 'job-1', ownerId: 'bob' })).toEqual({ kind: 'missing' });
    expect(await snapshot(log)).toMatchObject({ resumeRequested: false });
  }),

  logCase('LOG-CONTROL-01', 'what no worker has answered is pending', async ({ log }) => {
    for (const jobId of ['job-1', 'job-2', 'job-3']) await create(log, { jobId });
    await log.requestCancel({ jobId: 'job-2', reason: 'enough' });
    await log.append({ jobId: 'job-3', events: [{ type: 'job:paused' }] });
    await log.requestResume({ jobId: 'job-3' });
    const pending = [...(await log.pendingControl())].sort((one, other) => (one.jobId < other.jobId ? -1 : 1));
    expect(pending).toEqual([
      { kind: 'cancel', jobId: 'job-2', reason: 'enough' },
      { kind: 'resume', jobId: 'job-3' },
    ]);
    await log.append({ jobId: 'job-2', events: [{ type: 'job:cancelled' }] });
    expect((await log.pendingControl()).map(({ kind }) => kind)).toEqual(['resume']);
  }),
  logCase('LOG-CANCEL-04', 'of a retryable failure: already_finished, and nobody is told', async (harness) => {
    const { log } = harness;
    await create(log);
    await append(log, retryable);
    const readers = await listen(harness);
    const workers = await listenAsWorker(harness);
    expect(await log.requestCancel({ jobId: 'job-1', ownerId: 'ann' })).toEqual({ kind: 'already_finished' });
    await harness.settle();
    expect(besidesChecks(readers)).toEqual([]);
    expect(besidesChecks(workers)).toEqual([]);
    expect(await log.pendingControl()).toEqual([]);
    expect(await snapshot(log)).toMatchObject({ status: 'failed', resumable: true, cancelRequested: false });
  }),
];
