import { EVENTS } from '@regen/realtime-shared';
import { expect, test } from 'vitest';
import { WATCHED_JOBS } from './jobWatch.ts';
import { settled } from './testing/scriptedServer.ts';
import { createWatchBed, summary } from './testing/watchBed.ts';

test('while somebody looks the jobs are asked for once, and the active ones are subscribed', async () => {
  const bed = createWatchBed();
  bed.watch.retain();
  bed.watch.retain();
  await bed.answerWatch([summary('new', 'running'), summary('old', 'running', 500), summary('done', 'completed', 900)]);
  expect(bed.named(EVENTS.JOBS_WATCH)).toHaveLength(1);
  expect(bed.subscribed()).toEqual(['old', 'new']);
  expect([...bed.watch.summaries().keys()]).toEqual(['done', 'old', 'new']);
});

test('the newest hundred active jobs are subscribed, not more', async () => {
  const bed = createWatchBed();
  bed.watch.retain();
  await bed.answerWatch(Array.from({ length: 130 }, (_, index) => summary(`job-${String(index)}`, 'running', index)));
  expect(bed.subscribed()).toHaveLength(WATCHED_JOBS);
  expect(bed.subscribed()).toContain('job-0');
  expect(bed.subscribed()).not.toContain('job-100');
  expect(bed.watch.summaries().size).toBe(130);
});

test('after the last one looked away, jobs that begin and end do not pile up', async () => {
  const bed = createWatchBed();
  const release = bed.watch.retain();
  await bed.answerWatch([summary('a')]);
  release();
  bed.clock.advance(3_000);
  for (let index = 0; index < 300; index += 1) {
    bed.watch.changed(summary(`job-${String(index)}`, 'running', -index));
    bed.watch.changed(summary(`job-${String(index)}`, 'completed', -index));
  }
  expect(bed.watch.summaries().size).toBe(21);
  expect([...bed.subscriptions.all()]).toEqual([]);
});

test('a job that begins while watched is subscribed', async () => {
  const bed = createWatchBed();
  bed.watch.retain();
  await bed.answerWatch([]);
  bed.watch.changed(summary('new'));
  expect(bed.subscribed()).toEqual(['new']);
});

test('after a reconnect the jobs are asked for again, and one that is no longer listed is no longer running', async () => {
  const bed = createWatchBed();
  bed.watch.retain();
  await bed.answerWatch([summary('kept'), summary('vanished'), summary('done', 'completed')]);
  bed.close();
  bed.reopen();
  expect(bed.named(EVENTS.JOBS_WATCH)).toHaveLength(2);
  await bed.answerWatch([summary('kept')]);
  expect([...bed.watch.summaries().keys()]).toEqual(['kept', 'done']);
  expect(bed.changed).toContain('vanished');
});

test('an answer that does not come is asked for again, and no earlier than the server allows', async () => {
  const bed = createWatchBed();
  bed.watch.retain();
  bed.named(EVENTS.JOBS_WATCH)[0]?.reject('rate_limited', 5_000);
  await settled();
  bed.clock.advance(4_999);
  expect(bed.named(EVENTS.JOBS_WATCH)).toHaveLength(1);
  bed.clock.advance(1);
  expect(bed.named(EVENTS.JOBS_WATCH)).toHaveLength(2);
});

test('of finished jobs the twenty newest are kept, with their text', async () => {
  const bed = createWatchBed();
  bed.watch.retain();
  await bed.answerWatch(Array.from({ length: 25 }, (_, index) => summary(`job-${String(index)}`, 'completed', index)));
  expect(bed.watch.summaries().size).toBe(20);
  expect(bed.watch.summaries().has('job-19')).toBe(true);
  expect(bed.watch.summaries().has('job-20')).toBe(false);
});

test('an unmount that is followed by a mount keeps every subscription', async () => {
  const bed = createWatchBed();
  const release = bed.watch.retain();
  await bed.answerWatch([summary('a')]);
  release();
  release();
  bed.clock.advance(500);
  bed.watch.retain();
  bed.clock.advance(5_000);
  expect(bed.subscribed()).toEqual(['a']);
  expect(bed.named(EVENTS.JOB_UNSUBSCRIBE)).toEqual([]);
});

test('where nobody looks any more the jobs are let go', async () => {
  const bed = createWatchBed();
  const release = bed.watch.retain();
  await bed.answerWatch([summary('a')]);
  release();
  bed.clock.advance(3_000);
  expect(bed.named(EVENTS.JOB_UNSUBSCRIBE).map((command) => command.jobId)).toEqual(['a']);
  expect(bed.clock.pending()).toBe(0);
});

test('cleared, it knows no job and keeps none subscribed', async () => {
  const bed = createWatchBed();
  bed.watch.retain();
  await bed.answerWatch([summary('a')]);
  bed.watch.clear();
  bed.subscriptions.clear();
  bed.clock.advance(3_000);
  expect(bed.watch.summaries().size).toBe(0);
  expect(bed.subscriptions.count()).toBe(0);
});

test('stopped, both leave no timer and take no user', async () => {
  const bed = createWatchBed();
  const release = bed.watch.retain();
  await bed.answerWatch([summary('a')]);
  bed.named(EVENTS.JOB_SUBSCRIBE)[0]?.reject('unavailable');
  await settled();
  bed.close();
  bed.watch.stop();
  bed.subscriptions.stop();
  release();
  bed.watch.retain()();
  bed.subscriptions.retain('b')();
  expect(bed.clock.pending()).toBe(0);
});
