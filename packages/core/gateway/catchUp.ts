import { EVENTS, type JobEvent, type JobSnapshot, type Position } from '@regen/realtime-shared';
import { emitJobEvent } from './emitJobEvent.ts';
import type { FeedCore } from './feedCore.ts';
import type { Subscriber } from './feedTypes.ts';
import { NO_FLAGS, flagsAfterEvent, flagsOfSnapshot, noticesBetween } from './jobFlags.ts';
import { JobLogUnavailableError, type JobHead } from '../log/jobLog.ts';
import { MERGE_LIMITS, mergeChunks } from './mergeChunks.ts';
import { samePosition } from '../log/position.ts';

/** A replay has no latency to win by small messages. */
const REPLAY_MERGE = { ...MERGE_LIMITS, maxEvents: Number.POSITIVE_INFINITY };
const TRIES_WITHOUT_PROGRESS = 3;

/** Brings subscribers from where they stand to where the feed is, without a hole and without a repeat. */
export interface CatchUp {
  /** Delivers the first page that placing has read, then goes on until live. */
  begin(subscriber: Subscriber, page: readonly JobEvent[]): void;
  /** Something has changed: those who wait look again. `all`: also those that still cannot be served. */
  wake(all: boolean): void;
  remove(subscriber: Subscriber): void;
  waiting(): number;
}

export function createCatchUp(feed: FeedCore): CatchUp {
  const { clock, limits, timings, log, onError } = feed.context;
  const waiting = new Set<Subscriber>();

  function deliver(subscriber: Subscriber, events: readonly JobEvent[]): void {
    const fresh = events.filter((event) => event.sequence > subscriber.position.sequence);
    const last = fresh.at(-1);
    if (last === undefined) return;
    subscriber.position = { epoch: last.epoch, sequence: last.sequence };
    for (const event of mergeChunks(fresh, REPLAY_MERGE)) {
      // Behind the end nobody listens any more.
      if (event === last && isFinal(last)) tellOfCancel(subscriber);
      emitJobEvent(subscriber.audience.emit, event);
    }
  }

  /** An end leaves the wish as it was. */
  function tellOfCancel(subscriber: Subscriber): void {
    const { cancelRequested } = feed.flags();
    if (!cancelRequested || subscriber.known.cancelRequested) return;
    if (feed.position()?.epoch !== subscriber.position.epoch) return;
    subscriber.known = { ...subscriber.known, cancelRequested };
    subscriber.audience.emit(EVENTS.JOB_NOTICE, { jobId: feed.jobId, kind: 'cancel_requested' });
  }

  function reset(subscriber: Subscriber, snapshot: JobSnapshot, head: JobHead): void {
    const position: Position = { epoch: snapshot.epoch, sequence: snapshot.sequence };
    subscriber.position = position;
    subscriber.known = flagsOfSnapshot(snapshot, head.final);
    subscriber.audience.emit(EVENTS.JOB_RESET, { job: snapshot, position });
  }

  /** All in one turn of the event loop: nothing can come between the last replayed event and the first live one. */
  function join(subscriber: Subscriber): boolean {
    const position = feed.position();
    if (position === null) return false;
    const level = samePosition(subscriber.position, position);
    if (feed.isAhead() && !level) return false;
    const rest = level ? [] : feed.recent.after(subscriber.position);
    if (rest === undefined) return false;
    deliver(subscriber, rest);
    for (const notice of noticesBetween(feed.jobId, subscriber.known, feed.flags())) {
      subscriber.audience.emit(EVENTS.JOB_NOTICE, notice);
    }
    // Sending may have ended the subscription: a stream closes itself after a final event.
    if (!isOver(subscriber)) feed.goLive(subscriber);
    return true;
  }

  function wait(subscriber: Subscriber, delayMs: number | undefined): void {
    if (subscriber.stage === 'closed') return;
    subscriber.stage = 'waiting';
    waiting.add(subscriber);
    if (delayMs === undefined) return;
    subscriber.timer = clock.setTimeout(() => {
      resume(subscriber);
    }, delayMs);
  }

  function resume(subscriber: Subscriber): void {
    clock.clearTimeout(subscriber.timer);
    subscriber.timer = undefined;
    waiting.delete(subscriber);
    if (subscriber.stage === 'waiting') void run(subscriber);
  }

  async function run(subscriber: Subscriber): Promise<void> {
    subscriber.stage = 'catching_up';
    try {
      let idle = 0;
      while (idle < TRIES_WITHOUT_PROGRESS) {
        if (isOver(subscriber) || join(subscriber)) return;
        const step = await readOn(subscriber);
        if (isOver(subscriber)) return;
        if (step.kind === 'wait') {
          // The feed may have passed the subscriber while the read ran.
          if (!join(subscriber)) wait(subscriber, step.delayMs);
          return;
        }
        if (step.atEnd) {
          if (join(subscriber)) return;
          await feed.repair();
        } else await subscriber.audience.writable?.();
        idle = step.moved ? 0 : idle + 1;
      }
      wait(subscriber, timings.retryMs);
    } catch (error) {
      if (!(error instanceof JobLogUnavailableError)) onError(error, `catching up with job ${feed.jobId}`);
      wait(subscriber, timings.retryMs);
    }
  }

  type Step = { kind: 'wait'; delayMs: number | undefined } | { kind: 'read'; moved: boolean; atEnd: boolean };

  async function readOn(subscriber: Subscriber): Promise<Step> {
    const received = feed.received();
    const from = subscriber.position;
    const result = await log.read({
      jobId: feed.jobId,
      after: from,
      maxEvents: limits.replayEvents,
      maxLength: limits.replayLength,
    });
    if (isOver(subscriber)) return { kind: 'read', moved: false, atEnd: true };
    if (result.kind === 'missing') return { kind: 'wait', delayMs: timings.checkIntervalMs };
    const { head } = result;
    feed.learn(head, received === feed.received());
    if (isOver(subscriber)) return { kind: 'read', moved: false, atEnd: true };
    switch (result.kind) {
      case 'events': {
        deliver(subscriber, result.events);
        feed.take(result.events);
        const atEnd = result.remaining.events === 0;
        if (atEnd && head.sequence === subscriber.position.sequence) {
          subscriber.position = { epoch: head.epoch, sequence: head.sequence };
        }
        return { kind: 'read', moved: !samePosition(from, subscriber.position), atEnd };
      }
      case 'ahead':
        if (head.leaseRemainingMs !== undefined) return { kind: 'wait', delayMs: head.leaseRemainingMs + 1 };
        reset(subscriber, result.snapshot, head);
        return { kind: 'read', moved: true, atEnd: true };
      case 'snapshot':
      case 'diverged':
        reset(subscriber, result.snapshot, head);
        return { kind: 'read', moved: true, atEnd: true };
    }
  }

  /** Whether a live event could serve a waiting subscriber: one that is ahead of the log is not read for in vain. */
  function canMove(subscriber: Subscriber): boolean {
    const position = feed.position();
    if (position === null) return false;
    const stillAhead = position.epoch === subscriber.position.epoch && position.sequence < subscriber.position.sequence;
    return !stillAhead || feed.flags().final;
  }

  return {
    begin(subscriber, page) {
      deliver(subscriber, page);
      void run(subscriber);
    },
    wake(all) {
      for (const subscriber of [...waiting]) if (all || canMove(subscriber)) resume(subscriber);
    },
    remove(subscriber) {
      clock.clearTimeout(subscriber.timer);
      subscriber.timer = undefined;
      waiting.delete(subscriber);
    },
    waiting: () => waiting.size,
  };
}

function isFinal(event: JobEvent): boolean {
  return flagsAfterEvent(NO_FLAGS, event).final;
}

/** Read through a function: between awaits the stage changes behind the compiler's back. */
function isOver(subscriber: Subscriber): boolean {
  return subscriber.stage === 'closed';
}
