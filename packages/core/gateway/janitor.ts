import type { Clock, ClockTimer } from '@regen/realtime-shared';
import { JobLogUnavailableError, type JobLog } from '../log/jobLog.ts';

/** Sweeps the log when something is due, at least every `intervalMs`. Returns its stop. */
export function startJanitor(options: {
  log: JobLog;
  clock: Clock;
  intervalMs: number;
  onError: (error: unknown, context: string) => void;
}): () => void {
  const { log, clock, intervalMs, onError } = options;
  let timer: ClockTimer | undefined;
  let stopped = false;

  async function sweep(): Promise<void> {
    let delayMs = intervalMs;
    try {
      const { nextDueInMs } = await log.sweep();
      delayMs = Math.min(intervalMs, Math.max(1, nextDueInMs ?? intervalMs));
    } catch (error) {
      if (!(error instanceof JobLogUnavailableError)) onError(error, 'sweeping the log');
    }
    if (!stopped) schedule(delayMs);
  }

  function schedule(delayMs: number): void {
    timer = clock.setTimeout(() => void sweep(), delayMs);
  }

  schedule(intervalMs);
  return () => {
    stopped = true;
    clock.clearTimeout(timer);
  };
}
