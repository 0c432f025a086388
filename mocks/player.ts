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

export interface PlayerState<P extends Page> {
  /** ms since the scenario's start. */
  time: number;
  duration: number;
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

export interface Player<P extends Page> {
  readonly scenario: Scenario;
  getState(): PlayerState<P>;
  subscribe(listener: () => void): () => void;
  play(): void;
  pause(): void;
  /** Pauses, and moves to the next step of the scenario, or to its end. */
  step(): Promise<void>;
  /** Moves to a time, ms since the start; there it stays paused, or goes on playing. */
  seek(time: number): Promise<void>;
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
  const listeners = new Set<() => void>();
  let speed = options.speed ?? 1;
  let isSeeking = false;
  let pageNumber = 0;
  let seeks = 0;
  let disposed = false;
  let run = begin();
  let state = read();

  function notify(): void {
    state = read();
    for (const listener of [...listeners]) listener();
  }

  function read(): PlayerState<P> {
    return {
      time: Math.min(run.time(), scenario.durationMs),
      duration: scenario.durationMs,
      isPlaying: run.driver.isPlaying,
      isSeeking,
      speed,
      page: run.page(),
      pageNumber,
      refusals: run.refusals,
    };
  }

  function begin(): Run<P> {
    const started = beginRun({
      scenario,
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

  async function seek(time: number): Promise<void> {
    const target = Math.min(Math.max(0, time), scenario.durationMs);
    seeks += 1;
    const own = seeks;
    const wasPlaying = run.driver.isPlaying;
    if (target < run.time()) {
      void run.dispose();
      run = begin();
    }
    const current = run;
    isSeeking = true;
    current.driver.pause();
    current.page()?.hold();
    notify();
    await current.seek(target);
    if (own !== seeks || disposed) return;
    isSeeking = false;
    current.page()?.release();
    if (wasPlaying) current.driver.play();
    notify();
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
      if (run.time() >= scenario.durationMs) void seek(0).then(() => run.driver.play());
      else run.driver.play();
    },
    pause: () => {
      run.driver.pause();
    },
    step: () => {
      run.driver.pause();
      const now = run.time();
      const next = scenario.steps.find((step) => step.at > now);
      return seek(next?.at ?? scenario.durationMs);
    },
    seek,
    setSpeed: (next) => {
      speed = next;
      run.driver.setSpeed(next);
    },
    surroundings: () => ({ link: run.link, backend: run.backend, device: run.device, clock: run.clock }),
    dispose: () => {
      disposed = true;
      listeners.clear();
      return run.dispose();
    },
  };
}
