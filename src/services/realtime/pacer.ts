/** Lets calls pass at most at a given rate, in order, so that a page with many jobs stays below the server's limit. */
import type { Clock, ClockTimer } from '@regen/realtime-shared';

export interface Pacer {
  /** Calls `task` now if its turn has come, else later. Returns a function that forgets it. */
  run(task: () => void): () => void;
  /** Forgets all that wait. */
  clear(): void;
}

export function createPacer(clock: Clock, options: { perSecond: number; burst: number }): Pacer {
  const spacing = 1_000 / options.perSecond;
  const waiting = new Set<() => void>();
  let tokens = options.burst;
  let filledAt = clock.now();
  let timer: ClockTimer | undefined;

  function fill(): void {
    const gained = Math.max(0, clock.now() - filledAt) / spacing;
    tokens = Math.min(options.burst, tokens + gained);
    filledAt = clock.now();
  }

  function serve(): void {
    timer = undefined;
    fill();
    for (const task of waiting) {
      if (tokens < 1) break;
      tokens -= 1;
      waiting.delete(task);
      task();
    }
    if (waiting.size > 0 && timer === undefined) timer = clock.setTimeout(serve, Math.ceil((1 - tokens) * spacing));
  }

  return {
    run: (task) => {
      const own = () => {
        task();
      };
      waiting.add(own);
      if (timer === undefined) serve();
      return () => waiting.delete(own);
    },
    clear: () => {
      waiting.clear();
      clock.clearTimeout(timer);
      timer = undefined;
    },
  };
}
