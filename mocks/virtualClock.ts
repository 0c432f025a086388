import type { Clock, ClockTimer } from '@regen/realtime-shared';

/**
 * A clock that stands still until it is told to move. Timers fire ordered by time, then by the order in which they were
 * set. What a timer's callback throws comes out of the call that moved the clock; the other timers stay.
 */
export interface VirtualClock extends Clock {
  /**
   * Moves on by `ms`, 0 or more, and fires what becomes due, including timers set on the way. Waits for nothing in
   * flight. What is no finite time throws a RangeError, here and below, and moves nothing.
   */
  advance(ms: number): void;
  /** Moves to `time`, as `advance` does; a time that has passed already changes nothing. */
  runTo(time: number): void;
  /**
   * Moves to `time`, and before every timer awaits `settle`, so that all that an earlier timer sent over the mock wire
   * has landed at that timer's own moment. Settled once more at the end. Calls queue up: each starts after the last.
   */
  advanceTo(time: number, options?: AdvanceOptions): Promise<void>;
  /** When the earliest timer is due; `undefined` without timers. */
  nextTimerAt(): number | undefined;
  /** How many timers are set. */
  pending(): number;
}

export interface AdvanceOptions {
  /** Usually an `Activity`'s `settled`. */
  settle?: () => Promise<void>;
  /** Stops between two timers; the call then resolves with the clock where it stopped. */
  signal?: AbortSignal;
}

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A timer that sets itself again without delay would keep the clock at one moment for ever. */
const MAX_TIMERS_AT_ONE_MOMENT = 100_000;

/** 1 January 2026, 00:00 UTC. */
const DEFAULT_START = 1_767_225_600_000;

export function createVirtualClock({ start = DEFAULT_START }: { start?: number } = {}): VirtualClock {
  let now = start;
  let order = 0;
  let timers: Timer[] = [];
  let firedAtThisMoment = 0;
  let firing = false;
  let queue: Promise<void> = Promise.resolve();

  const moveTo = (time: number): void => {
    if (time <= now) return;
    now = time;
    firedAtThisMoment = 0;
  };

  const fireFirst = (): void => {
    const timer = timers.shift();
    if (!timer) return;
    moveTo(timer.at);
    firedAtThisMoment += 1;
    if (firedAtThisMoment > MAX_TIMERS_AT_ONE_MOMENT) {
      throw new Error(
        `More than ${MAX_TIMERS_AT_ONE_MOMENT} timers fired at ${now}: a timer seems to set itself again without a delay, so time cannot go on. Give it a delay.`,
      );
    }
    firing = true;
    try {
      timer.callback();
    } finally {
      firing = false;
    }
  };

  const isDue = (time: number): boolean => {
    const first = timers[0];
    return first !== undefined && first.at <= time;
  };

  const runTo = (time: number): void => {
    checkTime(time);
    if (firing) throw new Error('The virtual clock was moved by one of its own timers. Set another timer instead.');
    while (isDue(time)) fireFirst();
    moveTo(time);
  };

  const advanceTo = async (time: number, { settle, signal }: AdvanceOptions): Promise<void> => {
    checkTime(time);
    for (;;) {
      await settle?.();
      if (signal?.aborted) return;
      if (!isDue(time)) break;
      fireFirst();
    }
    moveTo(time);
  };

  return {
    now: () => now,
    setTimeout: (callback, delayMs): ClockTimer => {
      // Whole ms, as Date.now() gives them, and never too early.
      const timer: Timer = { at: now + (delayMs > 0 ? Math.ceil(delayMs) : 0), order: (order += 1), callback };
      timers.splice(insertionIndex(timers, timer), 0, timer);
      return timer;
    },
    clearTimeout: (timer) => {
      if (timer !== undefined) timers = timers.filter((candidate) => candidate !== timer);
    },
    advance: (ms) => {
      if (ms < 0)
        throw new RangeError(`The virtual clock cannot go back by ${String(-ms)} ms. Begin again with a new clock.`);
      runTo(now + ms);
    },
    runTo,
    advanceTo: (time, options = {}) => {
      const turn = queue.then(() => advanceTo(time, options));
      queue = turn.catch(() => undefined);
      return turn;
    },
    nextTimerAt: () => timers[0]?.at,
    pending: () => timers.length,
  };
}

function checkTime(time: number): void {
  if (!Number.isFinite(time)) {
    throw new RangeError(`The virtual clock cannot move to ${String(time)}. Give a finite time, ms since 1970.`);
  }
}

/** Where `timer` belongs: after every timer that is due earlier, or at the same time but set before it. */
function insertionIndex(timers: readonly Timer[], timer: Timer): number {
  let low = 0;
  let high = timers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = timers[middle];
    if (other && other.at <= timer.at) low = middle + 1;
    else high = middle;
  }
  return low;
}
