import type { Clock, ClockTimer } from '@regen/realtime-shared';

/** The timers of one process: they end with it, and what it left behind can be counted. */
export interface ScopedClock extends Clock {
  pending(): number;
  /** The process is gone: nothing it set fires any more, and nothing can be set. */
  end(): void;
}

export function createScopedClock(clock: Clock): ScopedClock {
  const timers = new Set<ClockTimer>();
  let ended = false;
  return {
    now: () => clock.now(),
    setTimeout: (callback, delayMs) => {
      if (ended) return 0;
      const timer = clock.setTimeout(() => {
        timers.delete(timer);
        callback();
      }, delayMs);
      timers.add(timer);
      return timer;
    },
    clearTimeout: (timer) => {
      if (timer === undefined || !timers.delete(timer)) return;
      clock.clearTimeout(timer);
    },
    pending: () => timers.size,
    end: () => {
      ended = true;
      for (const timer of timers) clock.clearTimeout(timer);
      timers.clear();
    },
  };
}
