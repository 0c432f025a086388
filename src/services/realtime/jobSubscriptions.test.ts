import { EVENTS } from '@regen/realtime-shared';
import { expect, test } from 'vitest';
import { clientReducer } from './jobSubscription.ts';
import { START, cancelled, logOf, progress, snapshotOf } from './testing/fixtures.ts';
import { settled } from './testing/scriptedServer.ts';
import { createWatchBed } from './testing/watchBed.ts';

test('who leaves a job whose subscribe was never answered gives it back: it may have arrived', async () => {
  const bed = createWatchBed();
  const release = bed.subscriptions.retain('a');
  bed.named(EVENTS.JOB_SUBSCRIBE)[0]?.reject('timeout');
  await settled();
  release();
  bed.clock.advance(1_000);
  expect(bed.named(EVENTS.JOB_UNSUBSCRIBE).map((command) => command.jobId)).toEqual(['a']);
});

test('who leaves a job whose subscribe was refused has nothing to give back', async () => {
  const bed = createWatchBed();
  const release = bed.subscriptions.retain('a');
  bed.named(EVENTS.JOB_SUBSCRIBE)[0]?.reject('unavailable');
  await settled();
  release();
  bed.clock.advance(1_000);
  expect(bed.named(EVENTS.JOB_UNSUBSCRIBE)).toEqual([]);
});

test('many users of a job are one subscription, in one order with what is sent before it', async () => {
  const bed = createWatchBed();
  const releases = [bed.subscriptions.retain('a'), bed.subscriptions.retain('a'), bed.subscriptions.retain('a')];
  expect(bed.subscribed()).toEqual(['a']);
  for (const release of releases) release();
  bed.clock.advance(1_000);
  bed.subscriptions.retain('a');
  expect(bed.commands.map((command) => command.name)).toEqual([
    EVENTS.JOB_SUBSCRIBE,
    EVENTS.JOB_UNSUBSCRIBE,
    EVENTS.JOB_SUBSCRIBE,
  ]);
});

test('an answer to a subscribe of an earlier connection does not touch the present one', async () => {
  const bed = createWatchBed();
  bed.subscriptions.retain('a');
  const [old] = bed.named(EVENTS.JOB_SUBSCRIBE);
  bed.close();
  bed.reopen();
  const before = bed.subscriptions.get('a');
  old?.resolve({
    outcome: 'snapshot',
    position: { epoch: 'e0', sequence: 9 },
    job: snapshotOf(logOf(9)),
    serverTime: START,
  });
  await settled();
  expect(bed.subscriptions.get('a')).toBe(before);
  expect(bed.named(EVENTS.JOB_SUBSCRIBE)).toHaveLength(2);
});

test('a job that is over is asked for no more, and its server is told', async () => {
  const bed = createWatchBed();
  bed.subscriptions.retain('a');
  const ended = [...logOf(2, { jobId: 'a' }), progress(3, 50, { jobId: 'a' }), cancelled(4, { jobId: 'a' })];
  bed.named(EVENTS.JOB_SUBSCRIBE)[0]?.resolve({
    outcome: 'snapshot',
    position: { epoch: 'e1', sequence: 4 },
    job: snapshotOf(ended),
    serverTime: START,
  });
  await settled();
  expect(bed.named(EVENTS.JOB_UNSUBSCRIBE)).toHaveLength(1);
  bed.close();
  bed.reopen();
  bed.clock.advance(60_000);
  expect(bed.named(EVENTS.JOB_SUBSCRIBE)).toHaveLength(1);
});

test('what was asked on a connection that has ended is not given back on the next one', () => {
  const bed = createWatchBed();
  const release = bed.subscriptions.retain('a');
  bed.close();
  release();
  bed.clock.advance(1_000);
  bed.reopen();
  bed.subscriptions.forget('a');
  expect(bed.named(EVENTS.JOB_UNSUBSCRIBE)).toEqual([]);
});

test('an event of a job that is not asked for on this connection is foreign', () => {
  const bed = createWatchBed();
  const release = bed.subscriptions.retain('a');
  bed.close();
  release();
  bed.clock.advance(1_000);
  bed.reopen();
  for (const event of logOf(2, { jobId: 'a' })) bed.subscriptions.receive(event);
  expect(bed.dropped).toEqual(['foreign', 'foreign']);
});

test('an id that no job can have is reported once and never sent', async () => {
  const bed = createWatchBed();
  for (let round = 0; round < 3; round += 1) bed.subscriptions.retain('a b');
  bed.close();
  bed.reopen();
  bed.clock.advance(120_000);
  await settled();
  expect(bed.errors).toEqual(['invalid_payload']);
  expect(bed.commands).toEqual([]);
  expect(bed.clock.pending()).toBe(0);
});

test('a job that the server will not show is asked for once on each connection', async () => {
  const bed = createWatchBed();
  bed.subscriptions.retain('a');
  bed.named(EVENTS.JOB_SUBSCRIBE)[0]?.reject('unauthorized');
  await settled();
  bed.clock.advance(120_000);
  expect(bed.subscribed()).toEqual(['a']);
  bed.close();
  bed.reopen();
  expect(bed.subscribed()).toEqual(['a', 'a']);
});

test('a job that the server will not show is not asked for again by a remount on the same connection', async () => {
  const bed = createWatchBed();
  const release = bed.subscriptions.retain('a');
  bed.named(EVENTS.JOB_SUBSCRIBE)[0]?.reject('unauthorized');
  await settled();
  release();
  bed.clock.advance(60_000);
  bed.subscriptions.retain('a');
  expect(bed.subscribed()).toEqual(['a']);
  bed.close();
  bed.reopen();
  expect(bed.subscribed()).toEqual(['a', 'a']);
});

test('a job that the server does not know is asked for again by a remount', async () => {
  const bed = createWatchBed();
  const release = bed.subscriptions.retain('a');
  bed.named(EVENTS.JOB_SUBSCRIBE)[0]?.reject('not_found');
  await settled();
  release();
  bed.clock.advance(1_000);
  bed.subscriptions.retain('a');
  expect(bed.subscribed()).toEqual(['a', 'a']);
});

test('a job is worth saving while somebody uses it, a second longer, and where an earlier page left it', () => {
  const bed = createWatchBed();
  expect(bed.subscriptions.isKept('a')).toBe(false);
  const release = bed.subscriptions.retain('a');
  expect(bed.subscriptions.isKept('a')).toBe(true);
  release();
  bed.clock.advance(999);
  expect(bed.subscriptions.isKept('a')).toBe(true);
  bed.clock.advance(1);
  expect(bed.subscriptions.isKept('a')).toBe(false);
  bed.subscriptions.seed(clientReducer.fromSnapshot(snapshotOf(logOf(3, { jobId: 'b' }))));
  expect(bed.subscriptions.isKept('b')).toBe(true);
});

test('of jobs that nobody uses any more the twenty latest stay', () => {
  const bed = createWatchBed();
  const releases = Array.from({ length: 25 }, (_, index) => {
    const jobId = `job-${String(index)}`;
    bed.subscriptions.seed(clientReducer.fromSnapshot(snapshotOf(logOf(3, { jobId }))));
    return bed.subscriptions.retain(jobId);
  });
  for (const release of releases) release();
  bed.clock.advance(1_000);
  expect([...bed.subscriptions.all()].map(({ jobId }) => jobId)).toEqual(
    Array.from({ length: 20 }, (_, index) => `job-${String(index + 5)}`),
  );
});

test('a job of which nothing is known does not stay when nobody uses it any more', async () => {
  const bed = createWatchBed();
  const releases = [bed.subscriptions.retain('unanswered'), bed.subscriptions.retain('unknown')];
  bed.named(EVENTS.JOB_SUBSCRIBE)[1]?.reject('not_found');
  await settled();
  for (const release of releases) release();
  bed.clock.advance(999);
  expect([...bed.subscriptions.all()]).toHaveLength(2);
  bed.clock.advance(1);
  expect([...bed.subscriptions.all()]).toEqual([]);
  expect(bed.clock.pending()).toBe(0);
});

test('a job that waits for its turn is asked for once, and not at all where nobody uses it any more', () => {
  const bed = createWatchBed({ perSecond: 1, burst: 1 });
  bed.subscriptions.retain('first');
  const release = bed.subscriptions.retain('a');
  bed.subscriptions.retain('a');
  bed.subscriptions.retain('b')();
  release();
  bed.subscriptions.retain('a');
  bed.clock.advance(900);
  expect(bed.subscribed()).toEqual(['first']);
  bed.clock.advance(5_000);
  expect(bed.subscribed()).toEqual(['first', 'a']);
});

test('a turn that comes within a second after the last user has gone is not used', () => {
  const bed = createWatchBed({ perSecond: 2, burst: 1 });
  bed.subscriptions.retain('first');
  bed.subscriptions.retain('a')();
  bed.clock.advance(900);
  expect(bed.subscribed()).toEqual(['first']);
});

test('a loss that somebody noticed is over with its answer', async () => {
  const bed = createWatchBed();
  bed.subscriptions.retain('a');
  const job = snapshotOf(logOf(3, { jobId: 'a' }));
  await bed.answerSubscribe('a', 'snapshot', job);
  bed.close();
  bed.reopen(true);
  expect(bed.subscriptions.get('a')?.phase).toMatchObject({ kind: 'subscribing', interrupted: true });
  await bed.answerSubscribe('a', 'replayed', job);
  bed.close();
  bed.reopen(false);
  expect(bed.subscriptions.get('a')?.phase).toMatchObject({ kind: 'subscribing', interrupted: false });
});

test('what an earlier page left of a job does not take the place of what is known', async () => {
  const bed = createWatchBed();
  bed.subscriptions.retain('a');
  await bed.answerSubscribe('a', 'snapshot', snapshotOf(logOf(5, { jobId: 'a' })));
  bed.subscriptions.seed(clientReducer.fromSnapshot(snapshotOf(logOf(3, { jobId: 'a' }))));
  expect(bed.subscriptions.get('a')?.job?.sequence).toBe(5);
});

test('cleared, a job that is still retained begins as another text', async () => {
  const bed = createWatchBed();
  bed.subscriptions.retain('a');
  await bed.answerSubscribe('a', 'snapshot', snapshotOf(logOf(5, { jobId: 'a' })));
  bed.subscriptions.clear();
  expect(bed.subscriptions.get('a')).toMatchObject({ job: null, generation: 1 });
});

test('cleared in a loss, a job is not told as interrupted to the next user', async () => {
  const bed = createWatchBed();
  bed.subscriptions.retain('a');
  const job = snapshotOf(logOf(5, { jobId: 'a' }));
  await bed.answerSubscribe('a', 'snapshot', job);
  bed.close();
  bed.reopen(true);
  bed.close();
  bed.subscriptions.clear();
  bed.reopen(false);
  expect(bed.subscriptions.get('a')?.phase).toMatchObject({ kind: 'subscribing', interrupted: false });
});
