import type { Clock } from '@regen/realtime-shared';

/**
 * Real timers come late, and what sets the next one as each fires falls behind by the sum. Here a timer that is set
 * while another fires counts from when that one was due, as on a virtual clock.
 */
export function createPunctualClock(source: Clock): Clock {
  let due: number | null = null;
  return {
    ...source,
    setTimeout: (callback, delayMs) => {
      const now = source.now();
      const own = (due ?? now) + delayMs;
      return source.setTimeout(
        () => {
          due = own;
          try {
            callback();
          } finally {
            due = null;
          }
        },
        Math.max(0, own - now),
      );
    },
  };
}
