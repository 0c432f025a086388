/** Time as a port: everything of ours that waits or reads the time does it through one of these. */
export interface Clock {
  /** ms since the Unix epoch. */
  now(): number;
  /** Calls back once after `delayMs`, never before the caller has returned. */
  setTimeout(callback: () => void, delayMs: number): ClockTimer;
  /** Forgets a timer; one that has fired, or `undefined`, is ignored. */
  clearTimeout(timer: ClockTimer | undefined): void;
}

/** Opaque handle of a timer. */
export type ClockTimer = number | object;

/** The part of the global object that this file needs: neither the DOM's nor Node's types are in scope here. */
const timers = globalThis as unknown as {
  setTimeout(callback: () => void, delayMs: number): ClockTimer;
  clearTimeout(timer: ClockTimer | undefined): void;
};

/** The platform's timers count in 32 bits and fire at once beyond; ms, 24.8 days. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** The machine's own time. A delay of more than 24.8 days ends after 24.8 days. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, delayMs) => timers.setTimeout(callback, Math.min(delayMs, LONGEST_DELAY_MS)),
  clearTimeout: (timer) => {
    timers.clearTimeout(timer);
  },
};

/** A number from 0 up to, not including, 1. */
export type Random = () => number;
