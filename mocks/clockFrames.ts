import type { Clock, ClockTimer } from '@regen/realtime-shared';

/** The same methods as the client's `FrameSource` port. */
export interface ClockFrames {
  request(callback: () => void): number;
  cancel(handle: number): void;
}

/** Frames on a clock: 60 a second of its time. */
export function clockFrames(clock: Clock): ClockFrames {
  const timers = new Map<number, ClockTimer>();
  let last = 0;
  return {
    request: (callback) => {
      last += 1;
      const handle = last;
      timers.set(
        handle,
        clock.setTimeout(() => {
          timers.delete(handle);
          callback();
        }, 16),
      );
      return handle;
    },
    cancel: (handle) => {
      clock.clearTimeout(timers.get(handle));
      timers.delete(handle);
    },
  };
}
