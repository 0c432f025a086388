/** The server as a scenario tells it: it dies and comes back, drains, refuses, and loses what it had written down. */
import { assertNever, type Clock } from '@regen/realtime-shared';
import type { MockBackend } from '../mockBackend.ts';
import type { StepBy, StepOf } from '../scenario.ts';
import type { ScriptedWorkers } from './workers.ts';

export interface ScriptedServer {
  /** Where the scenario has no server: does nothing. */
  start(): void;
  /** `index` is the step's place in the scenario's `steps`. */
  perform(step: StepBy<'server'>, index: number): void;
  /** Ends it for ever. */
  stop(): void;
}

export interface ScriptedServerOptions {
  backend: MockBackend;
  clock: Clock;
  workers: ScriptedWorkers;
  /** With `false`, nothing ever answers. */
  exists: boolean;
}

export function createScriptedServer({ backend, clock, workers, exists }: ScriptedServerOptions): ScriptedServer {
  let stopped = false;

  function start(): void {
    if (!stopped && exists) backend.start();
  }

  function restart({ keepLog, downMs }: { keepLog: boolean; downMs: number }): void {
    backend.kill({ keepLog });
    clock.setTimeout(start, downMs);
  }

  async function loseTail({ job, events }: StepOf<'server:loseTail'>): Promise<void> {
    const answer = await backend.workers.get({ caller: { kind: 'worker' }, jobId: job });
    if (!('error' in answer)) backend.log.faults.loseTail(job, Math.max(1, answer.body.job.sequence - events));
  }

  return {
    start,
    perform: (step, index) => {
      switch (step.do) {
        case 'server:restart':
          restart(step);
          return;
        case 'server:drain':
          backend.drain(step.windowMs);
          clock.setTimeout(() => {
            restart({ keepLog: true, downMs: step.downMs });
          }, step.windowMs);
          return;
        case 'server:degrade':
          backend.log.faults.setAvailable(false);
          return;
        case 'server:recover':
          backend.log.faults.setAvailable(true);
          return;
        case 'server:loseTail':
          void loseTail(step);
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
        default:
          assertNever(step);
      }
    },
    stop: () => {
      stopped = true;
      backend.stop();
    },
  };
}
