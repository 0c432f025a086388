import type { Clock, ClockTimer } from '@regen/realtime-shared';

/** One direction of one connection: first in, first out, with delays and hold-ups. */
export interface Lane {
  /** Delivers at once if nothing is ahead, nothing holds the lane back and there is no delay; else when its time comes. */
  push(deliver: () => void, bytes?: number): void;
  /** Delivers what is due; to be called when the lane is held back no longer. */
  resume(): void;
  /** Lets what waits for its turn on a slow line take the delay of now alone; to be called when the line is slow no longer. */
  hurry(): void;
  /** Loses what has not been delivered. */
  discard(): void;
}

export interface LaneOptions {
  clock: Clock;
  /** ms that an item pushed now takes. */
  delayMs: () => number;
  /** `Infinity` if the line is not slow. */
  bytesPerSecond: () => number;
  isHeldBack: () => boolean;
}

export function createLane({ clock, delayMs, bytesPerSecond, isHeldBack }: LaneOptions): Lane {
  let queue: { readonly due: number; readonly deliver: () => void }[] = [];
  let timer: ClockTimer | undefined;
  let pumping = false;
  /** When the line has carried all that was pushed. */
  let freeAt = -Infinity;

  const pump = (): void => {
    if (pumping) return;
    pumping = true;
    clock.clearTimeout(timer);
    timer = undefined;
    try {
      for (let first = queue[0]; first && !isHeldBack() && first.due <= clock.now(); first = queue[0]) {
        queue.shift();
        first.deliver();
      }
    } finally {
      pumping = false;
      const next = queue[0];
      if (next && !isHeldBack()) timer = clock.setTimeout(pump, next.due - clock.now());
    }
  };

  return {
    push: (deliver, bytes = 0) => {
      freeAt = Math.max(freeAt, clock.now()) + (bytes * 1000) / bytesPerSecond();
      // An earlier item with a longer delay holds this one up: nothing overtakes.
      queue.push({ due: freeAt + delayMs(), deliver });
      pump();
    },
    resume: pump,
    hurry: () => {
      freeAt = clock.now();
      const latest = freeAt + delayMs();
      queue = queue.map(({ due, deliver }) => ({ due: Math.min(due, latest), deliver }));
      pump();
    },
    discard: () => {
      queue = [];
      clock.clearTimeout(timer);
      timer = undefined;
    },
  };
}
