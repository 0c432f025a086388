import type { Clock, ClockTimer, Random } from '@regen/realtime-shared';

/** Calls `onSilence` whenever nothing was heard for about `intervalMs`, spread so that many do not call at once. */
export interface SilenceWatch {
  /** Begins to watch; without effect while it does. */
  start(): void;
  stop(): void;
  /** Something was heard. Costs no timer. */
  heard(): void;
}

export function createSilenceWatch(options: {
  clock: Clock;
  random: Random;
  intervalMs: number;
  /** Asked before each call: false ends the watch. */
  isNeeded: () => boolean;
  onSilence: () => void;
}): SilenceWatch {
  const { clock, random, intervalMs, isNeeded, onSilence } = options;
  let timer: ClockTimer | undefined;
  let heardAt = clock.now();

  function schedule(delayMs: number): void {
    timer = clock.setTimeout(() => {
      timer = undefined;
      if (!isNeeded()) return;
      const silentMs = clock.now() - heardAt;
      if (silentMs >= 0 && silentMs < intervalMs * 0.9) {
        schedule(intervalMs - silentMs);
        return;
      }
      heardAt = clock.now();
      onSilence();
      start();
    }, delayMs);
  }

  function start(): void {
    if (timer === undefined && isNeeded()) schedule(intervalMs * (0.9 + 0.2 * random()));
  }

  return {
    start,
    stop() {
      clock.clearTimeout(timer);
      timer = undefined;
    },
    heard() {
      heardAt = clock.now();
    },
  };
}
