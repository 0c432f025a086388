import type { Clock, ClockTimer } from '@regen/realtime-shared';

/** The timers of one process or run: they end with it, and what it left behind can be counted. */
export interface ScopedClock extends Clock {
  pending(): number;
  /** Nothing that was set fires any more, and nothing can be set. With `at`, its time stands there from here on. */
  end(at?: number): void;
}

/** Goes as `clock` goes, until it is ended. */
export function createScopedClock(clock: Clock): ScopedClock {
  const timers = new Set<ClockTimer>();
  let hasEnded = false;
  let endedAt: number | undefined;
  return {
    now: () => endedAt ?? clock.now(),
    setTimeout: (callback, delayMs) => {
      if (hasEnded) return 0;
      const timer = clock.setTimeout(() => {
        timers.delete(timer);
        callback();
      }, delayMs);
      timers.add(timer);
      return timer;
    },
    clearTimeout: (timer) => {
      if (timer !== undefined && timers.delete(timer)) clock.clearTimeout(timer);
    },
    pending: () => timers.size,
    end: (at) => {
      hasEnded = true;
      endedAt = at;
      for (const timer of timers) clock.clearTimeout(timer);
      timers.clear();
    },
  };
}
