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

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, delayMs) => timers.setTimeout(callback, delayMs),
  clearTimeout: (timer) => {
    timers.clearTimeout(timer);
  },
};

/** A number from 0 up to, not including, 1. */
export type Random = () => number;
