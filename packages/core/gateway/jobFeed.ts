import { assertNever, type ClockTimer, type JobEvent, type Position } from '@regen/realtime-shared';
import { createCatchUp } from './catchUp.ts';
import { createFeedRepair } from './feedRepair.ts';
import type { FeedCore } from './feedCore.ts';
import type { Audience, NodeContext, Subscriber } from './feedTypes.ts';
import type { Placement } from './gatewayTypes.ts';
import { NO_FLAGS } from './jobFlags.ts';
import type { JobHead, JobLogMessage } from '../log/jobLog.ts';
import { createJobTail } from './jobTail.ts';
import { createLiveAudience } from './liveAudience.ts';
import { placeSubscriber } from './placeSubscriber.ts';
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
  const { log, clock, random, timings } = context;
  const subscribers = new Set<Subscriber>();
  const audience = createLiveAudience(jobId, context);
  let received = 0;
  let missedBeforeStart = false;
  let closed = false;
  let lingerTimer: ClockTimer | undefined;
  /** Placings by position run one after the other: the first one's read serves those behind it. */
  let lastPlacing: Promise<unknown> = Promise.resolve();

  const tail = createJobTail(jobId, audience, () => {
    repair.refilled();
    catchUp.wake(false);
  });
  const repair = createFeedRepair({
    jobId,
    context,
    tail,
    received: () => received,
    learn,
    evict,
    onRepaired: () => {
      catchUp.wake(true);
      silence.start();
    },
  });
  const silence = createSilenceWatch({
    clock,
    random,
    intervalMs: timings.checkIntervalMs,
    isNeeded: () => subscribers.size > 0 && !tail.flags().final && !closed,
    onSilence: repair.check,
  });

  function receive(message: JobLogMessage): void {
    if (closed) return;
    received += 1;
    silence.heard();
    const position = tail.position();
    switch (message.kind) {
      case 'check':
        catchUp.wake(true);
        repair.check();
        return;
      case 'notice':
        if (position === null) missedBeforeStart = true;
        tail.notice(message.notice);
        return;
      case 'events':
        if (position === null) missedBeforeStart = true;
        else receiveEvents(message.events, position);
        return;
      default:
        assertNever(message);
    }
  }

  function receiveEvents(events: readonly JobEvent[], at: Position): void {
    const first = events[0];
    const last = events.at(-1);
    if (first === undefined || last === undefined) return;
    const isLost = repair.isAhead() || repair.isGone();
    // Another epoch: only the log knows whether it continues what was seen here.
    if (isLost || first.epoch !== at.epoch || first.sequence > at.sequence + 1) {
      repair.check();
      if (repair.isAhead()) catchUp.wake(true);
      return;
    }
    if (last.sequence <= at.sequence) return;
    tail.extend(first.sequence === at.sequence + 1 ? events : events.filter((event) => event.sequence > at.sequence));
  }

  function learn(head: JobHead, undisturbed: boolean): void {
    const owner = tail.ownerId();
    if (owner !== undefined && owner !== head.ownerId) evict();
    const isFirst = tail.position() === null;
    tail.learn(head, undisturbed);
    if (!isFirst) return;
    if (missedBeforeStart) repair.check();
    silence.start();
  }

  function evict(): void {
    for (const subscriber of [...subscribers]) {
      if (subscriber.stage === 'placing') continue;
      unsubscribe(subscriber);
      subscriber.audience.evicted();
    }
    tail.clear();
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
    if (tail.position() === null) close();
    else lingerTimer = clock.setTimeout(close, timings.lingerMs);
  }

  function close(): void {
    if (closed) return;
    closed = true;
    repair.close();
    clock.clearTimeout(lingerTimer);
    for (const subscriber of [...subscribers]) unsubscribe(subscriber);
    silence.stop();
    audience.close();
    source.close();
    onIdle();
  }

  const { position, flags, ownerId, recent, take } = tail;
  const core: FeedCore = {
    jobId,
    context,
    recent,
    position,
    flags,
    ownerId,
    isAhead: () => repair.isAhead() || repair.isGone(),
    received: () => received,
    learn,
    take,
    repair: repair.run,
    goLive,
  };
  const catchUp = createCatchUp(core);
  const source = log.subscribe(jobId, receive);
  source.ready.catch(() => undefined);

  return {
    async subscribe(subscriber, after, onPlaced) {
      const returned = subscribers.size === 0 && tail.position() !== null;
      subscribers.add(subscriber);
      clock.clearTimeout(lingerTimer);
      if (returned) repair.check();
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
    check: repair.check,
    close,
  };
}

function startOf(after: Position | 'beginning' | undefined, position: Position): Position {
  return after === undefined || after === 'beginning' ? { epoch: position.epoch, sequence: 0 } : after;
}
