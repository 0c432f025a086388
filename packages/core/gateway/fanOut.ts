import { EVENTS, type Clock, type ClockTimer, type JobEvent } from '@regen/realtime-shared';
import { MERGE_LIMITS, mergeChunks } from './mergeChunks.ts';

/**
 * Delivers live events with few sends: the first at once, chunks that come within the window of it together, at the
 * latest when the window ends or 64 events or 16 Ki code units are waiting. What is no chunk never waits.
 */
export interface FanOut {
  push(events: readonly JobEvent[]): void;
  /** Delivers what waits now. */
  flush(): void;
  /** Forgets what waits. */
  close(): void;
}

export function createFanOut(options: { clock: Clock; windowMs: number; deliver: (event: JobEvent) => void }): FanOut {
  const { clock, windowMs, deliver } = options;
  let waiting: JobEvent[] = [];
  let waitingLength = 0;
  let lastDelivery = Number.NEGATIVE_INFINITY;
  let timer: ClockTimer | undefined;

  function flush(): void {
    clock.clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    const due = waiting;
    waiting = [];
    waitingLength = 0;
    lastDelivery = clock.now();
    for (const event of due.length === 1 ? due : mergeChunks(due)) deliver(event);
  }

  return {
    push(events) {
      let urgent = false;
      for (const event of events) {
        waiting.push(event);
        if (event.type === EVENTS.MODEL_CHUNK) waitingLength += event.text.length;
        else urgent = true;
      }
      const elapsed = clock.now() - lastDelivery;
      const full = waiting.length >= MERGE_LIMITS.maxEvents || waitingLength >= MERGE_LIMITS.maxLength;
      // A clock that was set back would otherwise hold chunks for as long as it was set back.
      if (urgent || full || elapsed >= windowMs || elapsed < 0) flush();
      else timer ??= clock.setTimeout(flush, windowMs - elapsed);
    },
    flush,
    close() {
      clock.clearTimeout(timer);
      timer = undefined;
      waiting = [];
      waitingLength = 0;
    },
  };
}
