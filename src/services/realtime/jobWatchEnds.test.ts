import { EVENTS } from '@regen/realtime-shared';
import { expect, test } from 'vitest';
import { WATCHED_JOBS } from './jobWatch.ts';
import { START, completed, failed, logOf, resumed, snapshotOf } from './testing/fixtures.ts';
import { settled } from './testing/scriptedServer.ts';
import { createWatchBed, summary } from './testing/watchBed.ts';

const FIRST_RUN = { jobId: 'a', timestamp: START };
const SECOND_RUN = { jobId: 'a', epoch: 'e2', timestamp: START + 60_000 };

test('of many jobs the older ones give their places to newer ones, and get them back when those end', async () => {
  const bed = createWatchBed();
  bed.watch.retain();
  const jobs = Array.from({ length: 100 }, (_, index) => summary(`job-${String(index)}`, 'running', 1_000 + index));
  await bed.answerWatch(jobs);
  const newer = Array.from({ length: 60 }, (_, index) => summary(`new-${String(index)}`, 'running', 60 - index));
  for (const job of newer) bed.watch.changed(job);
  bed.clock.advance(1_500);
  expect(bed.subscriptions.count()).toBe(WATCHED_JOBS);
  expect(bed.named(EVENTS.JOB_UNSUBSCRIBE)).toHaveLength(60);
  expect(bed.watch.summaries().size).toBe(160);
  for (const { jobId, createdAt } of newer) {
    const place = { jobId, timestamp: createdAt };
    await bed.answerSubscribe(jobId, 'snapshot', snapshotOf([...logOf(2, place), completed(3, place)]));
    bed.watch.changed({ ...summary(jobId, 'completed'), createdAt });
  }
  expect(bed.subscriptions.count()).toBe(WATCHED_JOBS);
  expect(bed.subscribed().slice(160).toSorted()).toEqual(
    jobs
      .slice(40)
      .map((job) => job.jobId)
      .toSorted(),
  );
});

test('a job that lost its place and ended is asked for all the same', async () => {
  const bed = createWatchBed();
  bed.watch.retain();
  const jobs = Array.from({ length: 100 }, (_, index) => summary(`job-${String(index)}`, 'running', 1_000 + index));
  await bed.answerWatch(jobs);
  const shown = { jobId: 'job-99', timestamp: START - 1_099 };
  await bed.answerSubscribe('job-99', 'snapshot', snapshotOf(logOf(3, shown)));
  bed.watch.changed(summary('newer'));
  bed.clock.advance(1_500);
  const before = bed.subscribed().length;
  bed.watch.changed(summary('job-99', 'completed', 1_099));
  expect(bed.subscribed().slice(before)).toEqual(['job-99']);
});

test('a job that lost its place and was paused is asked for: else it would be shown as running', async () => {
  const bed = createWatchBed();
  bed.watch.retain();
  const jobs = Array.from({ length: 100 }, (_, index) => summary(`job-${String(index)}`, 'running', 1_000 + index));
  await bed.answerWatch(jobs);
  const shown = { jobId: 'job-99', timestamp: START - 1_099 };
  await bed.answerSubscribe('job-99', 'snapshot', snapshotOf(logOf(3, shown)));
  bed.watch.changed(summary('newer'));
  bed.clock.advance(1_500);
  const before = bed.subscribed().length;
  bed.watch.changed(summary('job-99', 'paused', 1_099));
  expect(bed.subscribed().slice(before)).toEqual(['job-99']);
});

test('a job that the server does not have takes no place from one that runs', async () => {
  const bed = createWatchBed();
  bed.watch.retain();
  bed.watch.include(['gone']);
  bed.named(EVENTS.JOB_SUBSCRIBE)[0]?.reject('not_found');
  await settled();
  const jobs = Array.from({ length: 100 }, (_, index) => summary(`job-${String(index)}`, 'running', index));
  await bed.answerWatch(jobs);
  expect(bed.subscribed()).toContain('job-99');
  bed.clock.advance(1_500);
  expect(bed.subscriptions.count()).toBe(WATCHED_JOBS);
});

test('a job of an earlier page is let go once it has ended', async () => {
  const bed = createWatchBed();
  bed.watch.retain();
  bed.watch.include(['a']);
  await bed.answerSubscribe('a', 'snapshot', snapshotOf([...logOf(2, FIRST_RUN), completed(3, FIRST_RUN)]));
  bed.clock.advance(1_500);
  expect(bed.subscriptions.isKept('a')).toBe(false);
});

test('a job that ended while its subscribe was refused is let go, and one that a part gave back is not asked for', async () => {
  const bed = createWatchBed();
  bed.watch.retain();
  const release = bed.subscriptions.retain('left');
  await bed.answerWatch([summary('refused')]);
  release();
  bed.clock.advance(1_000);
  bed.named(EVENTS.JOB_SUBSCRIBE).at(-1)?.reject('unavailable');
  await settled();
  bed.watch.changed(summary('refused', 'completed'));
  bed.watch.changed(summary('left', 'completed'));
  bed.clock.advance(1_500);
  expect(bed.subscriptions.count()).toBe(0);
  expect(bed.subscribed().filter((jobId) => jobId === 'left')).toHaveLength(1);
});

test('a job whose end is still to come is not forgotten for twenty newer ends', async () => {
  const bed = createWatchBed();
  bed.watch.retain();
  await bed.answerWatch([summary('a')]);
  await bed.answerSubscribe('a', 'snapshot', snapshotOf(logOf(2, FIRST_RUN)));
  bed.watch.changed(summary('a', 'completed'));
  for (let index = 1; index <= 25; index += 1) bed.watch.changed(summary(`job-${String(index)}`, 'completed', -index));
  expect(bed.watch.summaries().has('a')).toBe(true);
});

test('a failure that can be tried again and is listed as one for good is followed to its end', async () => {
  const bed = createWatchBed();
  bed.watch.retain();
  await bed.answerWatch([summary('a')]);
  const log = [...logOf(2, FIRST_RUN), failed(3, true, FIRST_RUN)];
  await bed.answerSubscribe('a', 'snapshot', snapshotOf(log));
  bed.watch.changed(summary('a', 'failed'));
  bed.clock.advance(1_500);
  expect(bed.subscriptions.count()).toBe(1);
});

test('a job that its summary calls over is let go once its own last event is here', async () => {
  const bed = createWatchBed();
  bed.watch.retain();
  await bed.answerWatch([summary('a')]);
  const log = logOf(2, { jobId: 'a' });
  bed.named(EVENTS.JOB_SUBSCRIBE)[0]?.resolve({
    outcome: 'snapshot',
    position: { epoch: 'e1', sequence: 2 },
    job: snapshotOf(log),
    serverTime: START,
  });
  await settled();
  bed.watch.changed(summary('a', 'completed'));
  bed.clock.advance(1_500);
  expect(bed.subscriptions.get('a')?.phase.kind).toBe('synced');
  bed.subscriptions.receive(completed(3, { jobId: 'a' }));
  bed.clock.advance(1_500);
  expect(bed.subscriptions.get('a')?.job?.status).toBe('completed');
  expect(bed.subscriptions.count()).toBe(0);
});

/** Watching, with the first run of job `a` shown to its end and given back. */
async function createBedAfterFirstRun() {
  const bed = createWatchBed();
  bed.watch.retain();
  await bed.answerWatch([summary('a')]);
  await bed.answerSubscribe('a', 'snapshot', snapshotOf([...logOf(2, FIRST_RUN), completed(3, FIRST_RUN)]));
  bed.clock.advance(1_500);
  expect(bed.named(EVENTS.JOB_UNSUBSCRIBE)).toHaveLength(1);
  return bed;
}

test('a job that runs again under its id after its end is followed again', async () => {
  const bed = await createBedAfterFirstRun();
  bed.watch.changed(summary('a', 'running', 0));
  expect(bed.subscribed()).toEqual(['a']);
  bed.watch.changed(summary('a', 'running', -60_000));
  expect(bed.subscribed()).toEqual(['a', 'a']);
  await bed.answerSubscribe('a', 'reset', snapshotOf(logOf(2, SECOND_RUN)));
  expect(bed.subscriptions.get('a')?.job).toMatchObject({ status: 'running', epoch: 'e2' });
  bed.subscriptions.receive(completed(3, SECOND_RUN));
  expect(bed.named(EVENTS.JOB_UNSUBSCRIBE)).toHaveLength(2);
});

test('a second run that ended while nobody looked is fetched, however long its answer takes', async () => {
  const bed = await createBedAfterFirstRun();
  bed.close();
  bed.reopen();
  await bed.answerWatch([summary('a', 'failed', -60_000)]);
  bed.clock.advance(3_000);
  await bed.answerSubscribe('a', 'reset', snapshotOf([...logOf(4, SECOND_RUN), failed(5, false, SECOND_RUN)]));
  expect(bed.subscriptions.get('a')).toMatchObject({ job: { status: 'failed', epoch: 'e2' }, replaced: false });
  bed.clock.advance(1_500);
  expect(bed.subscriptions.count()).toBe(0);
  expect(bed.named(EVENTS.JOB_UNSUBSCRIBE)).toHaveLength(2);
});

test('a third run that is listed while the second one is asked for is fetched as well', async () => {
  const bed = await createBedAfterFirstRun();
  bed.watch.changed(summary('a', 'completed', -60_000));
  bed.watch.changed(summary('a', 'completed', -120_000));
  expect(bed.subscribed()).toEqual(['a', 'a']);
  await bed.answerSubscribe('a', 'reset', snapshotOf([...logOf(2, SECOND_RUN), completed(3, SECOND_RUN)]));
  expect(bed.subscribed()).toEqual(['a', 'a', 'a']);
  const third = { jobId: 'a', epoch: 'e3', timestamp: START + 120_000 };
  await bed.answerSubscribe('a', 'reset', snapshotOf([...logOf(3, third), completed(4, third)]));
  expect(bed.subscriptions.get('a')).toMatchObject({ job: { epoch: 'e3' }, relisted: null });
  expect(bed.subscriptions.count()).toBe(0);
});

test('a job that ended before its first answer was here keeps its place until then', async () => {
  const bed = createWatchBed();
  bed.watch.retain();
  await bed.answerWatch([summary('a')]);
  bed.watch.changed(summary('a', 'completed'));
  bed.clock.advance(5_000);
  await bed.answerSubscribe('a', 'snapshot', snapshotOf([...logOf(2, FIRST_RUN), completed(3, FIRST_RUN)]));
  expect(bed.subscriptions.get('a')?.job?.status).toBe('completed');
  bed.clock.advance(1_500);
  expect(bed.subscriptions.count()).toBe(0);
});

test('a failed job that was tried again and ended while the connection was lost is followed to its end', async () => {
  const bed = createWatchBed();
  bed.watch.retain();
  await bed.answerWatch([summary('a')]);
  const log = [...logOf(2, FIRST_RUN), failed(3, true, FIRST_RUN)];
  await bed.answerSubscribe('a', 'snapshot', snapshotOf(log));
  bed.close();
  bed.reopen();
  await bed.answerWatch([summary('a', 'completed')]);
  bed.clock.advance(5_000);
  const rest = [resumed(4, FIRST_RUN), completed(5, FIRST_RUN)];
  await bed.answerSubscribe('a', 'replayed', snapshotOf([...log, ...rest]));
  for (const event of rest) bed.subscriptions.receive(event);
  expect(bed.subscriptions.get('a')?.job?.status).toBe('completed');
  bed.clock.advance(1_500);
  expect(bed.subscriptions.count()).toBe(0);
});

test('a job that is shown as running and is listed no more is asked for, until it is known what became of it', async () => {
  const bed = createWatchBed();
  bed.watch.retain();
  await bed.answerWatch([summary('a')]);
  const log = logOf(2, FIRST_RUN);
  await bed.answerSubscribe('a', 'snapshot', snapshotOf(log));
  bed.close();
  bed.reopen();
  await bed.answerWatch([]);
  bed.clock.advance(5_000);
  await bed.answerSubscribe('a', 'replayed', snapshotOf([...log, completed(3, FIRST_RUN)]));
  bed.subscriptions.receive(completed(3, FIRST_RUN));
  expect(bed.subscriptions.get('a')?.job?.status).toBe('completed');
  bed.clock.advance(1_500);
  expect(bed.subscriptions.count()).toBe(0);
});
