import {
  EVENTS,
  assertNever,
  type ClockTimer,
  type JobEvent,
  type JobSnapshot,
  type Position,
} from '@regen/realtime-shared';
import { createCatchUp } from './catchUp.ts';
import type { Audience, FeedCore, NodeContext, Subscriber } from './feedTypes.ts';
import type { Placement } from './gatewayTypes.ts';
import {
  NO_FLAGS,
  flagsAfterEvent,
  flagsAfterNotice,
  flagsOfHead,
  flagsOfSnapshot,
  noticesBetween,
  type JobFlags,
} from './jobFlags.ts';
import { JobLogUnavailableError, type JobHead, type JobLogMessage } from './jobLog.ts';
import { createLiveAudience } from './liveAudience.ts';
import { placeSubscriber } from './placeSubscriber.ts';
import { createRecentEvents } from './recentEvents.ts';
import { createRunAgain } from './runAgain.ts';
import { createSilenceWatch } from './silenceWatch.ts';

/**
 * One job's live log on this node, shared by all who follow it here. It takes events in once and in order, whatever
 * the store's pushes do, and passes them on with one room emit.
 */
export interface JobFeed {
  /**
   * Places a subscriber, tells `onPlaced` where, then replays and goes live. A subscription that was closed meanwhile
   * is still placed, and gets nothing. Rejects where the log is out of reach.
   */
  subscribe(
    subscription: Subscriber,
    after: Position | 'beginning' | undefined,
    onPlaced: (placement: Placement) => void,
  ): Promise<'placed' | 'missing'>;
  /** Idempotent. */
  unsubscribe(subscription: Subscriber): void;
  /** Something may have been missed: compares with the log. */
  check(): void;
  close(): void;
}

export function createSubscriber(audience: Audience): Subscriber {
  return {
    audience,
    position: { epoch: '', sequence: 0 },
    known: NO_FLAGS,
    stage: 'placing',
    timer: undefined,
  };
}

/** `onIdle`: nobody has followed for the linger time, the feed has closed itself. */
export function createJobFeed(jobId: string, context: NodeContext, onIdle: () => void): JobFeed {
  const { log, clock, random, limits, timings, onError } = context;
  const recent = createRecentEvents();
  const subscribers = new Set<Subscriber>();
  const audience = createLiveAudience(jobId, context);
  let position: Position | null = null;
  let flags: JobFlags = NO_FLAGS;
  let ownerId: string | undefined;
  let ahead = false;
  let gone = false;
  let received = 0;
  let missedBeforeStart = false;
  let closed = false;
  let repairTimer: ClockTimer | undefined;
  let lingerTimer: ClockTimer | undefined;
  /** Placings by position run one after the other: the first one's read serves those behind it. */
  let lastPlacing: Promise<unknown> = Promise.resolve();

  const silence = createSilenceWatch({
    clock,
    random,
    intervalMs: timings.checkIntervalMs,
    isNeeded: () => subscribers.size > 0 && !flags.final && !closed,
    onSilence: check,
  });
  const repairs = createRunAgain(repairOnce, (failure) => {
    if (closed) return;
    if (failure === undefined) {
      catchUp.wake(true);
      silence.start();
      return;
    }
    if (!(failure.cause instanceof JobLogUnavailableError)) onError(failure.cause, `reading job ${jobId}`);
    clock.clearTimeout(repairTimer);
    repairTimer = clock.setTimeout(check, timings.retryMs);
  });

  function setFlags(next: JobFlags): void {
    if (next === flags) return;
    const notices = noticesBetween(jobId, flags, next);
    flags = next;
    for (const notice of notices) audience.notify(EVENTS.JOB_NOTICE, notice);
  }

  /** Events that follow `position` without a hole. */
  function ingest(events: readonly JobEvent[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    position = { epoch: last.epoch, sequence: last.sequence };
    recent.push(events);
    audience.push(events);
    // An event itself says what it changes of the flags, so no notice goes out for that.
    for (const event of events) flags = flagsAfterEvent(flags, event);
    if (ahead) setAhead(undefined);
    catchUp.wake(false);
  }

  /** A read from elsewhere says nothing of this feed's own past: across epochs the two may differ. */
  function take(events: readonly JobEvent[]): void {
    if (position === null) return;
    const { epoch, sequence } = position;
    const fresh = events.filter((event) => event.sequence > sequence);
    if (fresh[0]?.sequence === sequence + 1 && fresh[0].epoch === epoch) ingest(fresh);
  }

  function receive(message: JobLogMessage): void {
    if (closed) return;
    received += 1;
    silence.heard();
    if (message.kind === 'check') {
      catchUp.wake(true);
      check();
      return;
    }
    if (position === null) {
      missedBeforeStart = true;
      if (message.kind === 'notice') flags = flagsAfterNotice(flags, message.notice);
      return;
    }
    switch (message.kind) {
      case 'notice':
        setFlags(flagsAfterNotice(flags, message.notice));
        return;
      case 'events':
        receiveEvents(message.events, position);
        return;
      default:
        assertNever(message);
    }
  }

  function receiveEvents(events: readonly JobEvent[], at: Position): void {
    const first = events[0];
    const last = events.at(-1);
    if (first === undefined || last === undefined) return;
    // Another epoch: only the log knows whether it continues what was seen here.
    if (ahead || gone || first.epoch !== at.epoch || first.sequence > at.sequence + 1) {
      check();
      if (ahead) catchUp.wake(true);
      return;
    }
    if (last.sequence <= at.sequence) return;
    ingest(first.sequence === at.sequence + 1 ? events : events.filter((event) => event.sequence > at.sequence));
  }

  function learn(head: JobHead, undisturbed: boolean): void {
    if (ownerId !== undefined && ownerId !== head.ownerId) evict();
    ownerId = head.ownerId;
    if (position === null) {
      position = { epoch: head.epoch, sequence: head.sequence };
      flags = undisturbed ? flagsOfHead(head) : withMessages(flagsOfHead(head));
      if (missedBeforeStart) check();
      silence.start();
      return;
    }
    if (undisturbed && head.epoch === position.epoch && head.sequence === position.sequence) {
      setFlags(flagsOfHead(head));
    }
  }

  /** Notices that came while the first read ran may be newer than it. */
  function withMessages(read: JobFlags): JobFlags {
    return {
      ...read,
      cancelRequested: read.cancelRequested || flags.cancelRequested,
      resumeRequested: read.resumeRequested || flags.resumeRequested,
    };
  }

  /** The job was lost and made anew for somebody else. */
  function evict(): void {
    for (const subscriber of [...subscribers]) if (subscriber.stage !== 'placing') unsubscribe(subscriber);
    recent.clear();
    position = null;
  }

  function resetAll(snapshot: JobSnapshot, head: JobHead): void {
    recent.clear();
    setAhead(undefined);
    position = { epoch: snapshot.epoch, sequence: snapshot.sequence };
    flags = flagsOfSnapshot(snapshot, head.final);
    audience.notify(EVENTS.JOB_RESET, { job: snapshot, position });
  }

  /** Ahead of the log until its writer refills it or its lease is over. */
  function setAhead(leaseRemainingMs: number | undefined): void {
    ahead = leaseRemainingMs !== undefined;
    clock.clearTimeout(repairTimer);
    repairTimer = leaseRemainingMs === undefined ? undefined : clock.setTimeout(check, leaseRemainingMs + 1);
  }

  /** Resolves to whether there is more to read. */
  async function repairOnce(): Promise<boolean> {
    const from = position;
    if (from === null || closed) return false;
    const before = received;
    const result = await log.read({
      jobId,
      after: from,
      maxEvents: limits.replayEvents,
      maxLength: limits.replayLength,
    });
    if (isClosed()) return false;
    gone = result.kind === 'missing';
    if (result.kind === 'missing') return false;
    const { head } = result;
    if (ownerId !== head.ownerId) {
      evict();
      return false;
    }
    if (result.kind === 'events') {
      if (position === from) {
        setAhead(undefined);
        ingest(result.events);
        if (position.sequence === head.sequence) position = { epoch: head.epoch, sequence: head.sequence };
      } else take(result.events);
      learn(head, before === received);
      return result.remaining.events > 0 || position?.epoch !== head.epoch || position.sequence < head.sequence;
    }
    if (position !== from) return true;
    if (result.kind === 'ahead' && head.leaseRemainingMs !== undefined) setAhead(head.leaseRemainingMs);
    else resetAll(result.snapshot, head);
    return false;
  }

  function check(): void {
    if (!closed && position !== null) void repairs.run();
  }

  function goLive(subscriber: Subscriber): void {
    subscriber.stage = 'live';
    audience.add(subscriber);
  }

  function unsubscribe(subscriber: Subscriber): void {
    if (subscriber.stage === 'closed') return;
    subscriber.stage = 'closed';
    audience.remove(subscriber);
    catchUp.remove(subscriber);
    subscribers.delete(subscriber);
    if (subscribers.size > 0 || closed) return;
    silence.stop();
    if (position === null) close();
    else lingerTimer = clock.setTimeout(close, timings.lingerMs);
  }

  function close(): void {
    if (closed) return;
    closed = true;
    for (const timer of [repairTimer, lingerTimer]) clock.clearTimeout(timer);
    for (const subscriber of [...subscribers]) unsubscribe(subscriber);
    silence.stop();
    audience.close();
    source.close();
    onIdle();
  }

  function isClosed(): boolean {
    return closed;
  }

  const core: FeedCore = {
    jobId,
    context,
    recent,
    position: () => position,
    flags: () => flags,
    ownerId: () => ownerId,
    isAhead: () => ahead || gone,
    received: () => received,
    learn,
    take,
    repair: () => repairs.run(),
    goLive,
  };
  const catchUp = createCatchUp(core);
  const source = log.subscribe(jobId, receive);
  source.ready.catch(() => undefined);

  return {
    async subscribe(subscriber, after, onPlaced) {
      const returned = subscribers.size === 0 && position !== null;
      subscribers.add(subscriber);
      clock.clearTimeout(lingerTimer);
      if (returned) check();
      try {
        await source.ready;
        const place = (): ReturnType<typeof placeSubscriber> =>
          placeSubscriber(core, subscriber.audience.ownerId, after);
        const placing = after === undefined ? place() : lastPlacing.then(place, place);
        if (after !== undefined) lastPlacing = placing;
        const placed = await placing;
        if (placed.kind === 'missing') {
          unsubscribe(subscriber);
          return 'missing';
        }
        const { placement } = placed;
        const replays = placement.outcome === 'replayed';
        if (!replays) subscriber.position = placement.position;
        else subscriber.position = startOf(after, placement.position);
        subscriber.known = placed.known;
        onPlaced(placement);
        if (subscriber.stage === 'closed') return 'placed';
        silence.start();
        catchUp.begin(subscriber, placed.page);
        return 'placed';
      } catch (error) {
        unsubscribe(subscriber);
        throw error;
      }
    },
    unsubscribe,
    check,
    close,
  };
}

function startOf(after: Position | 'beginning' | undefined, position: Position): Position {
  return after === undefined || after === 'beginning' ? { epoch: position.epoch, sequence: 0 } : after;
}
