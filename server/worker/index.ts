/** For workers in Node: publishes jobs to a server of Regen Realtime. */
import { randomUUID } from 'node:crypto';
import { systemClock, type Clock, type CreateJobRequest, type JobSnapshot, type Random } from '@regen/realtime-shared';
import { backoff, wait } from './backoff.ts';
import { askedWait, createWorkerCalls, isPassing, type Answer } from './calls.ts';
import { listenToControl } from './controlListener.ts';
import { createDelivery, type Delivery, type DeliverySettings } from './delivery.ts';
import { PublishError, refusedBy } from './errors.ts';
import { createPublishedJob, type Checkpoint, type PublishedJob } from './publishedJob.ts';

export { PublishError, type PublishErrorCode } from './errors.ts';
export type { Checkpoint, PublishedJob } from './publishedJob.ts';

export interface JobPublisherOptions {
  /** Of the server, such as `http://localhost:3000`. */
  url: string;
  /** `dev-worker-key` in development. */
  workerKey: string;
  fetch?: typeof globalThis.fetch;
  clock?: Clock;
  random?: Random;
  /** Default: 20 ms between calls, a heartbeat after 10 s, 1 MB may wait, 16 MB are kept of each job. */
  settings?: Partial<DeliverySettings>;
  /** What failed and is tried again by itself. Default: silent. */
  onError?: (error: unknown) => void;
}

export interface JobPublisher {
  /**
   * Creates a job, tried again until the server answers. With an `idempotencyKey` a repeat, also after a crash, is the
   * same job. Rejects with a `PublishError`.
   */
  create(request: CreateJobRequest & { idempotencyKey?: string }): Promise<PublishedJob>;
  /**
   * Goes on with a job: one's own by its checkpoint, or, by its id alone, one that waits to be resumed or whose worker
   * is gone. Rejects with a `PublishError`, code `fenced` where another worker has it.
   */
  takeOver(job: Checkpoint | { jobId: string }): Promise<PublishedJob>;
  /** Hears of jobs of a kind, or of all, that somebody asks to go on. Several workers hear it; the first takes over. */
  onResume(kind: string | undefined, listener: (jobId: string) => void): () => void;
  /** Ends all work on jobs here, as a crash does: whoever takes them over goes on. */
  close(): void;
}

const DEFAULTS: DeliverySettings = {
  batchMs: 20,
  heartbeatMs: 10_000,
  maxWaiting: 1_048_576,
  maxKeptLength: 16_777_216,
};

export function createJobPublisher(options: JobPublisherOptions): JobPublisher {
  const { clock = systemClock, random = Math.random, onError = () => undefined } = options;
  const calls = createWorkerCalls(options.url, options.workerKey, options.fetch ?? globalThis.fetch);
  const settings = { ...DEFAULTS, ...options.settings };
  const closed = new AbortController();
  const jobs = new Map<string, { delivery: Delivery; requestCancel: (reason?: string) => void }>();
  /** Control streams by kind, for cancels of our jobs and for those who wait for resumes. */
  const streams = new Map<string | undefined, { stop: () => void; onResume: Set<(jobId: string) => void> }>();

  function stream(kind: string | undefined) {
    const known = streams.get(kind);
    if (known !== undefined) return known;
    const onResume = new Set<(jobId: string) => void>();
    const opened = {
      onResume,
      stop: listenToControl({
        calls,
        clock,
        random,
        kind,
        onError,
        onMessage: (what, { jobId, reason }) => {
          if (what === 'cancel') jobs.get(jobId)?.requestCancel(reason);
          else for (const listener of [...onResume]) listener(jobId);
        },
      }),
    };
    streams.set(kind, opened);
    return opened;
  }

  /** Asks until there is an answer that stays. */
  async function ask<Body>(call: () => Promise<Answer<Body>>): Promise<Exclude<Answer<Body>, { kind: 'lost' }>> {
    for (let failures = 0; ; failures += 1) {
      if (closed.signal.aborted) throw new PublishError('closed', 'The publisher was closed.');
      const answer = await call();
      if (answer.kind === 'ok' || (answer.kind === 'error' && !isPassing(answer))) return answer;
      onError(answer.kind === 'lost' ? answer.cause : answer.error);
      await wait(clock, backoff(failures, askedWait(answer), random), closed.signal);
    }
  }

  function open(
    jobId: string,
    kind: string | undefined,
    place: { writer: string; sequence: number },
    request: CreateJobRequest | null,
    snapshot: JobSnapshot | null,
  ): PublishedJob {
    const aborted = new AbortController();
    const requestCancel = (reason?: string): void => {
      const why = reason === undefined ? '' : `: ${reason}`;
      aborted.abort(
        new PublishError('cancel_requested', `Somebody wants job "${jobId}" to stop${why}; call cancelled() and end.`),
      );
    };
    const delivery = createDelivery({
      calls,
      clock,
      random,
      settings,
      jobId,
      place,
      request,
      onCancelRequested: requestCancel,
      onStopped: (reason) => {
        jobs.delete(jobId);
        aborted.abort(reason);
      },
    });
    jobs.set(jobId, { delivery, requestCancel });
    stream(kind);
    return createPublishedJob({
      jobId,
      snapshot,
      request,
      delivery,
      signal: aborted.signal,
      onEnded: () => {
        delivery.stop(new PublishError('finished', `Job "${jobId}" has ended; nothing can be added to it.`));
      },
    });
  }

  return {
    async create({ idempotencyKey = randomUUID(), ...request }) {
      const answer = await ask(() => calls.create(request, idempotencyKey));
      if (answer.kind === 'error') throw refusedBy('to create the job', answer.error);
      const { jobId, writer, sequence } = answer.body;
      if (writer === undefined) {
        throw new PublishError('fenced', `There is a job "${jobId}" already; take it over where it is to go on.`);
      }
      return open(jobId, request.kind, { writer, sequence }, { ...request, jobId }, null);
    },

    async takeOver(job) {
      const { jobId } = job;
      const checkpoint = 'writer' in job ? job : null;
      const taken = await ask(() => calls.takeover(jobId, checkpoint?.writer));
      if (taken.kind === 'error') {
        const { code, message } = taken.error;
        if (code === 'fenced' || code === 'leased') throw new PublishError('fenced', message);
        if (code === 'finished') throw new PublishError('finished', message);
        throw refusedBy(`to take job "${jobId}" over`, taken.error);
      }
      const found = await ask(() => calls.get(jobId));
      if (found.kind === 'error') throw refusedBy(`to read job "${jobId}"`, found.error);
      const { writer, sequence } = taken.body;
      return open(jobId, found.body.job.kind, { writer, sequence }, checkpoint?.request ?? null, found.body.job);
    },

    onResume(kind, listener) {
      const { onResume } = stream(kind);
      const own = (jobId: string): void => {
        listener(jobId);
      };
      onResume.add(own);
      return () => onResume.delete(own);
    },

    close() {
      closed.abort();
      for (const { stop } of streams.values()) stop();
      for (const { delivery } of [...jobs.values()]) {
        delivery.stop(new PublishError('closed', 'The publisher was closed.'));
      }
    },
  };
}
