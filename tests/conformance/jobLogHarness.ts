import type { JobLog } from '@regen/realtime-core';

/** One log under test, with the time that it lives in. */
export interface JobLogHarness {
  log: JobLog;
  /** ms since the Unix epoch, as the log sees it. */
  now(): number;
  /** Lets the log's time pass. */
  advance(ms: number): Promise<void>;
  /** Resolves when pushes on their way have arrived. */
  settle(): Promise<void>;
  faults: {
    loseTail(jobId: string, sequence: number): void | Promise<void>;
    restartWithoutLog(): void | Promise<void>;
    setAvailable(available: boolean): void | Promise<void>;
  };
  close(): Promise<void>;
}

/**
 * What every harness is made with, so that the rules can be seen in few steps. An idle job is forgotten before an
 * idempotency key is, other than by default: so a key can outlive its job.
 */
export const CONTRACT_SETTINGS = {
  leaseMs: 30_000,
  lostMs: 120_000,
  maxTextLength: 1_000,
  retention: { maxEvents: 512, maxLength: 1_000_000 },
  keepFinishedMs: 86_400_000,
  keepIdleMs: 43_200_000,
} as const;
