import { EVENTS, type JobSummary } from '@regen/realtime-shared';
import { expect, test } from 'vitest';
import { createBed, type ClientBed } from './testing/clientBed.ts';
import { JOB, START, completed, failed, logOf, resumed, snapshotOf, textOf } from './testing/fixtures.ts';
import { settled } from './testing/scriptedServer.ts';

function summaryOf(jobId: string, change: Partial<JobSummary> = {}): JobSummary {
  return { jobId, title: jobId, status: 'running', progress: null, createdAt: START + 1, ...change };
}

/** Connected and watching, with these jobs listed. */
async function createWatchingBed(jobs: readonly JobSummary[]): Promise<ClientBed> {
  const bed = createBed();
  bed.client.watchJobs();
  await bed.connect();
  bed.server.attempt().last(EVENTS.JOBS_WATCH).answer({ jobs, serverTime: bed.clock.now() });
  await settled();
  await bed.advance(20);
  return bed;
}

test('an id that no job can have is an error at once, also without a connection, and is never sent', async () => {
  const bed = createBed();
  const told: string[] = [];
  for (let round = 0; round < 2; round += 1) {
    bed.client.subscribeToJob('a b', undefined, undefined, (error) => told.push(error.code));
  }
  await bed.advance(20);
  expect(bed.entry('a b')?.sync).toEqual({ kind: 'refused', code: 'invalid_payload' });
  await bed.connect();
  await bed.advance(120_000);
  expect(told).toEqual(['invalid_payload', 'invalid_payload']);
  expect(bed.errors).toEqual(['invalid_payload']);
  expect(bed.server.attempt().names()).not.toContain(EVENTS.JOB_SUBSCRIBE);
});

test.each([[{}], [undefined], [null], [7], [Symbol('job')]])(
  'an id that is no text is told like any other that no job can have: %s',
  async (given) => {
    const jobId = given as unknown as string;
    const bed = createBed();
    const told: string[] = [];
    const releases = [
      bed.client.retainJob(jobId),
      bed.client.subscribeToJob(jobId, undefined, undefined, (error) => told.push(error.code)),
    ];
    await bed.connect();
    await bed.advance(20);
    expect(told).toEqual(['invalid_payload']);
    expect(bed.errors).toEqual(['invalid_payload']);
    expect(bed.client.store.getState().jobs.get(jobId)?.sync).toEqual({ kind: 'refused', code: 'invalid_payload' });
    for (const release of releases) release();
    await bed.advance(1_020);
    expect(bed.server.attempt().names()).toEqual([]);
  },
);

test('a command to an id that no job can have says so first, also without a connection', async () => {
  const bed = createBed();
  const invalid = { code: 'invalid_payload', retryable: false };
  await expect(bed.client.cancelJob('a b')).rejects.toMatchObject(invalid);
  await expect(bed.client.resumeJob(undefined as unknown as string)).rejects.toMatchObject(invalid);
  await bed.connect();
  await expect(bed.client.cancelJob('a b')).rejects.toMatchObject(invalid);
  await bed.advance(20);
  expect(bed.server.attempt().names()).toEqual([]);
  expect(bed.client.store.getState().jobs.size).toBe(0);
});

test('a cancel of a job that is known by its summary alone is shown until the job ends', async () => {
  const jobs = Array.from({ length: 101 }, (_, index) =>
    summaryOf(`job-${String(index)}`, { createdAt: START - index }),
  );
  const bed = await createWatchingBed(jobs);
  expect(bed.entry('job-100')).toMatchObject({ job: null, cancel: 'none' });
  const answer = bed.client.cancelJob('job-100');
  bed.server.attempt().last(EVENTS.JOB_CANCEL).answer({ state: 'requested' });
  await answer;
  await bed.advance(20);
  expect(bed.entry('job-100')).toMatchObject({ job: null, cancel: 'requested' });
  const error = { code: 'boom', message: 'It broke.', retryable: true };
  const last = summaryOf('job-100', { createdAt: START - 100 });
  bed.server.attempt().emit(EVENTS.JOBS_CHANGED, { job: { ...last, status: 'failed', error, finishedAt: START } });
  await bed.advance(20);
  bed.server.attempt().emit(EVENTS.JOBS_CHANGED, { job: last });
  await bed.advance(20);
  expect(bed.entry('job-100')).toMatchObject({ job: null, cancel: 'none', summary: { status: 'running' } });
});

test('a cancel that came too late for a failure is not said of the completion after the retry', async () => {
  const bed = await createWatchingBed([summaryOf(JOB)]);
  await bed.answerSubscribe({ outcome: 'snapshot', job: snapshotOf(logOf(5)) });
  bed.emit(failed(6, true));
  const answer = bed.client.cancelJob(JOB);
  bed.server.attempt().last(EVENTS.JOB_CANCEL).answer({ state: 'already_finished' });
  await answer;
  bed.emit(resumed(7), completed(8));
  expect(bed.entry()).toMatchObject({ cancel: 'none', job: { status: 'completed', cancelRequested: false } });
});

test('a note that a record was replaced ends with the run that it was said of', async () => {
  const bed = await createWatchingBed([summaryOf(JOB)]);
  await bed.answerSubscribe({ outcome: 'snapshot', job: snapshotOf(logOf(5)) });
  const job = snapshotOf([...logOf(3, { epoch: 'e2' }), completed(4, { epoch: 'e2' })]);
  bed.server.attempt().emit(EVENTS.JOB_RESET, { job, position: { epoch: 'e2', sequence: 4 } });
  await bed.advance(2_000);
  expect(bed.entry()?.replaced).toBe(true);
  bed.server.attempt().emit(EVENTS.JOBS_CHANGED, { job: summaryOf(JOB, { createdAt: START + 60_000 }) });
  await bed.advance(20);
  const again = snapshotOf(logOf(4, { epoch: 'e3', timestamp: START + 60_000 }));
  await bed.answerSubscribe({ outcome: 'reset', job: again, epoch: 'e3' });
  await bed.advance(20);
  expect(bed.entry()).toMatchObject({ replaced: false, outcome: 'reset', job: { status: 'running' } });
  expect(bed.text()).toBe(textOf(4));
  expect(bed.errors).toEqual(['history_replaced']);
});
