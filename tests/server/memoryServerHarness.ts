import { memoryJobLog } from '@regen/realtime-core';
import { holdReads } from '../conformance/holdReads.ts';
import type { WireHarness } from '../conformance/wireHarness.ts';
import { LEASE_MS, LOST_MS, MAX_TEXT_LENGTH, serverHarness } from './serverHarness.ts';

/** The wire contract's harness: the real server, its log in memory. */
export function memoryServerHarness(createSocket?: Parameters<typeof serverHarness>[1]): Promise<WireHarness> {
  return serverHarness(({ clock, random }) => {
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
  }, createSocket);
}
