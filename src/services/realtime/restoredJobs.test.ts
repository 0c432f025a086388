import { createDevice, createVirtualClock } from '@regen/realtime-mocks';
import { EVENTS } from '@regen/realtime-shared';
import { expect, test } from 'vitest';
import { restoreView } from '../../presentation/restoreView.ts';
import { createJobSubscription } from './jobSubscription.ts';
import { createRestoredJobs } from './restoredJobs.ts';
import type { SavedJob } from './sessionRecord.ts';
import { createBed, createLiveBed, createReturn } from './testing/clientBed.ts';
import { JOB, chunk, completed, logOf, snapshotOf, textOf } from './testing/fixtures.ts';
import { settled } from './testing/scriptedServer.ts';

test('after a crash the text is there at once, and goes on from its position', async () => {
  const { bed, log } = await createReturn(6);
  await Promise.all([bed.client.start(), settled()]);
  expect(bed.text()).toBe(textOf(6));
  // Nobody has asked for it yet, and whether it still runs is not known: it is no job that is shown as running.
  expect(bed.entry()).toBeUndefined();
  expect(restoreView(bed.client.store.getState())).toMatchObject({ kind: 'reconnecting', jobIds: [JOB], percent: 45 });
  bed.client.retainJob(JOB);
  await bed.advance(20);
  expect(bed.entry()?.sync.kind).toBe('stale');
  bed.server.attempt().accept();
  await settled();
  expect(bed.server.attempt().last(EVENTS.JOB_SUBSCRIBE).payload).toEqual({
    jobId: JOB,
    after: { epoch: 'e1', sequence: 7 },
  });
  await bed.answerSubscribe({ outcome: 'replayed', sequence: 9 });
  await bed.advance(20);
  expect(restoreView(bed.client.store.getState())).toMatchObject({ kind: 'resuming', percent: 45, catchingUp: true });
  bed.emit(chunk(8, 'more', 15), chunk(9, '!', 19));
  await bed.advance(20);
  expect(restoreView(bed.client.store.getState())).toMatchObject({ kind: 'resuming', catchingUp: false });
  expect(bed.text()).toBe(`${textOf(6)}more!`);
  expect(bed.entry()?.gaps).toEqual([45]);
  expect(log).toHaveLength(7);
});

test('a job that ended meanwhile is told so, and its record is gone', async () => {
  const { bed, log } = await createReturn(6);
  bed.client.retainJob(JOB);
  await bed.connect();
  await bed.answerSubscribe({ outcome: 'snapshot', job: snapshotOf([...log, completed(8)]) });
  expect(restoreView(bed.client.store.getState())).toMatchObject({ kind: 'completed', title: 'Market study' });
  await bed.advance(2_100);
  expect(bed.device.sessions.keys()).toEqual([]);
  bed.client.dismissRestored();
  expect(bed.client.store.getState().restored).toEqual([]);
});

test('a job whose record the server lost keeps its text here until the person was told', async () => {
  const { bed } = await createReturn(6);
  bed.client.retainJob(JOB);
  await bed.connect();
  bed.server.attempt().last(EVENTS.JOB_SUBSCRIBE).refuse('not_found');
  await settled();
  await bed.advance(2_100);
  expect(restoreView(bed.client.store.getState())).toMatchObject({ kind: 'gone', percent: 45, textKept: true });
  expect(bed.device.sessions.keys()).toHaveLength(1);
  bed.client.dismissRestored([JOB]);
  await bed.advance(2_100);
  expect(bed.device.sessions.keys()).toEqual([]);
});

test('a session whose text was too long comes back with its progress and asks for everything', async () => {
  const { bed } = await createReturn(6, {
    change: (job) => ({ ...job, channels: { output: { text: 'x'.repeat(300_000), offset: 0 } } }),
  });
  await Promise.all([bed.client.start(), settled()]);
  expect(bed.client.store.getState().restored).toMatchObject([{ jobId: JOB, progress: 45 }]);
  expect(restoreView(bed.client.store.getState())).toMatchObject({ kind: 'reconnecting', percent: 45 });
  bed.client.retainJob(JOB);
  bed.server.attempt().accept();
  await settled();
  expect(bed.server.attempt().last(EVENTS.JOB_SUBSCRIBE).payload).toEqual({ jobId: JOB });
});

test('a page that crashes before it was connected leaves the session to the next one', async () => {
  const { bed } = await createReturn(6);
  await Promise.all([bed.client.start(), settled()]);
  bed.device.losePage();
  bed.crash();
  const next = createBed({ clock: bed.clock, device: bed.device });
  await Promise.all([next.client.start(), settled()]);
  expect(next.text()).toBe(textOf(6));
});

test('a client that takes the place of a stopped one in the same page restores what that one saved', async () => {
  const first = await createLiveBed(6);
  first.client.stop();
  const next = createBed({ clock: first.clock, device: first.device });
  await Promise.all([next.client.start(), settled()]);
  expect(next.client.store.getState().restored).toMatchObject([{ jobId: JOB }]);
  expect(next.text()).toBe(textOf(6));
});

test('a token that cannot be read at the start costs nobody their saved session', async () => {
  const { bed } = await createReturn(6);
  const broken = createBed({
    clock: bed.clock,
    device: bed.device,
    token: () => Promise.reject(new Error('The sign-in service is down.')),
  });
  await Promise.all([broken.client.start(), settled()]);
  expect(broken.client.store.getState().restored).toEqual([]);
  expect(bed.device.sessions.keys()).toHaveLength(1);
});

test('who only looks at the list of jobs follows what was found, too', async () => {
  const { bed } = await createReturn(6);
  bed.client.watchJobs();
  await bed.connect();
  expect(bed.server.attempt().last(EVENTS.JOB_SUBSCRIBE).payload).toEqual({
    jobId: JOB,
    after: { epoch: 'e1', sequence: 7 },
  });
});

test('what one server was watched for is neither found nor removed by the client of another', async () => {
  const { bed } = await createReturn(6);
  const other = createBed({ clock: bed.clock, device: bed.device, url: 'http://staging.test' });
  await other.connect();
  await other.advance(3_000);
  expect(other.client.store.getState().restored).toEqual([]);
  other.client.stop();
  await Promise.all([bed.client.start(), settled()]);
  expect(bed.client.store.getState().restored).toMatchObject([{ jobId: JOB }]);
});

test('a page that never reached the server does not make what it found younger', async () => {
  const { bed } = await createReturn(6);
  await Promise.all([bed.client.start(), settled()]);
  expect(bed.client.store.getState().restored).toHaveLength(1);
  bed.client.retainJob(JOB);
  await bed.advance(50 * 60_000);
  bed.device.losePage();
  bed.crash();
  const next = createBed({ clock: bed.clock, device: bed.device });
  await Promise.all([next.client.start(), settled()]);
  expect(next.client.store.getState().restored).toHaveLength(1);
  await next.advance(11 * 60_000);
  next.device.losePage();
  next.crash();
  const late = createBed({ clock: bed.clock, device: bed.device });
  await Promise.all([late.client.start(), settled()]);
  expect(late.client.store.getState().restored).toEqual([]);
  expect(late.device.sessions.keys()).toEqual([]);
});

test('a page that has lost the server does not make what it follows younger, whatever else it saves', async () => {
  const bed = await createLiveBed(6);
  const release = bed.client.retainJob('other');
  await settled();
  await bed.answerSubscribe({ outcome: 'snapshot', job: snapshotOf(logOf(3, { jobId: 'other' })) });
  await bed.advance(2_100);
  bed.device.setOnline(false);
  bed.server.attempt().drop();
  await bed.advance(50 * 60_000);
  release();
  await bed.advance(4_000);
  const [key = ''] = bed.device.sessions.keys();
  expect(bed.device.sessions.get(key)).not.toContain('"other"');
  bed.device.losePage();
  bed.crash();
  await bed.advance(11 * 60_000);
  const next = createBed({ clock: bed.clock, device: bed.device });
  await Promise.all([next.client.start(), settled()]);
  expect(next.client.store.getState().restored).toEqual([]);
});

const never = (): Promise<never> => new Promise(() => undefined);
const fail = (): Promise<never> => Promise.reject(new Error('No locks here.'));

test.each([
  ['the lock is refused', { exclusively: fail }, ['storage']],
  ['nothing can be told of other pages', { isHeld: fail }, ['storage']],
  ['the lock never comes', { exclusively: never }, []],
  ['the other pages never answer', { isHeld: never }, []],
  ['nothing is ever held', { hold: never }, []],
])('a claim that fails or hangs holds up no start: %s', async (_, locks, errors) => {
  const { bed: before } = await createReturn(6);
  const { clock, device } = before;
  const bed = createBed({ clock, device, ports: { tabs: { ...device.tabs, ...locks } } });
  const started = bed.client.start();
  await settled();
  await bed.advance(5_000);
  await started;
  expect(bed.server.attempts).toHaveLength(1);
  expect(bed.errors).toEqual(errors);
  bed.client.stop();
  expect(clock.pending()).toBe(0);
  await Promise.all([before.client.start(), settled()]);
  expect(before.client.store.getState().restored).toMatchObject([{ jobId: JOB }]);
});

test('what a tab left that does not come back is restored some seconds after what this one left', async () => {
  const own = await createLiveBed(6);
  const { clock, device } = own;
  const other = createBed({ clock, device, ports: { tabStorage: createDevice().tabStorage } });
  other.client.retainJob('other');
  await other.connect();
  await other.answerSubscribe({ outcome: 'snapshot', job: snapshotOf(logOf(3, { jobId: 'other' })) });
  await other.advance(2_100);
  device.leavePage();
  own.crash();
  other.crash();
  expect(device.sessions.keys()).toHaveLength(2);

  const page = createBed({ clock, device });
  const found = () => page.client.store.getState().restored.map(({ jobId }) => jobId);
  await Promise.all([page.client.start(), settled()]);
  expect(found()).toEqual([JOB]);
  await page.advance(4_999);
  expect(found()).toEqual([JOB]);
  await page.advance(1);
  expect(found().toSorted()).toEqual([JOB, 'other']);
  await page.advance(3_000);
  device.leavePage();
  page.crash();
  const next = createBed({ clock, device });
  await Promise.all([next.client.start(), settled()]);
  expect(next.client.store.getState().restored).toHaveLength(2);
});

test('what is found once more, was dismissed or is told by the server already is no news, and for another user all is', () => {
  const saved = (jobId: string, savedAt: number): SavedJob => ({
    snapshot: snapshotOf(logOf(2, { jobId })),
    complete: true,
    savedAt,
  });
  const seeded: string[] = [];
  const told = { ...createJobSubscription('told', null), outcome: 'live' as const };
  const restored = createRestoredJobs(createVirtualClock(), {
    get: (jobId) => (jobId === 'told' ? told : undefined),
    seed: (job) => seeded.push(job.jobId),
  });
  restored.add([saved('dismissed', 2), saved('a', 1)]);
  restored.dismiss(['dismissed']);
  const before = restored.list();
  restored.add([]);
  restored.add([saved('told', 9), saved('dismissed', 8), saved('a', 7)]);
  expect(restored.list()).toBe(before);
  restored.add([saved('b', 3)]);
  expect(restored.list().map(({ jobId, savedAt }) => [jobId, savedAt])).toEqual([
    ['b', 3],
    ['a', 1],
  ]);
  expect(seeded).toEqual(['dismissed', 'a', 'b']);
  expect(restored.isDismissed('dismissed')).toBe(true);
  restored.clear();
  expect(restored.isDismissed('dismissed')).toBe(false);
});
