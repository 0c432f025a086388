import {
  EVENTS,
  assertNever,
  type ClockTimer,
  type JobEvent,
  type JobSnapshot,
  type Position,
} from '@regen/realtime-shared';
import { createCatchUp } from './catchUp.ts';
import { createFanOut } from './fanOut.ts';
import { emitJobEvent, type Audience, type FeedCore, type NodeContext, type Subscriber } from './feedTypes.ts';
import { roomOfJob, type Placement, type ServerEventName, type ServerEventPayloads } from './gatewayTypes.ts';
import {
  NO_FLAGS,
  flagsAfterEvent,
  flagsAfterNotice,
  flagsOfHead,
  flagsOfSnapshot,
  noticesBetween,
  type JobFlags,
} from './jobFlags.ts';
import type { JobHead, JobLogMessage } from './jobLog.ts';
import { placeSubscriber } from './placeSubscriber.ts';
import { createRecentEvents } from './recentEvents.ts';

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
  const room = roomOfJob(jobId);
  const recent = createRecentEvents();
  const subscribers = new Set<Subscriber>();
  /** Live ones that are in no room. */
  const direct = new Set<Subscriber>();
  let roomMembers = 0;

  let position: Position | null = null;
  let flags: JobFlags = NO_FLAGS;
  let ownerId: string | undefined;
  let ahead = false;
  let gone = false;
  let received = 0;
  let lastMessageAt = clock.now();
  let missedBeforeStart = false;
  let repairing: Promise<boolean> | null = null;
  let repairAgain = false;
  let closed = false;
  let checkTimer: ClockTimer | undefined;
  let repairTimer: ClockTimer | undefined;
  let lingerTimer: ClockTimer | undefined;
  /** Placings by position run one after the other: the first one's read serves those behind it. */
  let lastPlacing: Promise<unknown> = Promise.resolve();

  const fanOut = createFanOut({
    clock,
    windowMs: timings.mergeWindowMs,
    deliver: (event) => {
      emitJobEvent(broadcast, event);
    },
  });

  function broadcast<Name extends ServerEventName>(event: Name, payload: ServerEventPayloads[Name]): void {
    if (roomMembers > 0) context.emitToRoom(room, event, payload);
    for (const subscriber of direct) subscriber.audience.emit(event, payload);
  }

  function setFlags(next: JobFlags): void {
    if (next === flags) return;
    const notices = noticesBetween(jobId, flags, next);
    flags = next;
    for (const notice of notices) broadcast(EVENTS.JOB_NOTICE, notice);
  }

  /** Events that follow `position` without a hole. */
  function ingest(events: readonly JobEvent[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    position = { epoch: last.epoch, sequence: last.sequence };
    recent.push(events);
    if (roomMembers + direct.size > 0) fanOut.push(events);
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
    lastMessageAt = clock.now();
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
      armCheck();
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
    fanOut.flush();
    recent.clear();
    setAhead(undefined);
    position = { epoch: snapshot.epoch, sequence: snapshot.sequence };
    flags = flagsOfSnapshot(snapshot, head.final);
    broadcast(EVENTS.JOB_RESET, { job: snapshot, position });
  }

  /** Ahead of the log until its writer refills it or its lease is over. */
  function setAhead(leaseRemainingMs: number | undefined): void {
    ahead = leaseRemainingMs !== undefined;
    clock.clearTimeout(repairTimer);
    repairTimer = leaseRemainingMs === undefined ? undefined : clock.setTimeout(check, leaseRemainingMs + 1);
  }

  function repair(): Promise<boolean> {
    if (repairing !== null) {
      repairAgain = true;
      return repairing;
    }
    repairing = repairUntilDone().finally(() => {
      repairing = null;
    });
    return repairing;
  }

  async function repairUntilDone(): Promise<boolean> {
    try {
      do {
        repairAgain = false;
        await repairOnce();
      } while (repairAgain && !isClosed());
      if (!isClosed()) {
        catchUp.wake(true);
        armCheck();
      }
      return true;
    } catch (error) {
      if (isClosed()) return false;
      if (log.isAvailable()) onError(error, `reading job ${jobId}`);
      clock.clearTimeout(repairTimer);
      repairTimer = clock.setTimeout(check, timings.retryMs);
      return false;
    }
  }

  async function repairOnce(): Promise<void> {
    const from = position;
    if (from === null) return;
    const before = received;
    const result = await log.read({
      jobId,
      after: from,
      maxEvents: limits.replayEvents,
      maxLength: limits.replayLength,
    });
    if (isClosed()) return;
    gone = result.kind === 'missing';
    if (result.kind === 'missing') return;
    const { head } = result;
    if (ownerId !== head.ownerId) {
      evict();
      return;
    }
    if (result.kind === 'events') {
      if (position === from) {
        setAhead(undefined);
        ingest(result.events);
        if (position.sequence === head.sequence) position = { epoch: head.epoch, sequence: head.sequence };
      } else take(result.events);
      repairAgain ||=
        result.remaining.events > 0 || position?.epoch !== head.epoch || position.sequence < head.sequence;
      learn(head, before === received);
      return;
    }
    if (position !== from) {
      repairAgain = true;
      return;
    }
    if (result.kind === 'ahead' && head.leaseRemainingMs !== undefined) setAhead(head.leaseRemainingMs);
    else resetAll(result.snapshot, head);
  }

  function check(): void {
    if (!closed && position !== null) void repair();
  }

  function armCheck(): void {
    if (checkTimer !== undefined || closed || subscribers.size === 0 || flags.final) return;
    scheduleCheck(timings.checkIntervalMs * (0.9 + 0.2 * random()));
  }

  function scheduleCheck(delayMs: number): void {
    checkTimer = clock.setTimeout(() => {
      checkTimer = undefined;
      if (subscribers.size === 0 || flags.final) return;
      const silentMs = clock.now() - lastMessageAt;
      if (silentMs >= 0 && silentMs < timings.checkIntervalMs * 0.9) {
        scheduleCheck(timings.checkIntervalMs - silentMs);
        return;
      }
      lastMessageAt = clock.now();
      check();
      armCheck();
    }, delayMs);
  }

  function goLive(subscriber: Subscriber): void {
    fanOut.flush();
    subscriber.stage = 'live';
    if (subscriber.audience.room === undefined) direct.add(subscriber);
    else {
      roomMembers += 1;
      subscriber.audience.room.join();
    }
  }

  function unsubscribe(subscriber: Subscriber): void {
    if (subscriber.stage === 'closed') return;
    if (subscriber.stage === 'live' && !direct.delete(subscriber)) {
      roomMembers -= 1;
      subscriber.audience.room?.leave();
    }
    subscriber.stage = 'closed';
    catchUp.remove(subscriber);
    subscribers.delete(subscriber);
    if (subscribers.size > 0 || closed) return;
    clock.clearTimeout(checkTimer);
    checkTimer = undefined;
    fanOut.close();
    if (position === null) close();
    else lingerTimer = clock.setTimeout(close, timings.lingerMs);
  }

  function close(): void {
    if (closed) return;
    closed = true;
    for (const timer of [checkTimer, repairTimer, lingerTimer]) clock.clearTimeout(timer);
    for (const subscriber of [...subscribers]) unsubscribe(subscriber);
    fanOut.close();
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
    repair,
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
        armCheck();
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
