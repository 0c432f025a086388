/**
 * Plays a scenario: a virtual clock, a network, a backend, a device and one page at a time on it. Any moment can be
 * reached, always in the same way; going back plays the scenario again from its start.
 */
import { assertNever, type ClockTimer, type EVENTS } from '@regen/realtime-shared';
import type { ManagerOptions } from 'socket.io-client';
import { createActivity } from './activity.ts';
import { clockFrames, createDevice, type Device } from './device.ts';
import type { PacketSelection } from './faults.ts';
import { createLink, type Link } from './link.ts';
import { createMockBackend, type MockBackend } from './mockBackend.ts';
import { mockManagerOptions } from './mockTransport.ts';
import { createRealTimeDriver, type RealTimeDriver } from './realTimeDriver.ts';
import { parseScenario, type Scenario, type ScenarioStep, type StepOf } from './scenario.ts';
import { createScriptedWorkers, type ScriptedWorkers } from './scriptedWorker.ts';
import { createSeededRandom, seedOf } from './seededRandom.ts';
import { createVirtualClock, type VirtualClock } from './virtualClock.ts';

/** What a page needs for its client; the names are those of the client's options. */
export interface PageSurroundings {
  url: string;
  token: () => string | null;
  manager: Partial<ManagerOptions>;
  ports: {
    clock: VirtualClock;
    random: () => number;
    environment: Device['environment'];
    frames: ReturnType<typeof clockFrames>;
    sessions: Device['sessions'];
    tabStorage: Device['tabStorage'];
    tabs: Device['tabs'];
  };
}

/** A page with a client, as whoever plays a scenario makes it. */
export interface Page {
  /** Starts the client. */
  open(): Promise<unknown>;
  /** Ends the client. Called after the page's last word was said, if it had one. */
  close(): void;
  cancel(jobId: string): Promise<unknown>;
  resume(jobId: string): Promise<unknown>;
  retryNow(): void;
  /** Nothing is delivered to the screen between `hold` and `release`. */
  hold(): void;
  release(): void;
}

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

/** Thursday, 15 January 2026, 09:00 UTC. */
const START = 1_768_467_600_000;
export const MOCK_USER = 'dev';
const DEFAULT_LEASE_MS = 30_000;
const DEFAULT_LATENCY_MS = 20;
let hosts = 0;

interface Run<P extends Page> {
  clock: VirtualClock;
  driver: RealTimeDriver;
  link: Link;
  backend: MockBackend;
  device: Device;
  workers: ScriptedWorkers;
  page(): P | null;
  refusals: readonly string[];
  dispose(): Promise<void>;
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
      time: Math.min(run.clock.now() - START, scenario.durationMs),
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
    const started = beginRun(scenario, options.createPage, speed, () => {
      pageNumber += 1;
      if (!disposed) notify();
    });
    started.driver.subscribe(() => {
      if (started.clock.now() - START >= scenario.durationMs) started.driver.pause();
      if (!disposed) notify();
    });
    return started;
  }

  async function seek(time: number): Promise<void> {
    const target = START + Math.min(Math.max(0, time), scenario.durationMs);
    seeks += 1;
    const own = seeks;
    const wasPlaying = run.driver.isPlaying;
    if (target < run.clock.now()) {
      void run.dispose();
      run = begin();
    }
    const current = run;
    isSeeking = true;
    current.driver.pause();
    current.page()?.hold();
    notify();
    await current.driver.seek(target);
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
      if (run.clock.now() - START >= scenario.durationMs) void seek(0).then(() => run.driver.play());
      else run.driver.play();
    },
    pause: () => {
      run.driver.pause();
    },
    step: () => {
      run.driver.pause();
      const now = run.clock.now() - START;
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

function beginRun<P extends Page>(
  scenario: Scenario,
  createPage: (surroundings: PageSurroundings) => P,
  speed: number,
  onPage: () => void,
): Run<P> {
  const random = createSeededRandom(seedOf(scenario.id));
  const clock = createVirtualClock({ start: START });
  const activity = createActivity();
  const driver = createRealTimeDriver(clock, { speed, settle: () => activity.settled() });
  const device = createDevice();
  const link = createLink({ clock });
  hosts += 1;
  const url = `http://n${String(hosts)}.mock.invalid`;
  const refusals: string[] = [];
  const validUntil = new Map<string, number | null>();
  const leaseMs = scenario.timings?.leaseMs ?? DEFAULT_LEASE_MS;
  let tokens = 0;
  let page: P | null = null;
  let disposed = false;
  let returnTimer: ClockTimer | undefined;

  const backend = createMockBackend({
    url,
    clock,
    random,
    activity,
    link,
    leaseMs,
    ...(scenario.timings?.lostMs === undefined ? {} : { lostMs: scenario.timings.lostMs }),
    ...(scenario.timings?.pingIntervalMs === undefined ? {} : { pingIntervalMs: scenario.timings.pingIntervalMs }),
    ...(scenario.timings?.pingTimeoutMs === undefined ? {} : { pingTimeoutMs: scenario.timings.pingTimeoutMs }),
    ...(scenario.maxTextLength === undefined ? {} : { maxTextLength: scenario.maxTextLength }),
    authenticate: (token) => {
      const until = validUntil.get(token ?? '');
      if (until === undefined) {
        return Promise.resolve({ kind: 'refused', code: 'unauthorized', message: 'This sign-in is not known.' });
      }
      return Promise.resolve(
        until !== null && until <= clock.now()
          ? { kind: 'refused', code: 'token_expired', message: 'Your sign-in has expired. Sign in again to go on.' }
          : { kind: 'user', ownerId: MOCK_USER, expiresAt: until },
      );
    },
    onError: (error, context) => refusals.push(`${context}: ${String(error)}`),
  });

  function signIn(validMs: number | undefined): void {
    tokens += 1;
    // A token as an issuer would make it, so that two sign-ins are one user.
    const claims = btoa(JSON.stringify({ sub: MOCK_USER, n: tokens })).replaceAll('=', '');
    const token = `mock.${claims}.unsigned`;
    validUntil.set(token, validMs === undefined ? null : clock.now() + validMs);
    device.setToken(token);
  }

  const workers = createScriptedWorkers({
    workers: backend.workers,
    clock,
    ownerId: MOCK_USER,
    track: (work) => activity.track(work),
    onRefusal: (message, step) => refusals.push(step === null ? message : `Step ${String(step + 1)}: ${message}`),
    leaseMs,
  });

  function openPage(): void {
    returnTimer = undefined;
    page = createPage({
      url,
      token: device.token,
      manager: mockManagerOptions({ clock, activity, link }),
      ports: {
        clock,
        random,
        environment: device.environment,
        frames: clockFrames(clock),
        sessions: device.sessions,
        tabStorage: device.tabStorage,
        tabs: device.tabs,
      },
    });
    void activity.track(page.open());
    onPage();
  }

  function closePage(how: 'leave' | 'lose', awayMs: number): void {
    const leaving = page;
    if (leaving === null) return;
    page = null;
    if (how === 'leave') device.leavePage();
    else device.losePage();
    leaving.close();
    returnTimer = clock.setTimeout(openPage, awayMs);
    onPage();
  }

  function restart(downMs: number): void {
    clock.setTimeout(() => {
      if (!disposed && scenario.noServer !== true) backend.start();
    }, downMs);
  }

  function give(command: Promise<unknown> | undefined): void {
    // What becomes of it is on the screen. It waits for virtual time, so virtual time must not wait for it.
    command?.catch(() => undefined);
  }

  function perform(step: ScenarioStep, index: number): void {
    if (isWorkerStep(step)) {
      workers.run(step, index);
      return;
    }
    switch (step.do) {
      case 'network:drop':
        link.apply({ kind: 'drop', ...(step.clean === undefined ? {} : { clean: step.clean }) });
        return;
      case 'network:cut':
        link.apply({ kind: 'offline' });
        return;
      case 'network:refuse':
        link.apply({ kind: 'refuse' });
        return;
      case 'network:halfOpen':
        link.apply({ kind: 'half-open' });
        return;
      case 'network:slow':
        link.apply({ kind: 'slow', bytesPerSecond: step.bytesPerSecond });
        return;
      case 'network:stall':
        link.apply({ kind: 'stall', direction: step.direction });
        return;
      case 'network:delay':
        link.apply({
          kind: 'delay',
          ...(step.up === undefined ? {} : { up: step.up }),
          ...(step.down === undefined ? {} : { down: step.down }),
        });
        return;
      case 'network:duplicate':
        link.apply({ kind: 'duplicate', ...selectionOf(step) });
        return;
      case 'network:hole':
        link.apply({ kind: 'hole', ...selectionOf(step) });
        return;
      case 'network:reorder':
        link.apply({ kind: 'reorder', ...selectionOf(step), ...(step.past === undefined ? {} : { past: step.past }) });
        return;
      case 'network:malformed':
        link.apply({ kind: 'malformed', ...selectionOf(step), replaceWith: { args: [step.payload] } });
        return;
      case 'network:restore':
        link.liftAll();
        latency();
        return;
      case 'server:restart':
        backend.kill({ keepLog: step.keepLog });
        restart(step.downMs);
        return;
      case 'server:drain':
        backend.drain(step.windowMs);
        clock.setTimeout(() => {
          backend.kill({ keepLog: true });
          restart(step.downMs);
        }, step.windowMs);
        return;
      case 'server:degrade':
        backend.log.faults.setAvailable(false);
        return;
      case 'server:recover':
        backend.log.faults.setAvailable(true);
        return;
      case 'server:loseTail':
        give(
          backend.workers.get({ caller: { kind: 'worker' }, jobId: step.job }).then((answer) => {
            if ('error' in answer) return;
            backend.log.faults.loseTail(step.job, Math.max(1, answer.body.job.sequence - step.events));
          }),
        );
        return;
      case 'server:refill':
        workers.refill(step.job, index);
        return;
      case 'server:refuse':
        backend.refuse({ code: step.code, message: step.message, retryable: step.code === 'unavailable' });
        return;
      case 'server:accept':
        backend.refuse(null);
        return;
      case 'device:offline':
        link.apply({ kind: 'offline' });
        device.setOnline(false);
        return;
      case 'device:online':
        link.liftAll();
        latency();
        device.setOnline(true);
        return;
      case 'device:hide':
        device.setVisible(false);
        return;
      case 'device:show':
        device.setVisible(true);
        return;
      case 'device:reload':
        closePage('leave', step.awayMs);
        return;
      case 'device:crash':
        closePage('lose', step.awayMs);
        return;
      case 'device:renewToken':
        signIn(step.validMs);
        return;
      case 'device:leave':
        leaveRecord(device, clock.now(), step);
        return;
      case 'person:cancel':
        give(page?.cancel(step.job));
        return;
      case 'person:resume':
        give(page?.resume(step.job));
        return;
      case 'person:retry':
        page?.retryNow();
        return;
      case 'person:cancelElsewhere':
        give(backend.workers.cancel({ caller: { kind: 'user', ownerId: MOCK_USER }, jobId: step.job, body: {} }));
        return;
      default:
        assertNever(step);
    }
  }

  function latency(): void {
    const oneWay = scenario.latencyMs ?? DEFAULT_LATENCY_MS;
    if (oneWay > 0) link.apply({ kind: 'delay', up: oneWay, down: oneWay });
  }

  latency();
  signIn(scenario.tokenValidMs);
  if (scenario.noServer !== true) backend.start();
  const planned = scenario.steps.map((step, index) =>
    clock.setTimeout(() => {
      perform(step, index);
    }, step.at),
  );
  planned.push(clock.setTimeout(openPage, scenario.opensAtMs ?? 0));

  return {
    clock,
    driver,
    link,
    backend,
    device,
    workers,
    page: () => page,
    refusals,
    dispose: async () => {
      disposed = true;
      driver.stop();
      for (const timer of [...planned, returnTimer]) clock.clearTimeout(timer);
      workers.stop();
      page?.close();
      page = null;
      backend.stop();
      link.apply({ kind: 'offline' });
      await activity.settled();
    },
  };
}

type WorkerStep = Extract<ScenarioStep, { do: `worker:${string}` }>;
function isWorkerStep(step: ScenarioStep): step is WorkerStep {
  return step.do.startsWith('worker:');
}

function selectionOf(step: {
  events?: readonly (typeof EVENTS)[keyof typeof EVENTS][];
  times?: number;
}): PacketSelection {
  return {
    // Left out, a fault would also hit notices; what a scenario means is a job's log.
    match: step.events ?? ((event) => hasSequence(event.args[0])),
    ...(step.times === undefined ? {} : { times: step.times }),
  };
}

function hasSequence(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && 'sequence' in payload;
}

/** What an earlier page is made to have left: too old, another user's, or not readable. */
function leaveRecord(device: Device, now: number, step: StepOf<'device:leave'>): void {
  const snapshot = {
    jobId: step.job,
    title: 'An earlier job',
    status: 'running',
    progress: 45,
    createdAt: now - 60_000,
    epoch: 'earlier',
    sequence: 7,
    steps: [],
    channels: { output: { text: 'Text of an earlier page.', offset: 0 } },
    cancelRequested: false,
    resumeRequested: false,
    resumable: false,
  };
  const record = {
    version: 1,
    who: step.record === 'foreign' ? 'sub:somebody-else' : `sub:${MOCK_USER}`,
    savedAt: step.record === 'stale' ? now - 2 * 3_600_000 : now - 5_000,
    jobs: [{ snapshot, complete: true }],
  };
  const text = JSON.stringify(record);
  device.sessions.set('regen:session:earlier', step.record === 'damaged' ? text.slice(0, 80) : text);
}
