import type { Clock, ClockTimer } from '@regen/realtime-shared';

/** One direction of one connection: first in, first out, with delays and hold-ups. */
export interface Lane {
  /** Delivers at once if nothing is ahead, nothing holds the lane back and there is no delay; else when its time comes. */
  push(deliver: () => void): void;
  /** Delivers what is due; to be called when the lane is held back no longer. */
  resume(): void;
  /** Loses what has not been delivered. */
  discard(): void;
}

export interface LaneOptions {
  clock: Clock;
  /** ms that an item pushed now takes. */
  delayMs: () => number;
  isHeldBack: () => boolean;
}

export function createLane({ clock, delayMs, isHeldBack }: LaneOptions): Lane {
  let queue: { readonly due: number; readonly deliver: () => void }[] = [];
  let timer: ClockTimer | undefined;
  let pumping = false;

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
    push: (deliver) => {
      // An earlier item with a longer delay holds this one up: nothing overtakes.
      queue.push({ due: clock.now() + delayMs(), deliver });
      pump();
    },
    resume: pump,
    discard: () => {
      queue = [];
      clock.clearTimeout(timer);
      timer = undefined;
    },
  };
}
