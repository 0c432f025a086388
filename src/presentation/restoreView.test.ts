import { expect, test } from 'vitest';
import { jobEntryOf } from '../services/realtime/jobEntry.ts';
import { clientReducer, createJobSubscription, type JobSubscription } from '../services/realtime/jobSubscription.ts';
import type { ConnectionState, JobEntry, RestoredJob } from '../services/realtime/realtimeStore.ts';
import { noteCaughtUp } from '../services/realtime/restoredJobs.ts';
import { RESUMED_SHOWN_MS, nextLeave, restoreView, sameRestoreView } from './restoreView.ts';
import { LOST, stateFacts } from './testFacts.ts';
import {
  START,
  cancelled,
  completed,
  created,
  failed,
  logOf,
  progress,
  snapshotOf,
} from '../services/realtime/testing/fixtures.ts';
import type { JobEvent, JobStatus } from '@regen/realtime-shared';

function found(jobId: string, change: Partial<RestoredJob> = {}): RestoredJob {
  return { jobId, title: 'Market study', progress: 45, savedAt: START, caughtUp: null, ...change };
}

const caughtUp = (status: JobStatus, at = START) => ({ caughtUp: { at, status } });

function entry(
  jobId: string,
  events: readonly JobEvent[],
  change: Partial<JobSubscription> = {},
  live = true,
): JobEntry {
  const job = clientReducer.fromSnapshot(snapshotOf(events.map((event) => ({ ...event, jobId }))));
  const phase = { kind: 'synced', target: null } as const;
  return jobEntryOf(jobId, { ...createJobSubscription(jobId, job), phase, ...change }, null, undefined, live);
}

function view(
  restored: readonly RestoredJob[],
  entries: readonly JobEntry[] = [],
  connection: Partial<ConnectionState> = {},
) {
  return restoreView({ ...stateFacts(entries, connection), restored });
}

const AWAITED = { kind: 'reconnecting', percent: 45, lost: false, textKept: false };

const running = [created(), progress(2, 60)];

test('without anything found nothing is said', () => {
  expect(view([])).toEqual({ kind: 'none' });
});

test('a job that is awaited is told with its percentage, where one was reported', () => {
  expect(view([found('a')])).toEqual({ ...AWAITED, jobIds: ['a'] });
  expect(view([found('a', { progress: null })])).toEqual({ ...AWAITED, jobIds: ['a'], percent: null });
});

test('the text that is there at once is no reason to say that it goes on', () => {
  expect(view([found('a')], [entry('a', running, {}, false)]).kind).toBe('reconnecting');
  expect(view([found('a')], [entry('a', running, { phase: { kind: 'holding' } })]).kind).toBe('reconnecting');
});

test('several jobs are one message, without a percentage', () => {
  expect(view([found('a'), found('b'), found('c')])).toEqual({
    ...AWAITED,
    jobIds: ['a', 'b', 'c'],
    percent: null,
  });
});

test('while one of several is awaited, what became of the others waits', () => {
  const ended = entry('a', [...running, completed(3)]);
  expect(view([found('a', caughtUp('completed')), found('b')], [ended])).toMatchObject({
    kind: 'reconnecting',
    jobIds: ['b'],
  });
});

test('before the server has answered nobody claims that it goes on', () => {
  const asked = entry('a', running, { phase: { kind: 'subscribing', after: null, interrupted: true } });
  expect(view([found('a')], [asked])).toEqual({ ...AWAITED, jobIds: ['a'] });
});

test('a job that catches up resumes from where its earlier page stopped', () => {
  const catchingUp = entry('a', running, { phase: { kind: 'synced', target: 9 }, catchUp: { from: 2, to: 9 } });
  expect(view([found('a')], [catchingUp])).toEqual({ kind: 'resuming', jobIds: ['a'], percent: 45, catchingUp: true });
  expect(view([found('a', caughtUp('running'))], [entry('a', running)])).toMatchObject({
    percent: 45,
    catchingUp: false,
  });
});

test('where the record is another one than the one that was saved no percentage is claimed', () => {
  const replaced = entry('a', running, { replaced: true });
  expect(view([found('a', caughtUp('running'))], [replaced])).toMatchObject({ kind: 'resuming', percent: null });
});

test('what became of a job that ended meanwhile is said, with its title and reason', () => {
  expect(view([found('a', caughtUp('completed'))], [entry('a', [...running, completed(3)])])).toEqual({
    kind: 'completed',
    jobIds: ['a'],
    title: 'Market study',
  });
  expect(view([found('a', caughtUp('cancelled'))], [entry('a', [...running, cancelled(3)])]).kind).toBe('cancelled');
  for (const retryable of [true, false]) {
    expect(view([found('a', caughtUp('failed'))], [entry('a', [...running, failed(3, retryable)])])).toEqual({
      kind: 'failed',
      jobIds: ['a'],
      title: 'Market study',
      reason: 'It broke.',
      retryable,
    });
  }
});

test('a job that was seen to go on did not end while the person was away', () => {
  expect(view([found('a', caughtUp('running'))], [entry('a', [...running, completed(3)])]).kind).toBe('resuming');
});

test('a failed job that was tried again goes on', () => {
  expect(view([found('a', caughtUp('failed'))], [entry('a', running)]).kind).toBe('resuming');
});

test('a job that the server does not have is said plainly, and whether its text is kept', () => {
  expect(view([found('a')], [entry('a', logOf(4), { gone: true })])).toEqual({
    kind: 'gone',
    jobIds: ['a'],
    percent: 45,
    textKept: true,
  });
  expect(view([found('a')], [entry('a', running, { gone: true })])).toMatchObject({ textKept: false });
});

test('of several that did not go on one is told at a time, before those that do', () => {
  const entries = [entry('a', running), entry('b', [...running, completed(3)]), entry('c', [...running, cancelled(3)])];
  const restored = [
    found('a', caughtUp('running')),
    found('b', caughtUp('completed')),
    found('c', caughtUp('cancelled')),
  ];
  expect(view(restored, entries)).toMatchObject({ kind: 'completed', jobIds: ['b'] });
  expect(view(restored.slice(0, 1), entries)).toMatchObject({ kind: 'resuming', jobIds: ['a'] });
});

test('the moment of having caught up is noted once, with how the job stood', () => {
  const job = found('a');
  expect(noteCaughtUp(job, undefined, START)).toBe(job);
  expect(noteCaughtUp(job, entry('a', running, {}, false), START)).toBe(job);
  expect(
    noteCaughtUp(
      job,
      entry('a', running, { phase: { kind: 'synced', target: 9 }, catchUp: { from: 2, to: 9 } }),
      START,
    ),
  ).toBe(job);
  const noted = noteCaughtUp(job, entry('a', running), START + 5);
  expect(noted.caughtUp).toEqual({ at: START + 5, status: 'running' });
  expect(noteCaughtUp(noted, entry('a', [...running, completed(3)]), START + 9)).toBe(noted);
});

test('those that go on leave four seconds after they caught up, the others stay', () => {
  const restored = [found('a', caughtUp('running', START + 100)), found('b', caughtUp('completed')), found('c')];
  expect(nextLeave({ restored })).toEqual({ at: START + 100 + RESUMED_SHOWN_MS, jobIds: ['a'] });
  expect(nextLeave({ restored: restored.slice(1) })).toBeNull();
});

test('views that say the same are told apart from those that do not', () => {
  expect(sameRestoreView(view([found('a')]), view([found('a')]))).toBe(true);
  expect(sameRestoreView(view([found('a')]), view([found('b')]))).toBe(false);
  expect(sameRestoreView(view([found('a')]), view([]))).toBe(false);
});

const REFUSAL = { code: 'token_expired', message: 'Expired', retryable: false } as const;

test.each<[string, Partial<ConnectionState>, boolean]>([
  ['the first attempt is under way', { everConnected: false, socketStatus: 'connecting', retryCount: 1 }, false],
  ['no server ever answered', { everConnected: false, socketStatus: 'disconnected', retryCount: 2 }, true],
  ['it is tried again', { everConnected: false, socketStatus: 'connecting', retryCount: 2 }, true],
  ['a loss has lasted', LOST, true],
  ['a loss has not lasted', { ...LOST, lossIsLasting: false }, false],
  ['there is no network', { ...LOST, online: false }, true],
  ['the sign-in was refused', { everConnected: false, socketStatus: 'disconnected', refusal: REFUSAL }, true],
])('whether an awaited job waits for a connection: %s', (_, connection, lost) => {
  expect(view([found('a')], [], connection)).toMatchObject({ kind: 'reconnecting', lost });
});

test('while a job is awaited it is said whether its text is here; of several, whether all of theirs is', () => {
  const withText = entry('a', logOf(4), {}, false);
  const without = entry('b', running, {}, false);
  expect(view([found('a')], [withText])).toMatchObject({ textKept: true });
  expect(view([found('a'), found('b')], [withText, without])).toMatchObject({ textKept: false });
});

test('several that go on are one message, awaited until the last of them has caught up', () => {
  const catchingUp = entry('b', running, { phase: { kind: 'synced', target: 9 }, catchUp: { from: 2, to: 9 } });
  expect(view([found('a', caughtUp('running')), found('b')], [entry('a', running), catchingUp])).toEqual({
    kind: 'resuming',
    jobIds: ['a', 'b'],
    percent: null,
    catchingUp: true,
  });
});
