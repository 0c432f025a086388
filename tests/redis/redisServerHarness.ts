import { LEASE_MS, LOST_MS, MAX_TEXT_LENGTH, serverHarness } from '../server/serverHarness.ts';
import { holdReads } from '../conformance/holdReads.ts';
import type { WireHarness } from '../conformance/wireHarness.ts';
import { createRedisBed, type RedisUnderTest } from './redisBed.ts';

/** The wire contract's harness: the real server, its log on Redis. */
export function redisServerHarness(redis: RedisUnderTest): Promise<WireHarness> {
  return serverHarness(async ({ clock, random }) => {
    const bed = await createRedisBed(redis, {
      now: () => clock.now(),
      random,
      leaseMs: LEASE_MS,
      lostMs: LOST_MS,
      maxTextLength: MAX_TEXT_LENGTH,
    });
    const { loseTail, restartWithoutLog, setAvailable, losePushes } = bed.faults;
    const log = { ...bed.log, close: bed.close };
    return {
      log,
      settle: bed.settle,
      isQuiet: bed.isQuiet,
      can: {
        loseTail,
        restartWithoutLog,
        degrade: (degraded) => setAvailable(!degraded),
        losePushes: (lost) => {
          losePushes(lost);
          return Promise.resolve();
        },
        holdReads: (what) => Promise.resolve(holdReads(log, what)),
      },
    };
  });
}
