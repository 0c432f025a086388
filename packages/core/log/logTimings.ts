/** A worker silent for so long is told of; ms. */
export const WORKER_LEASE_MS = 30_000;
/** A worker silent for so long is given up; ms. */
export const WORKER_LOST_MS = 120_000;

/** How long a log waits and keeps; all in ms. */
export interface LogTimings {
  /** Default `WORKER_LEASE_MS`. */
  leaseMs: number;
  /** Default `WORKER_LOST_MS`. */
  lostMs: number;
  /** A finished job is kept for so long, and so are idempotency keys. Default 24 h. */
  keepFinishedMs: number;
  /** An unfinished job without a sign of life is kept for so long. Default 7 days. */
  keepIdleMs: number;
}

/** The given timings, and the default of each that was left out. */
export function logTimings(given: Partial<LogTimings>): LogTimings {
  return {
    leaseMs: given.leaseMs ?? WORKER_LEASE_MS,
    lostMs: given.lostMs ?? WORKER_LOST_MS,
    keepFinishedMs: given.keepFinishedMs ?? 86_400_000,
    keepIdleMs: given.keepIdleMs ?? 604_800_000,
  };
}
