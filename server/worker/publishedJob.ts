import {
  EVENTS,
  LIMITS,
  describeIssues,
  ingestEventSchema,
  type IngestEvent,
  type JobSnapshot,
  type StepStatus,
} from '@regen/realtime-shared';
import * as v from 'valibot';
import type { NamedJobRequest } from './calls.ts';
import type { Delivery } from './delivery.ts';
import { PublishError, alreadyEnded } from './errors.ts';
import { MAX_EVENT_BYTES, bytesOf } from './eventSize.ts';
import { untilAborted } from './untilAborted.ts';

/** What a worker writes down, and gives to `takeOver` to go on from after a crash; JSON. */
export interface Checkpoint {
  jobId: string;
  /** A secret. */
  writer: string;
  /** All up to here is in the log. */
  sequence: number;
  /**
   * How the job was created, with its id and its key, where it had one. Where the server has lost it, `takeOver`
   * rejects with `not_found`, and `create(request)` begins it anew under that id, with no text. Null where the job was
   * taken over by its id alone.
   */
  request: NamedJobRequest | null;
}

/**
 * One job, for its worker. What is written arrives in order and each once, over lost connections, restarts of the
 * server and repeated calls; small pieces travel together. Methods that only add throw a `PublishError` once the job
 * cannot be written to any more.
 */
export interface PublishedJob {
  readonly jobId: string;
  /**
   * What the log had of the job where it was taken over, by `takeOver` or a repeated `create`: the work goes on behind
   * it. Null for a job that begins here.
   */
  readonly snapshot: JobSnapshot | null;
  /**
   * Aborted with a `PublishError` when the work shall stop: a cancel was requested, or the job is not ours any more. It
   * is not by the worker's own end of the job.
   */
  readonly signal: AbortSignal;
  started(): void;
  /** Percent, 0 to 100; null where that cannot be told. `etaMs`: about how long it still takes. */
  progress(progress: number | null, more?: { message?: string; etaMs?: number }): void;
  /** Begins a step, or says how it stands. Default of `status`: `active`. A job has at most 1,000 (`refused`). */
  step(id: string, status?: Exclude<StepStatus, 'pending'>, label?: string): void;
  /**
   * Adds text. Resolves when more may be written: whoever writes much waits for it. Where nobody does, the
   * job's loss is told by the signal alone, and does not end the process.
   */
  write(text: string, options?: { channel?: 'output' | 'reasoning' }): Promise<void>;
  /**
   * Writes all texts that come, no faster than they can be sent. Where the signal is aborted it rejects with its reason,
   * also while no text comes, and returns the iterator.
   */
  pipe(texts: AsyncIterable<string> | Iterable<string>, options?: { channel?: 'output' | 'reasoning' }): Promise<void>;
  /** Waits for somebody to let it go on. Resolves when that is in the log. */
  pause(reason?: string): Promise<void>;
  /** What a job begins with again that was paused, or failed and is taken over. */
  resumed(): void;
  /**
   * The three ends resolve when they are in the log, and nothing can be added behind them. `retryable`: the owner may
   * ask for the job to go on, which `onResume` hears.
   */
  complete(result?: unknown): Promise<void>;
  fail(error: { code: string; message: string; retryable: boolean }): Promise<void>;
  cancelled(reason?: string): Promise<void>;
  /** Resolves when all that was written is in the log. */
  flush(): Promise<void>;
  /** Flushes, and says how a successor goes on. */
  checkpoint(): Promise<Checkpoint>;
}

export function createPublishedJob(options: {
  jobId: string;
  snapshot: JobSnapshot | null;
  request: NamedJobRequest | null;
  delivery: Delivery;
  signal: AbortSignal;
  onEnded: () => void;
}): PublishedJob {
  const { jobId, snapshot, request, delivery, signal } = options;

  const steps = new Set((snapshot ?? request)?.steps?.map(({ id }) => id));
  let hasEnded = false;

  function add(event: IngestEvent): void {
    // Behind its end it would be refused together with the end, and the job never end.
    if (hasEnded) throw alreadyEnded(jobId);
    const parsed = v.safeParse(ingestEventSchema, event);
    if (!parsed.success) {
      throw new PublishError('refused', `${event.type} of job "${jobId}": ${describeIssues(parsed.issues)}`);
    }
    const complete = { ...parsed.output, timestamp: parsed.output.timestamp ?? Date.now() };
    const bytes = bytesOf(complete);
    if (bytes > MAX_EVENT_BYTES) {
      throw new PublishError(
        'refused',
        `${event.type} of job "${jobId}" takes ${String(bytes)} bytes as JSON, and may take ${String(MAX_EVENT_BYTES)}; keep what is so large elsewhere, and send where.`,
      );
    }
    if (complete.type === EVENTS.JOB_STEP) count(complete.step.id);
    delivery.add(complete);
  }

  /** Where the log refused a step, what travels with it was refused as well, and all behind it. */
  function count(step: string): void {
    if (!steps.has(step) && steps.size >= LIMITS.stepsPerJob) {
      throw new PublishError(
        'refused',
        `Step "${step}" of job "${jobId}": a job may have ${String(LIMITS.stepsPerJob)} steps; go on with one that it has.`,
      );
    }
    steps.add(step);
  }

  async function end(event: IngestEvent): Promise<void> {
    add(event);
    hasEnded = true;
    delivery.stands('ended');
    await delivery.flush();
    options.onEnded();
  }

  function noText(text: unknown): PublishError | null {
    if (typeof text === 'string') return null;
    const what = text === null ? 'null' : `of type ${typeof text}`;
    return new PublishError('refused', `What is written to job "${jobId}" is ${what}; only strings can be.`);
  }

  async function write(text: string, { channel }: { channel?: 'output' | 'reasoning' } = {}): Promise<void> {
    for (const part of partsOf(text)) {
      add({ type: EVENTS.MODEL_CHUNK, text: part, ...(channel === undefined ? {} : { channel }) });
    }
    await delivery.room();
  }

  return {
    jobId,
    snapshot,
    signal,
    started: () => {
      add({ type: EVENTS.JOB_STARTED });
    },
    progress: (progress, more = {}) => {
      add({ type: EVENTS.JOB_PROGRESS, progress, ...more });
    },
    step: (id, status = 'active', label) => {
      add({ type: EVENTS.JOB_STEP, step: { id, status, ...(label === undefined ? {} : { label }) } });
    },
    write: (text, writeOptions) => {
      const refusal = noText(text);
      if (refusal !== null) return Promise.reject(refusal);
      const written = write(text, writeOptions);
      // Whoever does not wait hears of it by the signal and the job's end, and not by the end of the process.
      written.catch(() => undefined);
      return written;
    },
    pipe: async (texts, writeOptions) => {
      for await (const text of untilAborted(texts, signal)) {
        const refusal = noText(text);
        if (refusal !== null) throw refusal;
        await write(text, writeOptions);
      }
    },
    pause: async (reason) => {
      add({ type: EVENTS.JOB_PAUSED, ...(reason === undefined ? {} : { reason }) });
      delivery.stands('paused');
      await delivery.flush();
    },
    resumed: () => {
      add({ type: EVENTS.JOB_RESUMED });
      delivery.stands('working');
    },
    complete: (result) => end({ type: EVENTS.JOB_COMPLETED, ...(result === undefined ? {} : { result }) }),
    fail: (error) => end({ type: EVENTS.JOB_FAILED, error }),
    cancelled: (reason) => end({ type: EVENTS.JOB_CANCELLED, ...(reason === undefined ? {} : { reason }) }),
    flush: delivery.flush,
    checkpoint: async () => {
      await delivery.flush();
      return { jobId, request, ...delivery.place() };
    },
  };
}

/** Of a text that is longer than one event may be; no pair of surrogates is cut in two. */
function* partsOf(text: string): Iterable<string> {
  const longest = 65_536;
  for (let start = 0; start < text.length;) {
    let end = Math.min(text.length, start + longest);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
    yield text.slice(start, end);
    start = end;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
