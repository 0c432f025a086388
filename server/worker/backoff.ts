import type { Clock, Random } from '@regen/realtime-shared';

const BASE_MS = 100;
const CAP_MS = 5_000;

/** ms to wait before another attempt: exponential with full jitter, and at least what the server asked for. */
export function backoff(failures: number, asked: number, random: Random): number {
  return asked + random() * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(failures, 10));
}

/** Resolves after a time, or at once when the signal is aborted. */
export function wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
