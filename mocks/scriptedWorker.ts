/** A worker that does what a scenario says, through the same API and with the same duties as a real one. */
import type { WorkerApi } from '@regen/realtime-core';
import type { Clock, ClockTimer, IngestEvent } from '@regen/realtime-shared';
import type { StepOf } from './scenario.ts';
import { tokensOf } from './tokens.ts';

type WorkerStep = Extract<StepOf<'worker:create'>['do'] | `worker:${string}`, string>;

export interface ScriptedWorkersOptions {
  workers: WorkerApi;
  clock: Clock;
  ownerId: string;
  /** Counts a promise as work under way. */
  track<Result>(work: Promise<Result>): Promise<Result>;
  /** The script asked for something that the rules refuse; `step` is the number that `run` was given with it. */
  onRefusal(message: string, step: number | null): void;
  leaseMs: number;
}

export interface ScriptedWorkers {
  /** Does a step; `index` is its place in the scenario's `steps`. */
  run(step: Extract<import('./scenario.ts').ScenarioStep, { do: WorkerStep }>, index: number): void;
  /** Fills the log up again from what the worker still has; `index` as for `run`. */
  refill(jobId: string, index: number): void;
  stop(): void;
}

interface Worker {
  jobId: string;
  title: string;
  create: StepOf<'worker:create'>;
  /** The index of the step that created it. */
  createdBy: number;
  writer: string | null;
  /** Number of the next event. */
  next: number;
  /** What it sent, so that a log that lost its tail can be filled up. */
  sent: IngestEvent[];
  silent: boolean;
  over: boolean;
  paused: boolean;
  cancelAfterMs: number | null;
  resumeAfterMs: number | null;
  /** The tokens that are still to be streamed. */
  stream: { step: StepOf<'worker:stream'>; index: number; tokens: string[]; at: number } | null;
  streamTimer: ClockTimer | undefined;
  heartbeatTimer: ClockTimer | undefined;
  reactionTimer: ClockTimer | undefined;
  /** Calls to the API happen one after the other. */
  queue: Promise<void>;
}

const CALLER = { kind: 'worker' } as const;
/** A worker gathers tokens for so long; ms. */
const BATCH_MS = 20;
const CANCEL_AFTER_MS = 600;
const RESUME_AFTER_MS = 800;
/** While the API is out of reach the worker keeps its events and tries again; ms. */
const RETRY_MS = 500;

export function createScriptedWorkers(options: ScriptedWorkersOptions): ScriptedWorkers {
  const { workers, clock, track, onRefusal } = options;
  const all = new Map<string, Worker>();
  let stopped = false;

  const control = track(
    workers.controlStream({
      caller: CALLER,
      send: ({ event, data }) => {
        const worker = all.get(data.jobId);
        if (worker === undefined) return;
        if (event === 'cancel') onCancel(worker, data.reason);
        else onResume(worker);
      },
    }),
  );

  function enqueue(worker: Worker, call: () => Promise<void>): void {
    worker.queue = worker.queue.then(async () => {
      if (!stopped) await call();
    });
  }

  function create(step: StepOf<'worker:create'>, index: number): void {
    const worker: Worker = {
      jobId: step.job,
      title: step.title,
      create: step,
      createdBy: index,
      writer: null,
      next: 1,
      sent: [],
      silent: false,
      over: false,
      paused: false,
      cancelAfterMs: CANCEL_AFTER_MS,
      resumeAfterMs: RESUME_AFTER_MS,
      stream: null,
      streamTimer: undefined,
      heartbeatTimer: undefined,
      reactionTimer: undefined,
      queue: Promise.resolve(),
    };
    all.set(step.job, worker);
    enqueue(worker, () => createJob(worker));
    heartbeat(worker);
  }

  async function createJob(worker: Worker): Promise<void> {
    const { job, title, kind, steps } = worker.create;
    const answer = await track(
      workers.createJob({
        caller: CALLER,
        body: {
          jobId: job,
          ownerId: options.ownerId,
          title,
          ...(kind === undefined ? {} : { kind }),
          ...(steps === undefined ? {} : { steps }),
        },
      }),
    );
    if ('error' in answer) {
      if (answer.status === 503) await again(() => createJob(worker));
      else onRefusal(`"${job}" was not created: ${answer.error.message}`, worker.createdBy);
      return;
    }
    worker.writer = answer.body.writer ?? null;
    worker.next = answer.body.sequence + 1;
  }

  /** `index`: the step that these events come from; null where the worker answers a person. */
  function send(worker: Worker, events: readonly IngestEvent[], index: number | null): void {
    const timed = events.map((event) => ({ ...event, timestamp: clock.now() }));
    enqueue(worker, () => append(worker, timed, index));
  }

  async function append(worker: Worker, events: readonly IngestEvent[], index: number | null): Promise<void> {
    if (worker.writer === null) return;
    const from = worker.next;
    const answer = await track(
      workers.append({
        caller: CALLER,
        jobId: worker.jobId,
        body: { events, from, writer: worker.writer },
      }),
    );
    if (!('error' in answer)) {
      worker.sent.push(...events);
      worker.next = from + events.length;
      return;
    }
    const { code, message, sequence } = answer.error;
    if (answer.status === 503) await again(() => append(worker, events, index));
    else if (code === 'gap' && sequence !== undefined)
      await refillFrom(worker, sequence, index, () => append(worker, events, index));
    else if (code === 'not_found') {
      // The whole store was lost: the worker tells its story again under the same id.
      const story = worker.sent.splice(0);
      await createJob(worker);
      await append(worker, [...story, ...events], index);
    } else if (code === 'fenced' || code === 'finished') worker.over = true;
    else onRefusal(`"${worker.jobId}": ${message}`, index);
  }

  /** Sends again what the log lost, with the same numbers. */
  async function refillFrom(
    worker: Worker,
    sequence: number,
    index: number | null,
    then: () => Promise<void>,
  ): Promise<void> {
    const missing = worker.sent.slice(sequence - 1);
    const first = worker.next - missing.length;
    if (worker.writer === null || first !== sequence + 1) return;
    const answer = await track(
      workers.append({
        caller: CALLER,
        jobId: worker.jobId,
        body: { events: missing, from: first, writer: worker.writer },
      }),
    );
    if ('error' in answer) onRefusal(`"${worker.jobId}": ${answer.error.message}`, index);
    else await then();
  }

  /** Tries again later; what comes after waits behind it, so the order stays. */
  async function again(call: () => Promise<void>): Promise<void> {
    await new Promise<void>((resolve) => {
      clock.setTimeout(resolve, RETRY_MS);
    });
    if (!stopped) await call();
  }

  function heartbeat(worker: Worker): void {
    clock.clearTimeout(worker.heartbeatTimer);
    worker.heartbeatTimer = clock.setTimeout(
      () => {
        if (stopped || worker.over) return;
        const { writer } = worker;
        if (!worker.silent && writer !== null) {
          enqueue(worker, async () => {
            const answer = await track(workers.heartbeat({ caller: CALLER, jobId: worker.jobId, body: { writer } }));
            if (!('error' in answer) && answer.body.cancelRequested) onCancel(worker, undefined);
          });
        }
        heartbeat(worker);
      },
      Math.max(50, options.leaseMs / 3),
    );
  }

  function onCancel(worker: Worker, reason: string | undefined): void {
    if (worker.over || worker.silent || worker.cancelAfterMs === null || worker.reactionTimer !== undefined) return;
    worker.reactionTimer = clock.setTimeout(() => {
      worker.reactionTimer = undefined;
      if (worker.over || worker.silent) return;
      endStream(worker);
      send(worker, [{ type: 'job:cancelled', ...(reason === undefined ? {} : { reason }) }], null);
      worker.over = true;
    }, worker.cancelAfterMs);
  }

  function onResume(worker: Worker): void {
    if (worker.resumeAfterMs === null || worker.reactionTimer !== undefined) return;
    worker.reactionTimer = clock.setTimeout(() => {
      worker.reactionTimer = undefined;
      takeOver(worker, null);
      goOn(worker, null);
    }, worker.resumeAfterMs);
  }

  function goOn(worker: Worker, index: number | null): void {
    worker.paused = false;
    worker.over = false;
    send(worker, [{ type: 'job:resumed' }], index);
    heartbeat(worker);
    scheduleStream(worker);
  }

  function takeOver(worker: Worker, index: number | null): void {
    worker.silent = false;
    worker.over = false;
    enqueue(worker, async () => {
      const answer = await track(workers.takeover({ caller: CALLER, jobId: worker.jobId, body: {} }));
      if ('error' in answer) {
        onRefusal(`"${worker.jobId}" was not taken over: ${answer.error.message}`, index);
        return;
      }
      worker.writer = answer.body.writer;
      worker.next = answer.body.sequence + 1;
    });
    heartbeat(worker);
  }

  // ---- Streams

  function startStream(worker: Worker, step: StepOf<'worker:stream'>, index: number): void {
    endStream(worker);
    worker.stream = { step, index, tokens: tokensOf(step.text, step.anywhere), at: 0 };
    scheduleStream(worker);
  }

  function endStream(worker: Worker): void {
    clock.clearTimeout(worker.streamTimer);
    worker.streamTimer = undefined;
    worker.stream = null;
  }

  function scheduleStream(worker: Worker): void {
    const { stream } = worker;
    clock.clearTimeout(worker.streamTimer);
    worker.streamTimer = undefined;
    if (stream === null || worker.silent || worker.paused || worker.over) return;
    const everyMs = 1_000 / stream.step.tokensPerSecond;
    const batch = Math.max(1, Math.round(BATCH_MS / everyMs));
    worker.streamTimer = clock.setTimeout(() => {
      writeTokens(worker, batch);
      scheduleStream(worker);
    }, batch * everyMs);
  }

  function writeTokens(worker: Worker, howMany: number): void {
    const { stream } = worker;
    if (stream === null) return;
    const { step, tokens } = stream;
    const before = stream.at;
    stream.at = Math.min(tokens.length, before + howMany);
    const events: IngestEvent[] = tokens.slice(before, stream.at).map((text) => chunk(text, step.channel));
    const progress =
      step.progress === undefined ? undefined : progressAt(step.progress, before, stream.at, tokens.length);
    if (progress !== undefined) events.push({ type: 'job:progress', progress });
    if (stream.at === tokens.length) worker.stream = null;
    if (events.length > 0) send(worker, events, stream.index);
  }

  function run(step: Parameters<ScriptedWorkers['run']>[0], index: number): void {
    if (step.do === 'worker:create') {
      create(step, index);
      return;
    }
    const worker = all.get(step.job);
    if (worker === undefined) return;
    switch (step.do) {
      case 'worker:onCancel':
        worker.cancelAfterMs = step.afterMs;
        return;
      case 'worker:onResume':
        worker.resumeAfterMs = step.afterMs;
        return;
      case 'worker:takeover':
        takeOver(worker, index);
        goOn(worker, index);
        return;
      case 'worker:crash':
        endStream(worker);
        clock.clearTimeout(worker.heartbeatTimer);
        worker.writer = null;
        worker.silent = true;
        return;
      case 'worker:silence':
        worker.silent = true;
        clock.clearTimeout(worker.streamTimer);
        return;
      case 'worker:speak':
        worker.silent = false;
        scheduleStream(worker);
        return;
      default:
    }
    // A job that was cancelled does nothing more, whatever the script had planned for it.
    if (worker.over) return;
    switch (step.do) {
      case 'worker:start':
        send(worker, [{ type: 'job:started' }], index);
        return;
      case 'worker:step':
        send(
          worker,
          [
            {
              type: 'job:step',
              step: { id: step.step, status: step.status, ...(step.label === undefined ? {} : { label: step.label }) },
            },
          ],
          index,
        );
        return;
      case 'worker:progress':
        send(
          worker,
          [
            {
              type: 'job:progress',
              progress: step.progress,
              ...(step.message === undefined ? {} : { message: step.message }),
              ...(step.etaMs === undefined ? {} : { etaMs: step.etaMs }),
            },
          ],
          index,
        );
        return;
      case 'worker:write':
        send(
          worker,
          (step.pieces ?? [step.text ?? '']).map((text) => chunk(text, step.channel)),
          index,
        );
        return;
      case 'worker:stream':
        startStream(worker, step, index);
        return;
      case 'worker:pause':
        worker.paused = true;
        clock.clearTimeout(worker.streamTimer);
        send(worker, [{ type: 'job:paused', ...(step.reason === undefined ? {} : { reason: step.reason }) }], index);
        return;
      case 'worker:continue':
        goOn(worker, index);
        return;
      case 'worker:complete':
        finish(worker, { type: 'job:completed', ...('result' in step ? { result: step.result } : {}) }, index);
        return;
      case 'worker:fail':
        finish(
          worker,
          {
            type: 'job:failed',
            error: { code: step.code, message: step.message, retryable: step.retryable },
          },
          index,
        );
        return;
      case 'worker:cancel':
        finish(worker, { type: 'job:cancelled', ...(step.reason === undefined ? {} : { reason: step.reason }) }, index);
        return;
      default:
        throw new Error(`A worker cannot do "${String((step as { do: string }).do)}"`);
    }
  }

  function finish(worker: Worker, event: IngestEvent, index: number): void {
    // What was still to be written is written before the end, as a worker that ends in good order does.
    if (worker.stream !== null && event.type === 'job:completed') writeTokens(worker, worker.stream.tokens.length);
    if (event.type !== 'job:failed') endStream(worker);
    else clock.clearTimeout(worker.streamTimer);
    send(worker, [event], index);
    worker.over = true;
  }

  return {
    run,
    refill: (jobId, index) => {
      const worker = all.get(jobId);
      if (worker === undefined) return;
      enqueue(worker, async () => {
        const answer = await track(workers.get({ caller: CALLER, jobId }));
        if ('error' in answer) return;
        await refillFrom(worker, answer.body.job.sequence, index, () => Promise.resolve());
      });
    },
    stop: () => {
      stopped = true;
      for (const worker of all.values()) {
        endStream(worker);
        clock.clearTimeout(worker.heartbeatTimer);
        clock.clearTimeout(worker.reactionTimer);
      }
      void control.then((stream) => {
        if ('close' in stream) stream.close();
      });
    },
  };
}

function chunk(text: string, channel: 'output' | 'reasoning' | undefined): IngestEvent {
  return { type: 'model:chunk:v1', text, ...(channel === undefined ? {} : { channel }) };
}

/** The percentage that a worker reports when it passes a whole one. */
function progressAt(
  range: { from: number; to: number },
  before: number,
  after: number,
  total: number,
): number | undefined {
  const at = (place: number) => Math.floor(range.from + ((range.to - range.from) * place) / total);
  return at(after) > at(before) || (before === 0 && after > 0) ? at(after) : undefined;
}
