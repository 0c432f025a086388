import { createRedisBed, type RedisUnderTest } from '../../redis/redisBed.ts';
import type { CreatePlayedLog, PlayedLog } from './serverWorld.ts';

export function redisPlayedLog(redis: RedisUnderTest): CreatePlayedLog {
  return async ({ clock, random, timings, maxTextLength }) => {
    const bed = await createRedisBed(redis, { ...timings, now: () => clock.now(), random, maxTextLength });
    let isHealing = false;

    /** Healing is over when all that it brought has arrived. */
    async function heal(fault: Promise<void>): Promise<void> {
      isHealing = true;
      await fault;
      await bed.settle();
      isHealing = false;
    }

    const played: PlayedLog = {
      ...bed,
      log: {
        ...bed.log,
        // In real time it is also said to look again now and then: at another moment of the scenario each time.
        subscribeOwner: (ownerId, listener) =>
          bed.log.subscribeOwner(ownerId, (message) => {
            if (message.kind !== 'check' || isHealing) listener(message);
          }),
      },
      faults: {
        ...bed.faults,
        setAvailable: (available) => heal(bed.faults.setAvailable(available)),
        restartWithoutLog: () => heal(bed.faults.restartWithoutLog()),
      },
    };
    return played;
  };
}
