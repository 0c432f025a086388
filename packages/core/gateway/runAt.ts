import type { Clock, ClockTimer } from '@regen/realtime-shared';

/** Browsers and Node fire timers beyond this at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** Runs something at a time, ms since the Unix epoch, however far away; past ones as soon as possible. Returns its cancel. */
export function runAt(clock: Clock, time: number, run: () => void): () => void {
  let timer: ClockTimer | undefined;

  function wait(): void {
    const delayMs = Math.max(0, time - clock.now());
    timer = clock.setTimeout(
      () => {
        if (clock.now() < time) wait();
        else run();
      },
      Math.min(delayMs, LONGEST_TIMER_MS),
    );
  }

  wait();
  return () => {
    clock.clearTimeout(timer);
  };
}
