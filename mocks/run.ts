/** One run of a scenario, from its start: the world it is played in, and all who do their steps in it. */
import { assertNever } from '@regen/realtime-shared';
import { createActivity } from './activity.ts';
import { clockFrames } from './clockFrames.ts';
import { createDevice, type Device } from './device.ts';
import { createLink, type Link } from './link.ts';
import { createMockBackend, type MockBackend } from './mockBackend.ts';
import { mockManagerOptions } from './mockTransport.ts';
import type { Page, PageSurroundings } from './page.ts';
import { createRealTimeDriver, type RealTimeDriver } from './realTimeDriver.ts';
import { isStepBy, type Scenario, type ScenarioStep } from './scenario.ts';
import { createScriptedDevice } from './scripted/device.ts';
import { createScriptedNetwork } from './scripted/network.ts';
import { createScriptedPerson } from './scripted/person.ts';
import { createScriptedServer } from './scripted/server.ts';
import { createScriptedWorkers } from './scripted/workers.ts';
import { createSeededRandom, seedOf } from './seededRandom.ts';
import { MOCK_USER, createSignIns } from './signIns.ts';
import { createTab } from './tab.ts';
import { createVirtualClock, type VirtualClock } from './virtualClock.ts';

export interface Run<P extends Page> {
  readonly clock: VirtualClock;
  readonly driver: RealTimeDriver;
  readonly link: Link;
  readonly backend: MockBackend;
  readonly device: Device;
  /** ms since the scenario's start. */
  time(): number;
  /** As the driver's, to a time since the scenario's start. */
  seek(time: number): Promise<void>;
  /** The page that is open; null while there is none. */
  page(): P | null;
  /** What the rules refused the script, with the number of the step. */
  readonly refusals: readonly string[];
  /** Ends all of it at once; resolves when the sockets have closed. */
  dispose(): Promise<void>;
}

export interface RunOptions<P extends Page> {
  scenario: Scenario;
  createPage(surroundings: PageSurroundings): P;
  speed: number;
  /** Called after a page was opened or has gone. */
  onPage(): void;
}

/** Thursday, 15 January 2026, 09:00 UTC. */
const START = 1_768_467_600_000;
const DEFAULT_LEASE_MS = 30_000;
const DEFAULT_LATENCY_MS = 20;
let hosts = 0;

export function beginRun<P extends Page>({ scenario, createPage, speed, onPage }: RunOptions<P>): Run<P> {
  hosts += 1;
  const url = `http://n${String(hosts)}.mock.invalid`;
  const random = createSeededRandom(seedOf(scenario.id));
  const clock = createVirtualClock({ start: START });
  const activity = createActivity();
  const driver = createRealTimeDriver(clock, { speed, settle: () => activity.settled() });
  const device = createDevice();
  const link = createLink({ clock });
  const signIns = createSignIns(clock);
  const refusals: string[] = [];
  const timings = { leaseMs: DEFAULT_LEASE_MS, ...scenario.timings };
  const backend = createMockBackend({
    url,
    clock,
    random,
    activity,
    link,
    authenticate: signIns.authenticate,
    onError: (error, context) => refusals.push(`${context}: ${String(error)}`),
    ...timings,
    ...(scenario.maxTextLength === undefined ? {} : { maxTextLength: scenario.maxTextLength }),
  });
  const tab = createTab({
    createPage: () =>
      createPage({
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
      }),
    device,
    clock,
    activity,
    onChange: onPage,
  });

  const workers = createScriptedWorkers({
    api: backend.workers,
    clock,
    ownerId: MOCK_USER,
    track: (work) => activity.track(work),
    onRefusal: (message, step) => refusals.push(step === null ? message : `Step ${String(step + 1)}: ${message}`),
    leaseMs: timings.leaseMs,
  });
  const network = createScriptedNetwork({ link, latencyMs: scenario.latencyMs ?? DEFAULT_LATENCY_MS });
  const server = createScriptedServer({ backend, clock, workers, exists: scenario.noServer !== true });
  const scriptedDevice = createScriptedDevice({ url, device, tab, network, signIns, clock });
  const person = createScriptedPerson({ tab, api: backend.workers, ownerOf });

  function ownerOf(jobId: string): string {
    const creation = scenario.steps.find((step) => step.do === 'worker:create' && step.job === jobId);
    return (creation?.do === 'worker:create' ? creation.owner : undefined) ?? MOCK_USER;
  }

  function perform(step: ScenarioStep, index: number): void {
    if (isStepBy('worker', step)) workers.perform(step, index);
    else if (isStepBy('network', step)) network.perform(step);
    else if (isStepBy('server', step)) server.perform(step, index);
    else if (isStepBy('device', step)) scriptedDevice.perform(step);
    else if (isStepBy('person', step)) person.perform(step);
    else assertNever(step);
  }

  network.restore();
  scriptedDevice.signIn(scenario.tokenValidMs);
  server.start();
  const planned = scenario.steps.map((step, index) =>
    clock.setTimeout(() => {
      perform(step, index);
    }, step.at),
  );
  planned.push(clock.setTimeout(tab.open, scenario.opensAtMs ?? 0));

  return {
    clock,
    driver,
    link,
    backend,
    device,
    time: () => clock.now() - START,
    seek: (time) => driver.seek(START + time),
    page: tab.page,
    refusals,
    dispose: async () => {
      driver.stop();
      for (const timer of planned) clock.clearTimeout(timer);
      workers.stop();
      tab.close();
      server.stop();
      link.apply({ kind: 'offline' });
      await activity.settled();
    },
  };
}
