/**
 * The one scheduler of a client: whatever changed is delivered to all subscribers together, at most once a frame.
 * A frame callback alone stops in a hidden tab and piles up, and a timer that restarts starves; so both run.
 */
import type { Clock, ClockTimer } from '@regen/realtime-shared';
import type { Environment, FrameSource } from './ports.ts';

export interface FrameScheduler {
  /** Asks for a delivery; any number of calls before it are one. */
  schedule(): void;
  /** Delivers now what was asked for, if anything; nothing within a delivery. */
  flush(): void;
  /** While held, nothing is delivered; `release` delivers once. For a story that seeks. */
  hold(): void;
  release(): void;
  stop(): void;
}

/** A hidden page, or one whose frames do not come, is still told this often; ms. */
const HIDDEN_INTERVAL_MS = 250;
/** A delivery that takes longer than this is a slow one; ms. */
const SLOW_DELIVERY_MS = 8;
/** On a display of more than 60 frames a second some are left out: no reader gains by more; ms. */
const FRAME_MS = 1_000 / 60;
/** How much earlier than its turn a frame may come, since frames and clocks are not exact; ms. */
const FRAME_SLACK_MS = 2;
/** Frames that are left out between two slow deliveries: 30, then 15 deliveries a second. */
const SKIPPED_FRAMES = [0, 1, 3] as const;

export function createFrameScheduler(
  ports: { clock: Clock; frames: FrameSource; environment: Environment },
  deliver: () => void,
): FrameScheduler {
  const { clock, frames, environment } = ports;
  let asked = false;
  let holds = 0;
  let frame: number | null = null;
  let timer: ClockTimer | undefined;
  let slowness = 0;
  let framesToSkip = 0;
  let nextTurnAt = Number.NEGATIVE_INFINITY;
  let stopped = false;
  let isDelivering = false;

  function disarm(): void {
    if (frame !== null) frames.cancel(frame);
    frame = null;
    clock.clearTimeout(timer);
    timer = undefined;
  }

  function onFrame(): void {
    frame = null;
    if (framesToSkip > 0) {
      framesToSkip -= 1;
      frame = frames.request(onFrame);
      return;
    }
    const early = nextTurnAt - clock.now();
    // A turn that is further away than one frame is a clock that was set back.
    if (early > FRAME_SLACK_MS && early <= FRAME_MS + FRAME_SLACK_MS) {
      frame = frames.request(onFrame);
      return;
    }
    nextTurnAt = Math.max(nextTurnAt, clock.now() - FRAME_SLACK_MS) + FRAME_MS;
    if (nextTurnAt - clock.now() > FRAME_MS + FRAME_SLACK_MS) nextTurnAt = clock.now() + FRAME_MS;
    run();
  }

  function arm(): void {
    if (environment.isVisible() && frame === null) frame = frames.request(onFrame);
    timer ??= clock.setTimeout(run, HIDDEN_INTERVAL_MS);
  }

  function run(): void {
    // What a listener asks for comes with the next frame: a delivery within one would be overtaken by it.
    if (isDelivering) return;
    disarm();
    if (!asked || holds > 0) return;
    asked = false;
    const startedAt = clock.now();
    isDelivering = true;
    try {
      deliver();
    } finally {
      isDelivering = false;
    }
    const slow = clock.now() - startedAt > SLOW_DELIVERY_MS;
    slowness = slow ? Math.min(slowness + 1, SKIPPED_FRAMES.length - 1) : Math.max(slowness - 1, 0);
    framesToSkip = SKIPPED_FRAMES[slowness] ?? 0;
  }

  const unsubscribe = environment.subscribe((signal) => {
    if (signal === 'visible' || signal === 'pageshow') run();
  });

  return {
    schedule: () => {
      if (asked || stopped) return;
      asked = true;
      if (holds === 0) arm();
    },
    flush: run,
    hold: () => {
      holds += 1;
      disarm();
    },
    release: () => {
      holds = Math.max(0, holds - 1);
      if (holds === 0) run();
    },
    stop: () => {
      stopped = true;
      unsubscribe();
      disarm();
      asked = false;
    },
  };
}
