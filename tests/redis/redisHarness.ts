import { CONTRACT_SETTINGS, type JobLogHarness } from '../conformance/jobLogHarness.ts';
import { createRedisBed, type RedisUnderTest } from './redisBed.ts';

/** The log contract's harness, on a time that the test moves. */
export async function redisHarness(redis: RedisUnderTest): Promise<JobLogHarness> {
  let time = 1_800_000_000_000;
  const bed = await createRedisBed(redis, { ...CONTRACT_SETTINGS, now: () => time, random: Math.random });
  // As of a server that runs for longer than it spares each worker at its start.
  time += CONTRACT_SETTINGS.leaseMs;
  return {
    ...bed,
    now: () => time,
    advance: (ms) => {
      time += ms;
      return Promise.resolve();
    },
  };
}
