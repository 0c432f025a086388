/** What the store says of one job: its subscription, its summary and the commands of this tab, joined. */
import { isFinal, isFinished, type JobSummary } from '@regen/realtime-shared';
import { isJobId, type JobSubscription } from './jobSubscription.ts';
import type { ClientJobState, CommandState, JobEntry, JobSync } from './realtimeStore.ts';

const NO_GAPS: readonly number[] = [];

/** `before` where it says the same, so that who compares references sees no change where there is none. */
export function keptEntry(before: JobEntry | undefined, next: JobEntry): JobEntry {
  return before !== undefined &&
    isSame({ ...before, sync: null }, { ...next, sync: null }) &&
    isSame(before.sync, next.sync)
    ? before
    : next;
}

function isSame(before: object, after: object): boolean {
  const entries = Object.entries(before);
  const other = new Map<string, unknown>(Object.entries(after));
  return entries.length === other.size && entries.every(([key, value]) => Object.is(value, other.get(key)));
}

export function jobEntryOf(
  jobId: string,
  subscription: JobSubscription | undefined,
  summary: JobSummary | null,
  commands: { cancel: CommandState; resume: CommandState } | undefined,
  live: boolean,
): JobEntry {
  const job = subscription?.job ?? null;
  const cancel = commands?.cancel ?? 'none';
  const resume = commands?.resume ?? 'none';
  return {
    jobId,
    job,
    summary,
    sync: syncOf(subscription, summary, live),
    outcome: subscription?.outcome ?? null,
    // What the log says outweighs a command that was requested, or whose answer was lost.
    cancel: isTold(cancel, job, job !== null && (job.cancelRequested || isFinished(job))) ? 'none' : cancel,
    resume: isTold(resume, job, job !== null && (job.resumeRequested || !job.resumable)) ? 'none' : resume,
    gaps: subscription?.gaps ?? NO_GAPS,
    replaced: subscription?.replaced ?? false,
    lastEventAt: subscription?.lastEventAt ?? null,
  };
}

function isTold(command: CommandState, job: ClientJobState | null, tellsOfIt: boolean): boolean {
  return (command === 'requested' && job !== null) || (command === 'lost' && tellsOfIt);
}

function syncOf(subscription: JobSubscription | undefined, summary: JobSummary | null, live: boolean): JobSync {
  if (subscription !== undefined && !isJobId(subscription.jobId)) return { kind: 'refused', code: 'invalid_payload' };
  if (subscription === undefined) return summary !== null && live ? { kind: 'live' } : { kind: 'stale' };
  const { job, phase } = subscription;
  if (subscription.gone) return { kind: 'gone' };
  if (job !== null && isFinal(job)) return { kind: 'live' };
  if (!live) return { kind: 'stale' };
  switch (phase.kind) {
    case 'idle':
      return { kind: 'subscribing' };
    case 'subscribing':
      return phase.interrupted && job !== null ? { kind: 'catchingUp', applied: 0, total: 0 } : { kind: 'subscribing' };
    case 'holding':
      return { kind: 'holding' };
    case 'refused':
      return { kind: 'refused', code: phase.code };
    case 'synced':
      return syncedAs(subscription);
  }
}

/** A replay that nobody had to wait for is none that anybody is told of. */
function syncedAs({ job, phase, catchUp }: JobSubscription): JobSync {
  if (catchUp === null || job === null || phase.kind !== 'synced') return { kind: 'live' };
  const total = catchUp.to - catchUp.from;
  return phase.target === null
    ? { kind: 'live', caughtUp: total }
    : { kind: 'catchingUp', applied: job.sequence - catchUp.from, total };
}
