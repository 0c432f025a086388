import { setImmediate } from 'node:timers/promises';
import { createVirtualClock, type VirtualClock } from '@regen/realtime-mocks';
import type { IngestEvent } from '@regen/realtime-shared';
import { onTestFinished } from 'vitest';
import { createJobPublisher, type JobPublisher } from '../../server/worker/index.ts';

/** A call of a job's worker: its name, and what is in it. */
export interface WorkerCall {
  name: 'create' | 'events' | 'heartbeat' | 'takeover' | 'read';
  body: { from?: number; events?: readonly IngestEvent[]; writer?: string };
}

/** A publisher on a clock that stands still; ended with the test. */
export interface StillPublisher {
  publisher: JobPublisher;
  clock: VirtualClock;
  /** What it told `onError`. */
  errors: string[];
  /** Time goes on, and all that is answered has arrived. */
  pass(ms: number): Promise<void>;
}

export function createStillPublisher(fetch: typeof globalThis.fetch): StillPublisher {
  const clock = createVirtualClock();
  const errors: string[] = [];
  const publisher = createJobPublisher({
    url: 'http://localhost:3000',
    workerKey: 'key',
    clock,
    random: () => 0.5,
    onError: ({ message }) => errors.push(message),
    fetch,
  });
  onTestFinished(publisher.close);
  return {
    publisher,
    clock,
    errors,
    pass: async (ms) => {
      clock.advance(ms);
      for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    },
  };
}

/** A publisher whose server answers what the test says. */
export interface ScriptedPublisher extends StillPublisher {
  calls: WorkerCall[];
}

/** `answer`: to a call, or undefined for what a server answers whose log is as it was left; throw to lose it. */
export function createScriptedPublisher(answer: (call: WorkerCall) => Response | undefined): ScriptedPublisher {
  const calls: WorkerCall[] = [];
  let last = 1;

  function usual({ name, body }: WorkerCall): Response {
    switch (name) {
      case 'create':
        return Response.json({ jobId: 'job-1', epoch: 'e1', writer: 'w1', sequence: 1 }, { status: 201 });
      case 'events':
        last = Math.max(last, (body.from ?? 1) + (body.events?.length ?? 0) - 1);
        return Response.json({ epoch: 'e1', sequence: last, cancelRequested: false });
      case 'heartbeat':
        return Response.json({ cancelRequested: false });
      case 'takeover':
      case 'read':
        return Response.json({ error: { code: 'not_found', message: 'None.' } }, { status: 404 });
    }
  }

  const still = createStillPublisher((input, init) => {
    const path = new URL(String(input)).pathname;
    if (path === '/v1/control') return new Promise(() => undefined);
    const name = init?.method === 'GET' ? 'read' : path === '/v1/jobs' ? 'create' : path.split('/').at(-1);
    const call = { name, body: JSON.parse(String(init?.body ?? '{}')) as unknown } as WorkerCall;
    calls.push(call);
    return Promise.resolve().then(() => answer(call) ?? usual(call));
  });
  return { ...still, calls };
}
