import { isFinished, type JobState } from '@regen/realtime-shared';

/** How long a job's worker may be silent. All in ms since the Unix epoch. */
export interface Lease {
  /** Null where no lease runs. */
  readonly leaseUntil: number | null;
  readonly lastSignOfLife: number;
}

/** Paused or finished: nobody has to work, so silence means nothing. */
export function isIdle(state: Pick<JobState, 'status'>): boolean {
  return state.status === 'paused' || isFinished(state);
}

/** The lease of who begins a job or takes it over, an idle one too. */
export function newLease(now: number, leaseMs: number): Lease {
  return { leaseUntil: now + leaseMs, lastSignOfLife: now };
}

/**
 * After an append of its worker, a repeat too: what it leaves idle has no lease, but who took a paused job over and has
 * not said yet that it goes on keeps the lease of the takeover. A job that was over before it counts from its end: its
 * keeping is not prolonged by a worker that repeats itself. `after`: the state after the append.
 */
export function leaseAfterAppend(
  before: Lease & { readonly state: Pick<JobState, 'status'> },
  after: Pick<JobState, 'status'>,
  now: number,
  leaseMs: number,
): Lease {
  if (isFinished(before.state) && isFinished(after) && before.leaseUntil === null) {
    return { leaseUntil: null, lastSignOfLife: before.lastSignOfLife };
  }
  const isTakenOver = before.state.status === 'paused' && before.leaseUntil !== null && after.status === 'paused';
  return isIdle(after) && !isTakenOver ? { leaseUntil: null, lastSignOfLife: now } : newLease(now, leaseMs);
}

/** ms; 0 where no lease runs. */
export function remainingLease({ leaseUntil }: Lease, now: number): number {
  return leaseUntil === null ? 0 : Math.max(0, leaseUntil - now);
}
