/** One run of a scenario on a real server, in real time: what a browser alone can do of it. */
import { WORKER_LEASE_MS } from '@regen/realtime-core';
import type { Clock } from '@regen/realtime-shared';
import { createActivity } from '../activity.ts';
import { createDevice } from '../device.ts';
import { createLiveLine } from './liveLine.ts';
import type { LiveServer } from './liveServer.ts';
import type { Page, PageSurroundings } from '../page.ts';
import { surroundingsOn } from '../pageSurroundings.ts';
import { createPunctualClock } from './punctualClock.ts';
import { createRunJobs } from './runJobs.ts';
import { createScopedClock } from '../scopedClock.ts';
import { isStepBy, type Scenario, type ScenarioStep } from '../scenario.ts';
import { createScriptedDevice } from '../scripted/device.ts';
import { createScriptedPerson } from '../scripted/person.ts';
import { createScriptedWorkers } from '../scripted/workers.ts';
import { MOCK_USER } from '../signIns.ts';
import { createTab } from '../tab.ts';

export interface LiveRun<P extends Page> {
  /** ms since its start. */
  time(): number;
  /** The page that is open; null while there is none. */
  page(): P | null;
  /** What the server refused the script, with the number of the step. */
  readonly refusals: readonly string[];
  /** The name that the run gives to a job of the scenario, so that no other run has one of the same name. */
  jobName(jobId: string): string;
  /** Whether it has ended: the page stands as it was then, and the jobs that still ran are cancelled. */
  isOver(): boolean;
  /** Ends it where it is, and closes its page. */
  leave(): void;
  /** Ends it without waiting for an answer, and its page stands: the browser leaves what the run is in. */
  leaveNow(): void;
}

export interface LiveRunOptions<P extends Page> {
  scenario: Scenario;
  /** It ends by itself then; ms since its start. */
  until: number;
  server: LiveServer;
  /** The real one, for a real server. */
  clock: Clock;
  createPage(surroundings: PageSurroundings): P;
  /** Called after a page was opened or has gone, and when it has ended by itself. */
  onChange(): void;
}

export function beginLiveRun<P extends Page>(options: LiveRunOptions<P>): LiveRun<P> {
  const { scenario, until, server, onChange } = options;
  const run = runName();
  const named = (name: string): string => `${name}.${run}`;
  const clock = createScopedClock(options.clock);
  const start = clock.now();
  const line = createLiveLine(clock);
  const jobs = createRunJobs(server.workers);
  const device = createDevice();
  const refusals: string[] = [];
  const owners = new Map<string, string>();
  let isOver = false;

  const tab = createTab({
    createPage: () =>
      options.createPage(
        surroundingsOn(device, { url: server.url, manager: line.manager, clock, random: Math.random }),
      ),
    device,
    clock,
    activity: createActivity(),
    onChange,
  });
  const workers = createScriptedWorkers({
    api: jobs.workers,
    clock: createPunctualClock(clock),
    ownerId: named(MOCK_USER),
    track: (work) => work,
    onRefusal: (message, step) => refusals.push(step === null ? message : `Step ${String(step + 1)}: ${message}`),
    leaseMs: WORKER_LEASE_MS,
  });
  const scriptedDevice = createScriptedDevice({
    url: server.url,
    device,
    tab,
    network: line,
    signIns: { issue: (user) => `dev:${named(user)}` },
    clock,
  });
  const person = createScriptedPerson({
    tab,
    api: jobs.workers,
    ownerOf: (jobId) => owners.get(jobId) ?? named(MOCK_USER),
  });

  function perform(step: ScenarioStep, index: number): void {
    if (isStepBy('worker', step)) workers.perform(step, index);
    else if (isStepBy('device', step)) scriptedDevice.perform(step);
    else if (isStepBy('person', step)) person.perform(step);
  }

  /** The step, of the jobs and owners of this run. */
  function ownStep(step: ScenarioStep): ScenarioStep {
    if (!('job' in step)) return step;
    const own = { ...step, job: named(step.job) };
    if (own.do !== 'worker:create' || own.owner === undefined) return own;
    owners.set(own.job, named(own.owner));
    return { ...own, owner: named(own.owner) };
  }

  /** Its time stands there from here on. */
  function end(time: number, cancel: () => void): void {
    if (isOver) return;
    isOver = true;
    clock.end(start + time);
    workers.stop();
    line.letGo();
    cancel();
  }

  function endInOrder(time: number): void {
    end(time, () => void jobs.cancelLeft());
  }

  /** The timer of its end may be late. */
  const timeLeft = (): number => Math.min(clock.now() - start, until);

  scriptedDevice.signIn(undefined);
  for (const [index, step] of scenario.steps.map(ownStep).entries()) {
    clock.setTimeout(() => {
      perform(step, index);
    }, step.at);
  }
  clock.setTimeout(tab.open, scenario.opensAtMs ?? 0);
  clock.setTimeout(() => {
    endInOrder(until);
    onChange();
  }, until);

  return {
    time: () => clock.now() - start,
    page: tab.page,
    refusals,
    jobName: named,
    isOver: () => isOver,
    leave: () => {
      endInOrder(timeLeft());
      tab.close();
    },
    leaveNow: () => {
      end(timeLeft(), () => {
        jobs.cancelNow(server.lastCalls);
      });
    },
  };
}

function runName(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => (byte % 36).toString(36)).join('');
}
