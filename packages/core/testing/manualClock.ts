import type { Clock, ClockTimer } from '@regen/realtime-shared';

/** Time that moves by hand. */
export interface ManualClock extends Clock {
  /** Fires what is due in order of time, then of setting; after each, all that follows without time has happened. */
  advance(ms: number): Promise<void>;
  pending(): number;
}

/** Lets everything happen that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
}

export function createManualClock(start = 1_700_000_000_000): ManualClock {
  let now = start;
  let count = 0;
  const timers = new Map<ClockTimer, { at: number; order: number; callback: () => void }>();

  function nextDue(until: number): ClockTimer | undefined {
    let next: { timer: ClockTimer; at: number; order: number } | undefined;
    for (const [timer, { at, order }] of timers) {
      const earlier = next === undefined || at < next.at || (at === next.at && order < next.order);
      if (at <= until && earlier) next = { timer, at, order };
    }
    return next?.timer;
  }

  return {
    now: () => now,
    setTimeout(callback, delayMs) {
      count += 1;
      timers.set(count, { at: now + Math.max(0, delayMs), order: count, callback });
      return count;
    },
    clearTimeout(timer) {
      if (timer !== undefined) timers.delete(timer);
    },
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (let timer = nextDue(until); timer !== undefined; timer = nextDue(until)) {
        const due = timers.get(timer);
        timers.delete(timer);
        if (due === undefined) continue;
        now = Math.max(now, due.at);
        due.callback();
        await settle();
      }
      now = until;
    },
    pending: () => timers.size,
  };
}

/** The same numbers for the same seed (mulberry32). */
export function createSeededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
