import type { Clock, ClockTimer } from '@regen/realtime-shared';

export interface StoppableClock {
  readonly clock: Clock;
  /** Time stands at `time` from here on: no timer fires any more. */
  stop(time: number): void;
}

/** Goes as `source` goes, until it is stopped. */
export function createStoppableClock(source: Clock): StoppableClock {
  const timers = new Set<ClockTimer>();
  let stoppedAt: number | null = null;

  return {
    clock: {
      now: () => stoppedAt ?? source.now(),
      setTimeout: (callback, delayMs) => {
        if (stoppedAt !== null) return 0;
        const timer = source.setTimeout(() => {
          timers.delete(timer);
          callback();
        }, delayMs);
        timers.add(timer);
        return timer;
      },
      clearTimeout: (timer) => {
        if (timer !== undefined && timers.delete(timer)) source.clearTimeout(timer);
      },
    },
    stop: (time) => {
      stoppedAt = time;
      for (const timer of timers) source.clearTimeout(timer);
      timers.clear();
    },
  };
}
