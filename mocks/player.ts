/**
 * Plays a scenario: a virtual clock, a network, a backend, a device and one page at a time on it. Any moment can be
 * reached, always in the same way; going back plays the scenario again from its start.
 */
import type { Device } from './device.ts';
import type { Link } from './link.ts';
import type { MockBackend } from './mockBackend.ts';
import type { Page, PageSurroundings } from './page.ts';
import { beginRun, type Run } from './run.ts';
import { parseScenario, type Scenario } from './scenario.ts';
import type { VirtualClock } from './virtualClock.ts';
import { mockWorld } from './world.ts';

export interface PlayerState<P extends Page> {
  /** ms since the scenario's start. */
  time: number;
  duration: number;
  /** While it seeks: whether it plays once it is there. */
  isPlaying: boolean;
  isSeeking: boolean;
  speed: number;
  /** The page that is open; null while there is none. */
  page: P | null;
  /** Grows when the page is another one. */
  pageNumber: number;
  /** What the rules refused the script, with the number of the step; a correct scenario has none. */
  refusals: readonly string[];
}

/** Once it is disposed of, nothing that is asked of it has an effect. */
export interface Player<P extends Page> {
  readonly scenario: Scenario;
  getState(): PlayerState<P>;
  subscribe(listener: () => void): () => void;
  /** At the end: from the start. While it seeks, playing and pausing say what comes after. */
  play(): void;
  pause(): void;
  /** Pauses, and moves to the next step or moment of the scenario, or to its end. */
  step(): Promise<void>;
  /**
   * Moves to a time, ms since the start, or to the end where that comes first; there it stays paused, or goes on
   * playing. A later one ends it where it is. Rejects with a RangeError for what is no time from 0 on.
   */
  seek(time: number): Promise<void>;
  /** Throws a RangeError unless it is finite and above 0. */
  setSpeed(speed: number): void;
  /** The network and the backend of the present run, for tests and an inspector. */
  surroundings(): { link: Link; backend: MockBackend; device: Device; clock: VirtualClock };
  /** Ends the page, the backend and the network at once; resolves when their sockets have closed. */
  dispose(): Promise<void>;
}

export interface PlayerOptions<P extends Page> {
  /** Checked; a scenario that makes no sense throws a `ScenarioError`. */
  scenario: unknown;
  createPage(surroundings: PageSurroundings): P;
  speed?: number;
}

export function createPlayer<P extends Page>(options: PlayerOptions<P>): Player<P> {
  const scenario = parseScenario(options.scenario);
  /** Where a step stops. */
  const stops = [...scenario.steps.map(({ at }) => at), ...Object.values(scenario.moments ?? {})].toSorted(
    (one, other) => one - other,
  );
  const listeners = new Set<() => void>();
  /** Whether the seek that is under way ends in playing; null without one. */
  let playsAfterSeek: boolean | null = null;
  let pageNumber = 0;
  let seeks = 0;
  let disposed = false;
  /** Resolves when the sockets of all runs that were left have closed. */
  let left: Promise<unknown> = Promise.resolve();
  let world = mockWorld(scenario);
  let run = begin(options.speed ?? 1);
  let state = read();

  function notify(): void {
    state = read();
    for (const listener of [...listeners]) listener();
  }

  function read(): PlayerState<P> {
    return {
      time: Math.min(run.time(), scenario.durationMs),
      duration: scenario.durationMs,
      isPlaying: playsAfterSeek ?? run.driver.isPlaying,
      isSeeking: playsAfterSeek !== null,
      speed: run.driver.speed,
      page: run.page(),
      pageNumber,
      refusals: run.refusals,
    };
  }

  function begin(speed: number): Run<P> {
    const started = beginRun({
      scenario,
      world,
      createPage: options.createPage,
      speed,
      onPage: () => {
        pageNumber += 1;
        if (!disposed) notify();
      },
    });
    started.driver.subscribe(() => {
      if (started.time() >= scenario.durationMs) started.driver.pause();
      if (!disposed) notify();
    });
    return started;
  }

  function leave(): void {
    left = Promise.all([left, run.dispose()]);
  }

  async function move(target: number, thenPlay: boolean): Promise<void> {
    seeks += 1;
    const own = seeks;
    playsAfterSeek = thenPlay;
    if (target < run.time()) {
      leave();
      world = mockWorld(scenario);
      run = begin(run.driver.speed);
    }
    const current = run;
    current.driver.pause();
    current.page()?.hold();
    notify();
    try {
      await current.seek(target);
    } catch (error) {
      if (own === seeks) playsAfterSeek = false;
      throw error;
    } finally {
      if (own === seeks && !disposed) {
        const plays = playsAfterSeek;
        playsAfterSeek = null;
        current.page()?.release();
        if (plays === true) current.driver.play();
        notify();
      }
    }
  }

  async function seek(time: number): Promise<void> {
    if (!Number.isFinite(time) || time < 0) {
      throw new RangeError(`Cannot seek to ${String(time)}: give ms since the start of the scenario, from 0 on.`);
    }
    if (disposed) return;
    await move(Math.min(time, scenario.durationMs), playsAfterSeek ?? run.driver.isPlaying);
  }

  function setPlaying(plays: boolean): void {
    if (disposed) return;
    if (playsAfterSeek !== null) {
      playsAfterSeek = plays;
      notify();
    } else if (!plays) run.driver.pause();
    else if (run.time() >= scenario.durationMs) void move(0, true);
    else run.driver.play();
  }

  return {
    scenario,
    getState: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    play: () => {
      setPlaying(true);
    },
    pause: () => {
      setPlaying(false);
    },
    step: () => {
      setPlaying(false);
      const now = run.time();
      return seek(stops.find((at) => at > now) ?? scenario.durationMs);
    },
    seek,
    setSpeed: (speed) => {
      run.driver.setSpeed(speed);
    },
    surroundings: () => ({ link: world.link, backend: world.backend, device: run.device, clock: world.clock }),
    dispose: async () => {
      if (!disposed) {
        disposed = true;
        playsAfterSeek = null;
        leave();
        state = read();
        listeners.clear();
      }
      await left;
    },
  };
}
