/** A worker as a scenario tells it, from the creation of its job on: it works, falls silent, dies, is taken over. */
import type { ClockTimer } from '@regen/realtime-shared';
import type { StepBy, StepOf } from '../scenario.ts';
import { createJobWriter, type JobWriterOptions } from './jobWriter.ts';
import { createTokenStream } from './tokenStream.ts';
import { eventsOf, type SaidStep } from './workerEvents.ts';

type LaterStep = Exclude<StepBy<'worker'>, { do: 'worker:create' }>;
type WorkStep = SaidStep | StepOf<'worker:stream' | 'worker:continue'>;

export interface ScriptedWorker {
  /** `index` is the step's place in the scenario's `steps`. */
  perform(step: LaterStep, index: number): void;
  /** A person wishes the job cancelled. */
  askToCancel(reason: string | undefined): void;
  /** A person wishes the job resumed. */
  askToResume(): void;
  /** Fills the log up again from what the worker still has; `index` as for `perform`. */
  refill(index: number): void;
  stop(): void;
}

export type ScriptedWorkerOptions = { leaseMs: number } & Omit<JobWriterOptions, 'onCancelRequested' | 'onShutOut'>;

const CANCEL_AFTER_MS = 600;
const RESUME_AFTER_MS = 800;

export function startWorker(options: ScriptedWorkerOptions): ScriptedWorker {
  const { clock, leaseMs, isStopped } = options;
  let silent = false;
  let over = false;
  let paused = false;
  let cancelAfterMs: number | null = CANCEL_AFTER_MS;
  let resumeAfterMs: number | null = RESUME_AFTER_MS;
  let heartbeatTimer: ClockTimer | undefined;
  let reactionTimer: ClockTimer | undefined;

  const writer = createJobWriter({
    ...options,
    onCancelRequested: () => {
      askToCancel(undefined);
    },
    onShutOut: () => {
      over = true;
    },
  });
  const stream = createTokenStream({
    clock,
    mayFlow: () => !silent && !paused && !over,
    write: writer.write,
  });

  function keepAlive(): void {
    clock.clearTimeout(heartbeatTimer);
    heartbeatTimer = clock.setTimeout(
      () => {
        if (isStopped() || over) return;
        if (!silent) writer.heartbeat();
        keepAlive();
      },
      Math.max(50, leaseMs / 3),
    );
  }

  function askToCancel(reason: string | undefined): void {
    if (over || silent || cancelAfterMs === null || reactionTimer !== undefined) return;
    reactionTimer = clock.setTimeout(() => {
      reactionTimer = undefined;
      if (over || silent) return;
      stream.end();
      writer.write([{ type: 'job:cancelled', ...(reason === undefined ? {} : { reason }) }], null);
      over = true;
    }, cancelAfterMs);
  }

  function askToResume(): void {
    if (resumeAfterMs === null || reactionTimer !== undefined) return;
    reactionTimer = clock.setTimeout(() => {
      reactionTimer = undefined;
      takeOver(null);
      goOn(null);
    }, resumeAfterMs);
  }

  /** Another process has the job from here on. */
  function takeOver(step: number | null): void {
    silent = false;
    over = false;
    writer.takeOver(step);
    keepAlive();
  }

  function goOn(step: number | null): void {
    paused = false;
    over = false;
    writer.write([{ type: 'job:resumed' }], step);
    keepAlive();
    stream.flow();
  }

  function work(step: WorkStep, index: number): void {
    switch (step.do) {
      case 'worker:stream':
        stream.start(step, index);
        return;
      case 'worker:continue':
        goOn(index);
        return;
      case 'worker:pause':
        paused = true;
        stream.hold();
        break;
      case 'worker:complete':
        // What was still to be written is written before the end, as a worker that ends in good order does.
        stream.finish();
        over = true;
        break;
      case 'worker:fail':
        stream.hold();
        over = true;
        break;
      case 'worker:cancel':
        stream.end();
        over = true;
        break;
      default:
    }
    writer.write(eventsOf(step), index);
  }

  writer.create();
  keepAlive();

  return {
    perform: (step, index) => {
      switch (step.do) {
        case 'worker:onCancel':
          cancelAfterMs = step.afterMs;
          return;
        case 'worker:onResume':
          resumeAfterMs = step.afterMs;
          return;
        case 'worker:takeover':
          takeOver(index);
          goOn(index);
          return;
        case 'worker:crash':
          silent = true;
          writer.loseToken();
          stream.end();
          clock.clearTimeout(heartbeatTimer);
          return;
        case 'worker:silence':
          silent = true;
          stream.hold();
          return;
        case 'worker:speak':
          silent = false;
          stream.flow();
          return;
        default:
          // A job that was cancelled does nothing more, whatever the script had planned for it.
          if (!over) work(step, index);
      }
    },
    askToCancel,
    askToResume,
    refill: writer.refill,
    stop: () => {
      stream.end();
      clock.clearTimeout(heartbeatTimer);
      clock.clearTimeout(reactionTimer);
    },
  };
}
