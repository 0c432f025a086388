/** The server as a scenario tells it: it dies and comes back, drains, refuses, and loses what it had written down. */
import type { WorkerApi } from '@regen/realtime-core';
import { assertNever, type Clock, type HandshakeError } from '@regen/realtime-shared';
import type { StepBy, StepOf } from '../scenario.ts';
import type { ScriptedWorkers } from './workers.ts';

/** A backend with the ways in which it can fail; what takes real time is counted as work under way. */
export interface ScriptedBackend {
  /** The worker's API; the same over restarts. */
  readonly workers: WorkerApi;
  readonly log: {
    readonly faults: {
      loseTail(jobId: string, sequence: number): void;
      setAvailable(available: boolean): void;
    };
  };
  start(): void;
  /** Dies as a killed process does. Without `keepLog` its log dies with it. */
  kill(options: { keepLog: boolean }): void;
  /** Tells every connection to come back within `windowMs`, and closes them. */
  drain(windowMs: number): void;
  /** Handshakes are refused with this until it is null again. */
  refuse(refusal: HandshakeError | null): void;
  stop(): void;
}

export interface ScriptedServer {
  /** Where the scenario has no server: does nothing. */
  start(): void;
  /** `index` is the step's place in the scenario's `steps`. */
  perform(step: StepBy<'server'>, index: number): void;
  /** Ends it for ever. */
  stop(): void;
}

export interface ScriptedServerOptions {
  backend: ScriptedBackend;
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
          backend.refuse({
            code: step.code,
            message: step.message,
            retryable: step.code === 'unavailable' || step.code === 'too_many_connections',
          });
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
