/** For workers in Node: publishes jobs to a server of Regen Realtime. */
import { randomUUID } from 'node:crypto';
import {
  createJobRequestSchema,
  describeIssues,
  systemClock,
  type Clock,
  type JobSnapshot,
  type Random,
} from '@regen/realtime-shared';
import * as v from 'valibot';
import { requireIdempotencyKey, requireOptions, requireWorkerKey, serverUrlOf } from './address.ts';
import { createAsk } from './ask.ts';
import { CREATED, createWorkerCalls, type NamedJobRequest } from './calls.ts';
import { listenToControl } from './controlListener.ts';
import { createDelivery, type Delivery, type DeliverySettings } from './delivery.ts';
import { PublishError, publisherClosed, refusedBy, takenOver } from './errors.ts';
import { createOutage } from './outage.ts';
import { createPublishedJob, type Checkpoint, type PublishedJob } from './publishedJob.ts';
import { createTakeover } from './takeover.ts';

export type { DeliverySettings } from './delivery.ts';
export { PublishError, type PublishErrorCode } from './errors.ts';
export type { Checkpoint, PublishedJob } from './publishedJob.ts';

export interface JobPublisherOptions {
  /** The whole address of the server, such as `http://localhost:3000`. */
  url: string;
  /** One of the server's `WORKER_KEY`; `dev-worker-key` in development. */
  workerKey: string;
  fetch?: typeof globalThis.fetch;
  clock?: Clock;
  random?: Random;
  /** Default: 20 ms between calls, a sign of life after 5 s, 1 MB may wait, 16 MB are kept of each job. */
  settings?: Partial<DeliverySettings>;
  /**
   * What fails and is tried again by itself, once until it works again, as where the server is not there; and what an
   * `onResume` listener threw. Default: a line on the console.
   */
  onError?: (error: Error) => void;
}

export interface JobPublisher {
  /**
   * Creates a job, tried until the server answers or the publisher is closed. Rejects with a `PublishError`.
   *
   * An `idempotencyKey` names the work for its owner: the same key again, within a day, after a crash or from a queue
   * that hands the work out twice, is the same job. The repeat takes it over, and its `snapshot` says what is there:
   * go on behind that. Whoever had the job is fenced, and nothing of both is mixed. Where it had been taken over
   * before, the repeat waits until that worker's lease would run out, 30 s, and rejects with `fenced` where that one
   * lives. It rejects with `finished` where the job has ended.
   */
  create(request: NamedJobRequest): Promise<PublishedJob>;
  /**
   * Goes on with a job: one's own by its checkpoint, or, by its id alone, one that waits to be resumed or whose worker
   * is gone. Rejects with a `PublishError`: `fenced` where another worker has it (with an outdated checkpoint after a
   * wait as that of `create`), `finished` where it has ended, `not_found` where the server does not know it.
   */
  takeOver(job: Checkpoint | { jobId: string }): Promise<PublishedJob>;
  /**
   * Hears of jobs of a kind, or of all, that somebody asks to go on, or has asked before and nobody took over. Several
   * workers hear it, maybe twice; the first takes over. Throws `closed` behind `close`.
   */
  onResume(kind: string | undefined, listener: (jobId: string) => void): () => void;
  /**
   * Ends all work on jobs here, as a crash does: whoever takes them over goes on. What is on its way rejects with
   * `closed`; a job that it made is left as one that crashed.
   */
  close(): void;
}

const DEFAULTS: DeliverySettings = {
  batchMs: 20,
  heartbeatMs: 5_000,
  maxWaiting: 1_048_576,
  maxKeptLength: 16_777_216,
};

/**
 * A publisher for one server. A call that is not answered is repeated for as long as it takes: until `close`, or until
 * the server has given the job up. Throws a `PublishError` (`invalid_usage`) where `url` or `workerKey` can be none.
 */
export function createJobPublisher(options: JobPublisherOptions): JobPublisher {
  requireOptions(options);
  const { workerKey, fetch = globalThis.fetch, clock = systemClock, random = Math.random, onError = warn } = options;
  const url = serverUrlOf(options.url);
  requireWorkerKey(workerKey);
  const settings = { ...DEFAULTS, ...options.settings };
  const closed = new AbortController();
  const calls = createWorkerCalls({
    url,
    workerKey,
    fetch,
    outage: createOutage(onError),
    clock,
    closed: closed.signal,
  });
  const ask = createAsk({ clock, random, closed: closed.signal });
  const takeover = createTakeover({ calls, ask, clock, closed: closed.signal });
  const jobs = new Map<string, { delivery: Delivery; requestCancel: (reason?: string) => void }>();
  /** Control streams by kind, for cancels of our jobs and for those who wait for resumes. */
  const streams = new Map<string | undefined, { stop: () => void; onResume: Set<(jobId: string) => void> }>();

  function listen(kind: string | undefined, onResume: ReadonlySet<(jobId: string) => void>): () => void {
    return listenToControl({
      calls,
      url,
      clock,
      random,
      kind,
      onError,
      onMessage: (what, { jobId, reason }) => {
        if (what === 'cancel') jobs.get(jobId)?.requestCancel(reason);
        else for (const listener of [...onResume]) listener(jobId);
      },
    });
  }

  function stream(kind: string | undefined) {
    const known = streams.get(kind);
    if (known !== undefined) return known;
    const onResume = new Set<(jobId: string) => void>();
    const opened = { onResume, stop: listen(kind, onResume) };
    streams.set(kind, opened);
    return opened;
  }

  function requireOpen(): void {
    if (closed.signal.aborted) throw publisherClosed();
  }

  async function read(jobId: string): Promise<JobSnapshot> {
    const { answer } = await ask(() => calls.get(jobId));
    if (answer.kind === 'ok') return answer.body.job;
    throw refusedBy(`to read job "${jobId}" at ${url}`, answer.error, 'not_found');
  }

  async function takenBy(jobId: string, writer: string | undefined) {
    const { epoch } = await read(jobId);
    return { ...(await takeover(jobId, { writer })), formerEpoch: epoch };
  }

  function open(
    jobId: string,
    kind: string | undefined,
    place: { writer: string; sequence: number; formerEpoch: string | null },
    request: NamedJobRequest | null,
    snapshot: JobSnapshot | null,
  ): PublishedJob {
    // It was asked for before; whoever takes it over goes on.
    requireOpen();
    // The same job, taken over within this process.
    jobs.get(jobId)?.delivery.stop(takenOver(jobId));
    const aborted = new AbortController();
    let hasEnded = false;
    const requestCancel = (reason?: string): void => {
      if (hasEnded) return;
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
      formerEpoch: place.formerEpoch,
      request,
      onCancelRequested: requestCancel,
      onStopped: (reason) => {
        jobs.delete(jobId);
        if (!hasEnded) aborted.abort(reason);
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
        hasEnded = true;
      },
    });
  }

  return {
    async create({ idempotencyKey, ...given }) {
      if (idempotencyKey !== undefined) requireIdempotencyKey(idempotencyKey);
      const parsed = v.safeParse(createJobRequestSchema, given);
      if (!parsed.success) throw new PublishError('refused', `The job: ${describeIssues(parsed.issues)}`);
      const key = idempotencyKey ?? randomUUID();
      const { answer } = await ask(() => calls.create(parsed.output, key));
      if (answer.kind === 'error') throw refusedBy(`to create the job at ${url}`, answer.error);
      const { jobId, writer, sequence } = answer.body;
      const request = { ...parsed.output, jobId, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) };
      if (writer === undefined) {
        throw new PublishError('fenced', `There is a job "${jobId}" already; take it over where it is to go on.`);
      }
      if (answer.status === CREATED)
        return open(jobId, request.kind, { writer, sequence, formerEpoch: null }, request, null);
      // Somebody made it with this key, maybe a try of ours that was not answered: only a new writer is surely alone.
      const taken = await takenBy(jobId, writer);
      const snapshot = taken.sequence === 1 ? null : await read(jobId);
      return open(jobId, (snapshot ?? request).kind, taken, request, snapshot);
    },

    async takeOver(job) {
      const { jobId } = job;
      const checkpoint = 'writer' in job ? job : null;
      const taken = await takenBy(jobId, checkpoint?.writer);
      const snapshot = await read(jobId);
      return open(jobId, snapshot.kind, taken, checkpoint?.request ?? null, snapshot);
    },

    onResume(kind, listener) {
      requireOpen();
      const own = (jobId: string): void => {
        listener(jobId);
      };
      const open = streams.get(kind);
      const { onResume } = open ?? stream(kind);
      onResume.add(own);
      if (open !== undefined) {
        // What was pending was said before anybody listened; it is said again where the stream begins.
        open.stop();
        open.stop = listen(kind, onResume);
      }
      return () => onResume.delete(own);
    },

    close() {
      closed.abort();
      for (const { stop } of streams.values()) stop();
      for (const { delivery } of [...jobs.values()]) {
        delivery.stop(publisherClosed());
      }
    },
  };
}

function warn({ message }: Error): void {
  // oxlint-disable-next-line no-console -- a worker that waits in silence is not understood
  console.warn(message);
}
