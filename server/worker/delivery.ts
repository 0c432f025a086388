/** Brings a job's events to the log, in order and each once, whatever happens on the way. */
import { randomUUID } from 'node:crypto';
import type { Clock, HttpError, IngestEvent, Random } from '@regen/realtime-shared';
import { createAsk } from './ask.ts';
import { wait } from './backoff.ts';
import { CREATED, type Answer, type Lost, type NamedJobRequest, type WorkerCalls } from './calls.ts';
import { PublishError, alreadyEnded, refusedBy, takenOver } from './errors.ts';
import { createOutbox, type Batch } from './outbox.ts';
import { createTakeover } from './takeover.ts';

export interface Delivery {
  /** Throws a `PublishError` where nothing can be delivered any more. */
  add(event: IngestEvent): void;
  /** Resolves when all that was added is in the log. Rejects with a `PublishError` where it never will be. */
  flush(): Promise<void>;
  /** Resolves when not too much waits. Rejects as `flush`. */
  room(): Promise<void>;
  /** Where the job stands: what a successor needs to go on. */
  place(): { writer: string; sequence: number };
  /** How the job stands by what was added. */
  stands(standing: Standing): void;
  stop(reason: PublishError): void;
}

/** `ended`: nothing will be added any more, and the delivery stops by itself when all of it is surely there. */
export type Standing = 'working' | 'paused' | 'ended';

export interface DeliverySettings {
  /** From the start of one call to that of the next, at least, so that small pieces travel together; ms. */
  batchMs: number;
  /** A sign of life where nothing was sent for so long; at most a third of the server's `WORKER_LEASE_MS`. ms. */
  heartbeatMs: number;
  /** Bytes that may wait before `room` makes its caller wait. */
  maxWaiting: number;
  /** Bytes of events that arrived and are kept, at least, for a log that loses them. */
  maxKeptLength: number;
}

/** A log may go back to an older copy of itself for a while after it has answered: so often an end is said again. */
const SIGNS_AFTER_END = 2;

export function createDelivery(options: {
  calls: WorkerCalls;
  clock: Clock;
  random: Random;
  settings: DeliverySettings;
  jobId: string;
  place: { writer: string; sequence: number };
  /** That of the log before this worker took it over; null where it began the log. */
  formerEpoch: string | null;
  /** How the job was created: so it is again where the server has lost all. Null where that is not known. */
  request: NamedJobRequest | null;
  onCancelRequested: () => void;
  onStopped: (reason: PublishError) => void;
}): Delivery {
  const { calls, clock, random, settings, jobId, formerEpoch, request } = options;
  const outbox = createOutbox(options.place.sequence, settings.maxKeptLength);
  const ended = new AbortController();
  const waiters = new Set<{ isDone: () => boolean; resolve: () => void; reject: (error: PublishError) => void }>();
  const ask = createAsk({ clock, random, closed: ended.signal });
  const takeover = createTakeover({ calls, ask, clock, closed: ended.signal });
  let { writer } = options.place;
  let stopped: PublishError | null = null;
  let standing: Standing = 'working';
  let signsLeft = SIGNS_AFTER_END;
  let cancelRequested = false;
  let wake = (): void => undefined;

  function stop(reason: PublishError): void {
    if (stopped !== null) return;
    stopped = reason;
    ended.abort();
    wake();
    for (const waiter of waiters) waiter.reject(reason);
    waiters.clear();
    options.onStopped(reason);
  }

  function settleWaiters(): void {
    for (const waiter of waiters) {
      if (!waiter.isDone()) continue;
      waiters.delete(waiter);
      waiter.resolve();
    }
  }

  function until(isDone: () => boolean): Promise<void> {
    if (stopped !== null) return Promise.reject(stopped);
    if (isDone()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      waiters.add({ isDone, resolve, reject });
    });
  }

  /** Something to send, or time for a sign of life. */
  async function idle(): Promise<'events' | 'silence'> {
    let timer: ReturnType<Clock['setTimeout']> | undefined;
    const woken = await new Promise<'events' | 'silence'>((resolve) => {
      wake = () => {
        resolve('events');
      };
      timer = clock.setTimeout(() => {
        resolve('silence');
      }, settings.heartbeatMs);
    });
    clock.clearTimeout(timer);
    return woken;
  }

  async function run(): Promise<void> {
    while (stopped === null) {
      const startedAt = clock.now();
      const batch = outbox.next();
      if (batch === null) {
        if ((await idle()) === 'silence') await giveSign();
        continue;
      }
      if (!(await send(batch))) continue;
      outbox.arrived(batch.from + batch.events.length - 1);
      settleWaiters();
      const pause = settings.batchMs - (clock.now() - startedAt);
      if (pause > 0) await wait(clock, pause, ended.signal);
    }
  }

  /** Whether the events are in the log. */
  async function send(batch: Batch): Promise<boolean> {
    const { answer } = await ask(() => calls.append(jobId, { ...batch, writer }));
    return heard(answer);
  }

  /**
   * A sign of life. It is what was sent last, once more, so that a log that has lost it says so; a pause and an end are
   * not safe before that either. A paused job whose cancel is wanted is left to the server, which carries it out where
   * nobody does.
   */
  async function giveSign(): Promise<void> {
    if (standing === 'paused' && cancelRequested) return;
    const last = outbox.lastArrived();
    if (last === null) {
      const { answer } = await ask(() => calls.heartbeat(jobId, writer));
      await heard(answer);
    } else if ((await send(last)) && standing === 'ended' && outbox.waiting() === 0) {
      signsLeft -= 1;
      if (signsLeft === 0) stop(alreadyEnded(jobId));
    }
  }

  async function heard(answer: Exclude<Answer<{ cancelRequested: boolean }>, Lost>): Promise<boolean> {
    if (stopped !== null) return false;
    if (answer.kind === 'error') {
      await mend(answer.error);
      return false;
    }
    ({ cancelRequested } = answer.body);
    if (cancelRequested) options.onCancelRequested();
    return true;
  }

  /** The log is not as it was left. */
  async function mend(error: HttpError): Promise<void> {
    switch (error.code) {
      case 'gap':
        // It lost its end, and gets it again.
        if (!outbox.rewind(error.sequence ?? 0)) stop(historyLost());
        return;
      case 'not_found':
        await createAgain();
        return;
      case 'fenced':
        await regain();
        return;
      case 'conflict':
        stop(new PublishError('fenced', `Somebody else writes to job "${jobId}"; stop working on it.`, error));
        return;
      case 'finished':
        stop(alreadyEnded(jobId));
        return;
      default:
        stop(refusedBy(`what job "${jobId}" sent`, error));
    }
  }

  /** The server has lost everything: the job begins again under its id, and what is kept follows. */
  async function createAgain(): Promise<void> {
    if (request === null || !outbox.rewind(1)) {
      stop(historyLost());
      return;
    }
    const { idempotencyKey = randomUUID(), ...asCreated } = request;
    const { answer, mayBeRepeat } = await ask(() => calls.create({ ...asCreated, jobId }, idempotencyKey));
    if (answer.kind === 'error') {
      stop(refusedBy(`to create job "${jobId}" again`, answer.error));
      return;
    }
    const { body, status } = answer;
    if (status === CREATED && body.writer !== undefined) {
      ({ writer } = body);
    } else if (mayBeRepeat && body.writer !== undefined && body.jobId === jobId) {
      // A try of ours, or somebody else with the same key: only a new writer is surely alone.
      ({ writer } = await takeover(jobId, { writer: body.writer }));
    } else {
      stop(new PublishError('fenced', `Job "${jobId}" was begun again by another worker; stop working on it.`));
    }
  }

  /** Fenced by a successor; or by a former worker, in a log that went back to before the takeover: it is taken again. */
  async function regain(): Promise<void> {
    const { answer } = await ask(() => calls.get(jobId));
    if (answer.kind === 'error' || answer.body.job.epoch !== formerEpoch) {
      stop(takenOver(jobId));
      return;
    }
    const taken = await takeover(jobId, { mayBeDead: true });
    ({ writer } = taken);
    if (!outbox.rewind(taken.sequence)) stop(historyLost());
  }

  function historyLost(): PublishError {
    return new PublishError(
      'history_lost',
      `The server lost more of job "${jobId}" than is kept here to fill it up again; begin it anew.`,
    );
  }

  run().catch((error: unknown) => {
    // What is asked when it is stopped has no answer.
    if (stopped !== null) return;
    if (!(error instanceof PublishError)) throw error;
    stop(error);
  });

  return {
    add(event) {
      if (stopped !== null) throw stopped;
      outbox.add(event);
      wake();
    },
    flush: () => until(() => outbox.waiting() === 0),
    room: () => until(() => outbox.waiting() < settings.maxWaiting),
    place: () => ({ writer, sequence: outbox.last() }),
    stands(next) {
      standing = next;
    },
    stop,
  };
}
