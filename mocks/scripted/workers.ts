/** The workers of a scenario: each does what the script says, through the same API and with the same duties as a real one. */
import type { WorkerApi } from '@regen/realtime-core';
import type { Clock } from '@regen/realtime-shared';
import type { StepBy } from '../scenario.ts';
import { startWorker, type ScriptedWorker } from './worker.ts';

export interface ScriptedWorkers {
  /** `index` is the step's place in the scenario's `steps`. */
  perform(step: StepBy<'worker'>, index: number): void;
  /** Fills the log up again from what the job's worker still has; `index` as for `perform`. */
  refill(jobId: string, index: number): void;
  stop(): void;
}

export interface ScriptedWorkersOptions {
  api: WorkerApi;
  clock: Clock;
  ownerId: string;
  /** Counts a promise as work under way. */
  track<Result>(work: Promise<Result>): Promise<Result>;
  /** The script asked for something that the rules refuse; `step` is its place in the scenario, null where it has none. */
  onRefusal(message: string, step: number | null): void;
  leaseMs: number;
}

export function createScriptedWorkers(options: ScriptedWorkersOptions): ScriptedWorkers {
  const workers = new Map<string, ScriptedWorker>();
  let stopped = false;

  const control = options.track(
    options.api.controlStream({
      caller: { kind: 'worker' },
      send: ({ event, data }) => {
        const worker = workers.get(data.jobId);
        if (event === 'cancel') worker?.askToCancel(data.reason);
        else worker?.askToResume();
      },
    }),
  );

  return {
    perform: (step, index) => {
      if (step.do === 'worker:create') {
        workers.set(step.job, startWorker({ ...options, job: step, createdBy: index, isStopped: () => stopped }));
      } else workers.get(step.job)?.perform(step, index);
    },
    refill: (jobId, index) => {
      workers.get(jobId)?.refill(index);
    },
    stop: () => {
      stopped = true;
      for (const worker of workers.values()) worker.stop();
      void control.then((stream) => {
        if ('close' in stream) stream.close();
      });
    },
  };
}
