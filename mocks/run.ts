/** One run of a scenario, from its start: all who do their steps in the world that it is played in. */
import { assertNever } from '@regen/realtime-shared';
import { createDevice, type Device } from './device.ts';
import type { Page, PageSurroundings } from './page.ts';
import { surroundingsOn } from './pageSurroundings.ts';
import { createRealTimeDriver, type RealTimeDriver } from './realTimeDriver.ts';
import { isStepBy, type Scenario, type ScenarioStep } from './scenario.ts';
import { createScriptedDevice } from './scripted/device.ts';
import { createScriptedNetwork } from './scripted/network.ts';
import { createScriptedPerson } from './scripted/person.ts';
import { createScriptedServer } from './scripted/server.ts';
import { createScriptedWorkers } from './scripted/workers.ts';
import { MOCK_USER } from './signIns.ts';
import { createTab } from './tab.ts';
import type { World } from './world.ts';

export interface Run<P extends Page> {
  readonly driver: RealTimeDriver;
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
  /** Made for this run alone. */
  world: World;
  createPage(surroundings: PageSurroundings): P;
  speed: number;
  /** Called after a page was opened or has gone. */
  onPage(): void;
}

const DEFAULT_LATENCY_MS = 20;

export function beginRun<P extends Page>({ scenario, world, createPage, speed, onPage }: RunOptions<P>): Run<P> {
  const { url, clock, random, activity, link, signIns, backend } = world;
  const start = clock.now();
  const driver = createRealTimeDriver(clock, { speed, settle: world.settle });
  const device = createDevice();
  const refusals: string[] = [];
  const tab = createTab({
    createPage: () => createPage(surroundingsOn(device, { url, manager: world.manager, clock, random })),
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
    leaseMs: world.timings.leaseMs,
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
    driver,
    device,
    time: () => clock.now() - start,
    seek: (time) => driver.seek(start + time),
    page: tab.page,
    get refusals() {
      return [...world.errors, ...refusals];
    },
    dispose: async () => {
      driver.stop();
      for (const timer of planned) clock.clearTimeout(timer);
      workers.stop();
      tab.close();
      server.stop();
      link.apply({ kind: 'offline' });
      await world.settle();
    },
  };
}
