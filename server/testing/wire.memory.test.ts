import { memoryJobLog } from '@regen/realtime-core';
import { holdReads } from '../../tests/conformance/holdReads.ts';
import { LEASE_MS, LOST_MS, MAX_TEXT_LENGTH, serverHarness } from './serverHarness.ts';
import { wireContract } from '../../tests/conformance/wireContract.ts';

wireContract('the server on memory', () =>
  serverHarness(({ clock, random }) => {
    const log = memoryJobLog({ clock, random, leaseMs: LEASE_MS, lostMs: LOST_MS, maxTextLength: MAX_TEXT_LENGTH });
    return Promise.resolve({
      log,
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
