import { memoryJobLog } from '@regen/realtime-core';
import { holdReads } from './holdReads.ts';
import { LEASE_MS, LOST_MS, MAX_TEXT_LENGTH, serverHarness } from '../server/serverHarness.ts';
import { wireContract } from './wireContract.ts';

wireContract('the server on memory', () =>
  serverHarness(({ clock, random }) => {
    const log = memoryJobLog({ clock, random, leaseMs: LEASE_MS, lostMs: LOST_MS, maxTextLength: MAX_TEXT_LENGTH });
    return Promise.resolve({
      log,
      isQuiet: () => true,
      settle: () => Promise.resolve(),
      can: {
        loseTail: (jobId, sequence) => {
          log.faults.loseTail(jobId, sequence);
          return Promise.resolve();
        },
        restartWithoutLog: () => {
          log.faults.restartWithoutLog();
          return Promise.resolve();
        },
        degrade: (degraded) => {
          log.faults.setAvailable(!degraded);
          return Promise.resolve();
        },
        losePushes: (lost) => {
          log.faults.interceptPushes(lost ? () => undefined : undefined);
          return Promise.resolve();
        },
        holdReads: (what) => Promise.resolve(holdReads(log, what)),
      },
    });
  }),
);
