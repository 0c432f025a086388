/** What is spoken when the state changes: starts, steps, ends and the connection; never a token, never a tick. */
import { isFinished, type JobStatus, type JobSummary } from '@regen/realtime-shared';
import type { ClientJobState, JobEntry, RealtimeState } from '../services/realtime/realtimeStore.ts';
import { standingOf } from './jobPhase.ts';
import { titleOf } from './jobTitle.ts';

/** A change that is worth hearing. A title is empty where nothing of it can be seen. */
export type Announcement =
  | { kind: 'jobStarted' | 'jobCompleted' | 'jobCancelled' | 'jobPaused' | 'jobGone'; title: string }
  /** After a pause; after a failure. */
  | { kind: 'jobResumed' | 'jobRetried'; title: string }
  | { kind: 'jobFailed'; title: string; reason: string }
  | { kind: 'jobStep'; title: string; step: string }
  | { kind: 'workerSilent'; title: string }
  | { kind: 'connectionLost' | 'connectionBack' | 'offline' | 'signInExpired' | 'signInRefused' };

/** A job that becomes known so long after it was created was there before, ms. */
const NEW_FOR_MS = 3_000;

/** In the order in which they should be heard: the connection first, then the jobs as they are listed. */
export function announcementsOf(before: RealtimeState, after: RealtimeState): readonly Announcement[] {
  if (before === after) return [];
  const jobs = [...after.jobs.values()].flatMap((entry) => ofJob(before.jobs.get(entry.jobId), entry, after));
  return [...ofConnection(before, after), ...jobs];
}

function ofConnection({ connection: before }: RealtimeState, { connection: after }: RealtimeState): Announcement[] {
  if (after.refusal !== null && before.refusal === null) {
    return [{ kind: after.refusal.code === 'token_expired' ? 'signInExpired' : 'signInRefused' }];
  }
  if (!after.online && before.online && after.everConnected) return [{ kind: 'offline' }];
  if (after.lossIsLasting && !before.lossIsLasting && after.online && after.refusal === null) {
    return [{ kind: 'connectionLost' }];
  }
  const wasTold = before.lossIsLasting || !before.online || before.refusal !== null;
  return wasTold && after.socketStatus === 'connected' && before.socketStatus !== 'connected'
    ? [{ kind: 'connectionBack' }]
    : [];
}

/** A job that is not listed yet when it is created is news; what was there when the page opened is not. */
function isNew({ job, summary }: JobEntry, { connection, serverTimeOffset }: RealtimeState): boolean {
  const createdAt = (job ?? summary)?.createdAt;
  const { lastContactAt } = connection;
  if (createdAt === undefined || lastContactAt === null) return false;
  return createdAt >= lastContactAt + serverTimeOffset - NEW_FOR_MS;
}

function startOf({ job, summary }: JobEntry): Announcement[] {
  const known = job ?? summary;
  if (known === null || isFinished(known)) return [];
  return [{ kind: 'jobStarted', title: titleOf(known) }];
}

function ofJob(before: JobEntry | undefined, after: JobEntry, state: RealtimeState): Announcement[] {
  const known = before?.job ?? before?.summary ?? null;
  if (known === null) return isNew(after, state) ? startOf(after) : [];
  // What was missed and is caught up is on the screen and no news.
  if (after.job === null || after.sync.kind === 'catchingUp') return [];
  const { status, step, workerSilentSince } = after.job;
  const title = titleOf(after.job);
  if (standingOf(after) === 'gone') {
    return before === undefined || standingOf(before) === 'gone' ? [] : [{ kind: 'jobGone', title }];
  }
  if (known.status !== status) {
    return isOtherRun(known, after.job) ? startOf(after) : ofStatus(known.status, after.job);
  }
  if (isFinished(after.job)) return [];
  if (workerSilentSince !== undefined && before?.job?.workerSilentSince === undefined) {
    return [{ kind: 'workerSilent', title }];
  }
  return step !== undefined && step.id !== known.step?.id ? [{ kind: 'jobStep', title, step: step.label }] : [];
}

/** A job that began anew under its id; one that failed may go on, and then is tried again. */
function isOtherRun(before: JobSummary, after: ClientJobState): boolean {
  if (!isFinished(before) || isFinished(after)) return false;
  return before.status !== 'failed' || before.createdAt !== after.createdAt;
}

function ofStatus(before: JobStatus, job: ClientJobState): Announcement[] {
  const { status, error, step } = job;
  const title = titleOf(job);
  switch (status) {
    case 'completed':
      return [{ kind: 'jobCompleted', title }];
    case 'cancelled':
      return [{ kind: 'jobCancelled', title }];
    case 'failed':
      return [{ kind: 'jobFailed', title, reason: error?.message ?? '' }];
    case 'paused':
      return [{ kind: 'jobPaused', title }];
    case 'running':
      if (before === 'failed') return [{ kind: 'jobRetried', title }];
      if (before !== 'queued') return [{ kind: 'jobResumed', title }];
      return step === undefined ? [] : [{ kind: 'jobStep', title, step: step.label }];
    case 'queued':
      return [];
  }
}
