import type { VirtualClock } from './virtualClock.ts';

/** Plays a virtual clock against real time. Made paused. */
export interface RealTimeDriver {
  readonly isPlaying: boolean;
  /** Virtual ms for each real one. */
  readonly speed: number;
  play(): void;
  pause(): void;
  /** Takes effect at once, also while playing. Throws a RangeError unless it is finite and above 0. */
  setSpeed(speed: number): void;
  /** Pauses and moves to the next timer, and fires all that are due then; without timers nothing moves. */
  step(): Promise<void>;
  /**
   * Moves to `time` as fast as it can, then goes on playing if it was. Rejects with a RangeError for a time that is not
   * finite or has passed: to go back, begin again with a new clock. A later seek, step or stop ends it where it is.
   */
  seek(time: number): Promise<void>;
  /** Calls back after the time has moved or playing, pausing or the speed has changed. Returns its unsubscribe. */
  subscribe(listener: () => void): () => void;
  /** Pauses for ever and forgets its subscribers. */
  stop(): void;
}

export interface RealTimeDriverOptions {
  /** 1 if left out. */
  speed?: number;
  /** Awaited before every timer, as `advanceTo` does; usually an `Activity`'s `settled`. */
  settle?: () => Promise<void>;
  /** The page's frames if left out, or 16 ms timers where there are none. */
  frames?: DriverFrames;
  /** Monotonic real ms; `performance.now` if left out. */
  realNow?: () => number;
  /** Gets what a timer threw while playing; playing has paused then. Reported as an uncaught error if left out. */
  onError?: (error: unknown) => void;
}

/** Calls back some time soon; the handle cancels it. */
export interface DriverFrames {
  request(callback: () => void): number;
  cancel(handle: number): void;
}

/** A frame that comes later than this (a hidden tab, a debugger) counts as this long: time does not leap. */
const LONGEST_FRAME_MS = 250;

export function createRealTimeDriver(clock: VirtualClock, options: RealTimeDriverOptions = {}): RealTimeDriver {
  const { settle, frames = pageFrames(), realNow = () => performance.now(), onError = reportUncaught } = options;
  const listeners = new Set<() => void>();
  const advanceOptions = (signal: AbortSignal) => ({ signal, ...(settle && { settle }) });
  let speed = checkedSpeed(options.speed ?? 1);
  let isPlaying = false;
  let isStopped = false;
  let handle: number | undefined;
  let lastReal = 0;
  /** Virtual ms that have passed but are not yet a whole one: the clock keeps to whole ms, as Date.now() does. */
  let fraction = 0;
  /** Ends the jump or the frame that is under way. */
  let current = new AbortController();

  const notify = (): void => {
    for (const listener of [...listeners]) listener();
  };

  const interrupt = (): AbortSignal => {
    current.abort();
    current = new AbortController();
    if (handle !== undefined) frames.cancel(handle);
    handle = undefined;
    return current.signal;
  };

  const setPlaying = (playing: boolean): void => {
    if (isPlaying === playing) return;
    isPlaying = playing;
    notify();
  };

  const playFrame = async (signal: AbortSignal): Promise<void> => {
    const real = realNow();
    const passed = Math.min(Math.max(real - lastReal, 0), LONGEST_FRAME_MS);
    lastReal = real;
    const due = fraction + passed * speed;
    fraction = due % 1;
    try {
      await clock.advanceTo(clock.now() + Math.floor(due), advanceOptions(signal));
    } catch (error) {
      if (!signal.aborted) {
        interrupt();
        setPlaying(false);
      }
      onError(error);
      return;
    }
    if (signal.aborted) return;
    notify();
    if (!signal.aborted) requestFrame(signal);
  };

  const requestFrame = (signal: AbortSignal): void => {
    handle = frames.request(() => {
      handle = undefined;
      void playFrame(signal);
    });
  };

  const resume = (): void => {
    lastReal = realNow();
    requestFrame(interrupt());
  };

  const jump = async (time: number): Promise<void> => {
    const signal = interrupt();
    await clock.advanceTo(time, advanceOptions(signal));
    if (signal.aborted) return;
    if (isPlaying) resume();
    notify();
  };

  return {
    get isPlaying() {
      return isPlaying;
    },
    get speed() {
      return speed;
    },
    play: () => {
      if (isPlaying || isStopped) return;
      resume();
      setPlaying(true);
    },
    pause: () => {
      if (!isPlaying) return;
      interrupt();
      setPlaying(false);
    },
    setSpeed: (newSpeed) => {
      speed = checkedSpeed(newSpeed);
      notify();
    },
    step: async () => {
      if (isStopped) return;
      setPlaying(false);
      const signal = interrupt();
      // What is in flight may set a timer that comes first.
      await clock.advanceTo(clock.now(), advanceOptions(signal));
      const next = clock.nextTimerAt();
      if (signal.aborted || next === undefined) return;
      await jump(next);
    },
    seek: async (time) => {
      if (isStopped) return;
      if (!Number.isFinite(time)) throw new RangeError(`Cannot seek to ${time}: give a finite time of the clock, ms.`);
      if (time < clock.now()) {
        throw new RangeError(
          `Cannot seek from ${clock.now()} back to ${time}: what happened cannot be undone. Begin again with a new clock.`,
        );
      }
      await jump(time);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    stop: () => {
      isStopped = true;
      isPlaying = false;
      interrupt();
      listeners.clear();
    },
  };
}

function checkedSpeed(speed: number): number {
  if (Number.isFinite(speed) && speed > 0) return speed;
  throw new RangeError(`The speed has to be a finite number above 0, not ${speed}. To hold the time, pause.`);
}

function pageFrames(): DriverFrames {
  if (typeof requestAnimationFrame === 'function') {
    return {
      request: (callback) => requestAnimationFrame(callback),
      cancel: (handle) => {
        cancelAnimationFrame(handle);
      },
    };
  }
  const timers = new Map<number, ReturnType<typeof setTimeout>>();
  let handles = 0;
  return {
    request: (callback) => {
      const handle = (handles += 1);
      timers.set(
        handle,
        setTimeout(() => {
          timers.delete(handle);
          callback();
        }, 16),
      );
      return handle;
    },
    cancel: (handle) => {
      clearTimeout(timers.get(handle));
      timers.delete(handle);
    },
  };
}

function reportUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
