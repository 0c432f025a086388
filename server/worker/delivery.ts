/** Brings a job's events to the log, in order and each once, whatever happens on the way. */
import type { Clock, CreateJobRequest, IngestEvent, Random } from '@regen/realtime-shared';
import { backoff, wait } from './backoff.ts';
import { askedWait, isPassing, type Answer, type WorkerCalls } from './calls.ts';
import { PublishError, alreadyEnded, refusedBy, takenOver } from './errors.ts';
import { createOutbox } from './outbox.ts';

export interface Delivery {
  /** Throws a `PublishError` where nothing can be delivered any more. */
  add(event: IngestEvent): void;
  /** Resolves when all that was added is in the log. Rejects with a `PublishError` where it never will be. */
  flush(): Promise<void>;
  /** Resolves when not too much waits. Rejects as `flush`. */
  room(): Promise<void>;
  /** Where the job stands: what a successor needs to go on. */
  place(): { writer: string; sequence: number };
  /** Whether somebody has to be working now, so that silence would mean something. */
  keepAlive(isWorking: boolean): void;
  stop(reason: PublishError): void;
}

export interface DeliverySettings {
  /** From the start of one call to that of the next, at least, so that small pieces travel together; ms. */
  batchMs: number;
  /** A sign of life where nothing was sent for so long; ms. */
  heartbeatMs: number;
  /** Characters that may wait before `room` makes its caller wait. */
  maxWaiting: number;
  maxKeptLength: number;
}

export function createDelivery(options: {
  calls: WorkerCalls;
  clock: Clock;
  random: Random;
  settings: DeliverySettings;
  jobId: string;
  place: { writer: string; sequence: number };
  /** How the job was created: so it is again where the server has lost all. Null where that is not known. */
  request: CreateJobRequest | null;
  onCancelRequested: () => void;
  onStopped: (reason: PublishError) => void;
}): Delivery {
  const { calls, clock, random, settings, jobId, request } = options;
  const outbox = createOutbox(options.place.sequence, settings.maxKeptLength);
  const ended = new AbortController();
  const waiters = new Set<{ isDone: () => boolean; resolve: () => void; reject: (error: PublishError) => void }>();
  let { writer } = options.place;
  let stopped: PublishError | null = null;
  let isWorking = true;
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
    let failures = 0;
    while (stopped === null) {
      const batch = outbox.next();
      const startedAt = clock.now();
      if (batch === null && (await idle()) === 'events') continue;
      if (batch === null && !isWorking) continue;
      const answer =
        batch === null ? await calls.heartbeat(jobId, writer) : await calls.append(jobId, { ...batch, writer });
      if (answer.kind === 'ok') {
        failures = 0;
        if (batch !== null) outbox.arrived(batch.from + batch.events.length - 1);
        if (answer.body.cancelRequested) options.onCancelRequested();
        settleWaiters();
        const pause = settings.batchMs - (clock.now() - startedAt);
        if (pause > 0) await wait(clock, pause, ended.signal);
      } else if (isPassing(answer)) {
        failures += 1;
        await wait(clock, backoff(failures, askedWait(answer), random), ended.signal);
      } else if (answer.kind === 'error') {
        await mend(answer);
      }
    }
  }

  /** The log is not as it was left. */
  async function mend({ error }: Extract<Answer<never>, { kind: 'error' }>): Promise<void> {
    switch (error.code) {
      case 'gap':
        // It lost its end, and gets it again.
        if (!outbox.rewind(error.sequence ?? 0)) stop(historyLost());
        return;
      case 'not_found':
        await createAgain();
        return;
      case 'fenced':
        stop(takenOver(jobId));
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
    const answer = await calls.create({ ...request, jobId }, undefined);
    if (answer.kind === 'ok' && answer.body.writer !== undefined) {
      ({ writer } = answer.body);
      return;
    }
    if (answer.kind === 'ok') {
      stop(new PublishError('fenced', `Job "${jobId}" was begun again by another worker; stop working on it.`));
    } else if (!isPassing(answer) && answer.kind === 'error') {
      stop(refusedBy(`to create job "${jobId}" again`, answer.error));
    } else {
      await wait(clock, backoff(1, askedWait(answer), random), ended.signal);
    }
  }

  function historyLost(): PublishError {
    return new PublishError(
      'history_lost',
      `The server lost more of job "${jobId}" than is kept here to fill it up again; begin it anew.`,
    );
  }

  void run();

  return {
    add(event) {
      if (stopped !== null) throw stopped;
      outbox.add(event);
      wake();
    },
    flush: () => until(() => outbox.waiting() === 0),
    room: () => until(() => outbox.waiting() < settings.maxWaiting),
    place: () => ({ writer, sequence: outbox.last() }),
    keepAlive(next) {
      isWorking = next;
    },
    stop,
  };
}
