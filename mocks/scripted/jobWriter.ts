/** A worker's line to its job's log: what it says gets there in order and once, over outages and through losses. */
import type { WorkerApi } from '@regen/realtime-core';
import { LIMITS, type Clock, type IngestEvent } from '@regen/realtime-shared';
import type { StepOf } from '../scenario.ts';

/** `step` is the place of the step that wants it, for the refusals; null where the worker answers a person. */
export interface JobWriter {
  create(): void;
  write(events: readonly IngestEvent[], step: number | null): void;
  /** Writes on where another process wrote before, if the rules let it. */
  takeOver(step: number | null): void;
  /** Nothing while it may not write. */
  heartbeat(): void;
  /** Sends again what the log has lost. */
  refill(step: number): void;
  /** Loses the token: nothing is written until the job is taken over. */
  loseToken(): void;
}

export interface JobWriterOptions {
  job: StepOf<'worker:create'>;
  /** The place of this step. */
  createdBy: number;
  api: WorkerApi;
  clock: Clock;
  /** Whose the job is where its step does not say. */
  ownerId: string;
  /** Counts a promise as work under way. */
  track<Result>(work: Promise<Result>): Promise<Result>;
  /** True when nothing more may happen. */
  isStopped(): boolean;
  onRefusal(message: string, step: number | null): void;
  /** A heartbeat was answered with a person's wish. */
  onCancelRequested(): void;
  /** The job has ended, or is another writer's. */
  onShutOut(): void;
}

/** While the API is out of reach the worker keeps its events and tries again; ms. */
const RETRY_MS = 500;
const CALLER = { kind: 'worker' } as const;

export function createJobWriter(options: JobWriterOptions): JobWriter {
  const { createdBy, api, clock, track, onRefusal } = options;
  const { job: jobId, title, owner = options.ownerId, kind, steps } = options.job;
  let token: string | null = null;
  /** Number of the next event. */
  let next = 1;
  /** What was sent, so that a log that lost its tail can be filled up. */
  const sent: IngestEvent[] = [];
  let queue = Promise.resolve();
  /** What waits for the calls before it: more of the same step goes with it, so that a slow server delays no stream. */
  let waiting: { events: IngestEvent[]; step: number | null } | null = null;

  /** Calls to the API happen one after the other. */
  function enqueue(call: () => Promise<void>): void {
    waiting = null;
    queue = queue.then(async () => {
      if (!options.isStopped()) await call();
    });
  }

  /** Tries again later; what comes after waits behind it, so the order stays. */
  async function again(call: () => Promise<void>): Promise<void> {
    await new Promise<void>((resolve) => {
      clock.setTimeout(resolve, RETRY_MS);
    });
    if (!options.isStopped()) await call();
  }

  async function create(): Promise<void> {
    const answer = await track(
      api.createJob({
        caller: CALLER,
        body: {
          jobId,
          ownerId: owner,
          title,
          ...(kind === undefined ? {} : { kind }),
          ...(steps === undefined ? {} : { steps }),
        },
      }),
    );
    if ('error' in answer) {
      if (answer.status === 503) await again(create);
      else onRefusal(`"${jobId}" was not created: ${answer.error.message}`, createdBy);
      return;
    }
    token = answer.body.writer ?? null;
    next = answer.body.sequence + 1;
  }

  async function append(events: readonly IngestEvent[], step: number | null): Promise<void> {
    if (token === null) return;
    const from = next;
    const answer = await track(api.append({ caller: CALLER, jobId, body: { events, from, writer: token } }));
    if (!('error' in answer)) {
      sent.push(...events);
      next = from + events.length;
      return;
    }
    const { code, message, sequence } = answer.error;
    if (answer.status === 503) await again(() => append(events, step));
    else if (code === 'gap' && sequence !== undefined) {
      if (await sendAgain(sequence, step)) await append(events, step);
    } else if (code === 'not_found') {
      // The whole store was lost: the worker tells its story again under the same id.
      const story = sent.splice(0);
      await create();
      await append([...story, ...events], step);
    } else if (code === 'fenced' || code === 'finished') options.onShutOut();
    else onRefusal(`"${jobId}": ${message}`, step);
  }

  /** What the log lost after `sequence`, with the same numbers. Resolves to whether the log has it. */
  async function sendAgain(sequence: number, step: number | null): Promise<boolean> {
    const missing = sent.slice(sequence - 1);
    const first = next - missing.length;
    if (token === null || first !== sequence + 1) return false;
    const answer = await track(
      api.append({ caller: CALLER, jobId, body: { events: missing, from: first, writer: token } }),
    );
    if ('error' in answer) onRefusal(`"${jobId}": ${answer.error.message}`, step);
    return !('error' in answer);
  }

  return {
    create: () => {
      enqueue(create);
    },
    write: (events, step) => {
      const timed = events.map((event) => ({ ...event, timestamp: clock.now() }));
      if (waiting?.step === step && waiting.events.length + timed.length <= LIMITS.eventsPerAppend) {
        waiting.events.push(...timed);
        return;
      }
      const batch = { events: timed, step };
      enqueue(() => {
        if (waiting === batch) waiting = null;
        return append(batch.events, step);
      });
      waiting = batch;
    },
    takeOver: (step) => {
      enqueue(async () => {
        const answer = await track(api.takeover({ caller: CALLER, jobId, body: {} }));
        if ('error' in answer) {
          onRefusal(`"${jobId}" was not taken over: ${answer.error.message}`, step);
          return;
        }
        token = answer.body.writer;
        next = answer.body.sequence + 1;
      });
    },
    heartbeat: () => {
      const writer = token;
      if (writer === null) return;
      enqueue(async () => {
        const answer = await track(api.heartbeat({ caller: CALLER, jobId, body: { writer } }));
        if (!('error' in answer) && answer.body.cancelRequested) options.onCancelRequested();
      });
    },
    refill: (step) => {
      enqueue(async () => {
        const answer = await track(api.get({ caller: CALLER, jobId }));
        if (!('error' in answer)) await sendAgain(answer.body.job.sequence, step);
      });
    },
    loseToken: () => {
      token = null;
    },
  };
}
