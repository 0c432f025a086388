/** A wait for what may never come. */
import type { Clock } from '@regen/realtime-shared';

export interface BoundedWait<Result> {
  /** What came in time, else the fallback. Rejects where what is awaited rejects in time. */
  readonly result: Promise<Result>;
  /** Ends it now, with the fallback. No timer is left. */
  end(): void;
}

/**
 * Waits at most `deadlineMs` for what `begin` promises, else for nothing longer and for `fallback`. `isOver`: nobody
 * waits any more, so that nothing should be begun.
 */
export function boundedWait<Result>(
  clock: Clock,
  deadlineMs: number,
  fallback: Result,
  begin: (isOver: () => boolean, ended: Promise<Result>) => Promise<Result>,
): BoundedWait<Result> {
  let over = false;
  let resolveEnded: (result: Result) => void = () => undefined;
  const ended = new Promise<Result>((resolve) => {
    resolveEnded = resolve;
  });

  function end(): void {
    over = true;
    clock.clearTimeout(deadline);
    resolveEnded(fallback);
  }

  const deadline = clock.setTimeout(end, deadlineMs);
  return { result: Promise.race([begin(() => over, ended), ended]).finally(end), end };
}
