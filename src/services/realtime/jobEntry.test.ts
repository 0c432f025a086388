import type { JobEvent, JobStatus, JobSummary } from '@regen/realtime-shared';
import { expect, test } from 'vitest';
import { jobEntryOf, keptEntry } from './jobEntry.ts';
import { clientReducer, createJobSubscription, type JobSubscription } from './jobSubscription.ts';
import type { CommandState } from './realtimeStore.ts';
import { JOB, START, completed, failed, logOf, paused, snapshotOf } from './testing/fixtures.ts';

function at(log: readonly JobEvent[], change: Partial<JobSubscription> = {}): JobSubscription {
  const job = clientReducer.fromSnapshot(snapshotOf(log));
  return { ...createJobSubscription(JOB, job), phase: { kind: 'synced', target: null }, ...change };
}

function summary(status: JobStatus): JobSummary {
  return { jobId: JOB, title: 'Market study', status, progress: null, createdAt: START };
}

function commandsOf(
  subscription: JobSubscription | undefined,
  given: { cancel?: CommandState; resume?: CommandState },
): [CommandState, CommandState] {
  const { cancel, resume } = jobEntryOf(
    JOB,
    subscription,
    summary('running'),
    { cancel: 'none', resume: 'none', ...given },
    true,
  );
  return [cancel, resume];
}

test('a lost resume is told only where the job still waits for one', () => {
  const waiting = at([...logOf(3), paused(4)]);
  expect(commandsOf(waiting, { resume: 'lost' })).toEqual(['none', 'lost']);
  const { job } = waiting;
  const asked = job === null ? null : clientReducer.applyNotice(job, { jobId: JOB, kind: 'resume_requested' });
  expect(commandsOf({ ...waiting, job: asked }, { resume: 'lost' })).toEqual(['none', 'none']);
  expect(commandsOf(at(logOf(3)), { resume: 'lost' })).toEqual(['none', 'none']);
});

test('a lost cancel is told only where the job still runs', () => {
  expect(commandsOf(at(logOf(3)), { cancel: 'lost' })).toEqual(['lost', 'none']);
  expect(commandsOf(at([...logOf(3), completed(4)]), { cancel: 'lost' })).toEqual(['none', 'none']);
});

test('what was requested is told where only the summary is known; else the job tells it', () => {
  expect(commandsOf(undefined, { cancel: 'requested' })).toEqual(['requested', 'none']);
  expect(commandsOf(createJobSubscription(JOB, null), { resume: 'requested' })).toEqual(['none', 'requested']);
  expect(commandsOf(at(logOf(3)), { cancel: 'requested', resume: 'requested' })).toEqual(['none', 'none']);
});

test('that a cancel came too late is told of an ended job', () => {
  expect(commandsOf(at([...logOf(3), completed(4)]), { cancel: 'tooLate' })).toEqual(['tooLate', 'none']);
});

test('a job that the server does not have any more keeps what was known of it, and has not ended', () => {
  const gone = at(logOf(3), { gone: true, phase: { kind: 'refused', code: 'not_found', retryAt: START } });
  for (const live of [true, false]) {
    const entry = jobEntryOf(JOB, gone, summary('running'), undefined, live);
    expect(entry).toMatchObject({ sync: { kind: 'gone' }, job: { status: 'running', sequence: 3 } });
    expect(entry.job).not.toHaveProperty('finishedAt');
    expect(entry.summary).not.toHaveProperty('finishedAt');
  }
});

test('an id that no job can have is refused at once, with a connection or without', () => {
  for (const live of [true, false]) {
    const { sync } = jobEntryOf('a b', createJobSubscription('a b', null), null, undefined, live);
    expect(sync).toEqual({ kind: 'refused', code: 'invalid_payload' });
  }
});

test('what can change no more is live without a connection; a retryable failure can change', () => {
  const syncOf = (log: readonly JobEvent[]) => jobEntryOf(JOB, at(log), null, undefined, false).sync.kind;
  expect(syncOf([...logOf(3), completed(4)])).toBe('live');
  expect(syncOf([...logOf(3), failed(4, true)])).toBe('stale');
});

test('a job of which only the summary is known is live while the connection lasts', () => {
  const syncOf = (live: boolean, known: JobSummary | null) =>
    jobEntryOf(JOB, undefined, known, undefined, live).sync.kind;
  expect([syncOf(true, summary('running')), syncOf(false, summary('running'))]).toEqual(['live', 'stale']);
  expect(syncOf(true, null)).toBe('stale');
});

test('a replay is told as one only where somebody waited for it', () => {
  const replaying = { phase: { kind: 'synced', target: 9 } } as const;
  const syncOf = (change: Partial<JobSubscription>) =>
    jobEntryOf(JOB, at(logOf(6), change), null, undefined, true).sync;
  expect(syncOf({ ...replaying, catchUp: { from: 4, to: 9 } })).toEqual({ kind: 'catchingUp', applied: 2, total: 5 });
  expect(syncOf({ catchUp: { from: 4, to: 9 } })).toEqual({ kind: 'live', caughtUp: 5 });
  expect(syncOf(replaying)).toEqual({ kind: 'live' });
  const asked = { kind: 'subscribing', after: null } as const;
  expect(syncOf({ phase: { ...asked, interrupted: true } })).toEqual({ kind: 'catchingUp', applied: 0, total: 0 });
  expect(syncOf({ phase: { ...asked, interrupted: false } })).toEqual({ kind: 'subscribing' });
});

test('an entry that says the same is the same object', () => {
  const subscription = at(logOf(3));
  const entry = jobEntryOf(JOB, subscription, null, undefined, true);
  expect(keptEntry(entry, jobEntryOf(JOB, subscription, null, undefined, true))).toBe(entry);
  for (const changed of [
    jobEntryOf(JOB, { ...subscription, catchUp: { from: 1, to: 3 } }, null, undefined, true),
    jobEntryOf(JOB, { ...subscription, replaced: true }, null, undefined, true),
  ]) {
    expect(keptEntry(entry, changed)).toBe(changed);
  }
});
