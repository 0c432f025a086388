/** All subscriptions of a client: who needs which job, in what order the server is asked, and what came of it. */
import {
  isFinished,
  type JobEvent,
  type JobNoticePayload,
  type JobSnapshot,
  type JobSummary,
  type SkippedEvent,
  type Clock,
} from '@regen/realtime-shared';
import type { Connection } from './connection.ts';
import { RealtimeError, invalidJobId } from './errors.ts';
import {
  createJobSubscription,
  isJobId,
  isOver,
  timerOf,
  type JobSubscription,
  type SubscriptionSettings,
} from './jobSubscription.ts';
import type { Pacer } from './pacer.ts';
import type { ClientJobState } from './realtimeStore.ts';
import { createSubscriptionRequests } from './subscriptionRequests.ts';
import { createSubscriptionSlot, type SubscriptionSlot } from './subscriptionSlot.ts';
import type { SubscriptionEvent } from './subscriptionStep.ts';
import { transition } from './subscriptionTransition.ts';

export interface JobSubscriptions {
  /**
   * Keeps a job subscribed until the returned function is called; counted, so any number of users share one
   * subscription, and lingering, so that an unmount followed by a mount costs nothing.
   */
  retain(jobId: string): () => void;
  /** What an earlier page knew of a job; the next subscription goes on from there. Ignored where more is known. */
  seed(job: ClientJobState): void;
  /** Forgets a job that nobody retains. */
  forget(jobId: string): void;
  get(jobId: string): JobSubscription | undefined;
  /** Worth saving: somebody retains the job or did a moment ago, or an earlier page left it. */
  isKept(jobId: string): boolean;
  /** An earlier page left the job and nobody has asked for it since: whether it still lives is not known. */
  isOnlySeeded(jobId: string): boolean;
  all(): Iterable<JobSubscription>;
  /** Subscriptions that the server is asked for. */
  count(): number;
  receive(event: JobEvent | SkippedEvent): void;
  notice(notice: JobNoticePayload): void;
  /** Something of this job came that could not be read: its log is asked. */
  missed(jobId: string): void;
  /** What the answer to a command of this page tells of a job, subscribed or not. */
  acknowledged(notice: JobNoticePayload): void;
  /** Forgets every job: another user has signed in. Jobs that are retained are asked for again. */
  clear(): void;
  reset(job: JobSnapshot): void;
  /** The server lists the job: what became of one that was lost, is over or missed its end is asked. */
  listed(summary: JobSummary): void;
  /** `interrupted`: people noticed the loss that ends now. */
  connected(interrupted: boolean): void;
  disconnected(): void;
  stop(): void;
}

export interface JobSubscriptionsHandlers {
  /** A subscription changed; it is read by `get`. `urgent`: the job ended. */
  onChange(jobId: string, urgent: boolean): void;
  onDropped(why: 'duplicate' | 'ended' | 'overflow' | 'foreign'): void;
  onServerTime(serverTime: number): void;
  /** The server's history took the place of the one that was shown, or no job can have the id that is asked for. */
  onError(error: RealtimeError): void;
}

/** How long an unused subscription stays, so that a remount finds it; ms. */
const LINGER_MS = 1_000;
/** Jobs that nobody uses any more whose text stays for a remount; the newest. */
const KEPT_UNUSED = 20;

export function createJobSubscriptions(
  clock: Clock,
  connection: Pick<Connection, 'isOpen' | 'command'>,
  pacer: Pacer,
  settings: SubscriptionSettings,
  handlers: JobSubscriptionsHandlers,
): JobSubscriptions {
  const requests = createSubscriptionRequests(connection, pacer, dispatch, handlers.onServerTime);
  const slots = new Map<string, SubscriptionSlot>();
  /** Jobs that nobody uses any more, in the order in which they were let go. */
  const unused = new Set<string>();
  let stopped = false;

  function slotOf(jobId: string): SubscriptionSlot {
    const known = slots.get(jobId);
    if (known !== undefined) return known;
    const slot = createSubscriptionSlot(jobId);
    slots.set(jobId, slot);
    if (!isJobId(jobId)) handlers.onError(invalidJobId(jobId));
    return slot;
  }

  function dispatch(slot: SubscriptionSlot, event: SubscriptionEvent): void {
    const before = slot.subscription;
    const [next, effects] = transition(before, event, { now: clock.now(), settings });
    slot.subscription = next;
    syncTimer(slot);
    for (const effect of effects) {
      switch (effect.kind) {
        case 'subscribe':
          requests.ask(slot);
          break;
        case 'dropped':
          handlers.onDropped(effect.why);
          break;
        case 'conflict':
          handlers.onError(
            new RealtimeError(
              'history_replaced',
              `What the server sent of job "${next.jobId}" does not fit the text that is here. Its whole record is asked for.`,
            ),
          );
          break;
        case 'replaced':
          handlers.onError(
            new RealtimeError(
              'history_replaced',
              `The record of job "${next.jobId}" was replaced: ${effect.why}. The server's text is shown now.`,
            ),
          );
      }
    }
    if (next === before) return;
    const ended = isOver(next) && !isOver(before);
    handlers.onChange(next.jobId, ended);
    if (ended) requests.leave(slot);
  }

  function syncTimer(slot: SubscriptionSlot): void {
    const at = timerOf(slot.subscription);
    if (slot.timer?.at === at) return;
    clock.clearTimeout(slot.timer?.timer);
    slot.timer = null;
    if (at === null) return;
    const timer = clock.setTimeout(
      () => {
        slot.timer = null;
        dispatch(slot, { kind: 'timer' });
      },
      Math.max(0, at - clock.now()),
    );
    slot.timer = { at, timer };
  }

  function release(slot: SubscriptionSlot): void {
    slot.users -= 1;
    if (slot.users > 0 || stopped) return;
    slot.linger = clock.setTimeout(() => {
      slot.linger = undefined;
      if (slot.users > 0) return;
      requests.leave(slot);
      dispatch(slot, { kind: 'released' });
      const { jobId, job, phase } = slot.subscription;
      // Of a job of which nothing is known nothing is to be kept: it may be that of a user who has signed out.
      if (job === null && phase.kind === 'idle') forget(jobId);
      else unused.add(jobId);
      for (const oldest of [...unused].slice(0, -KEPT_UNUSED)) forget(oldest);
    }, LINGER_MS);
  }

  function forget(jobId: string): void {
    const slot = slots.get(jobId);
    if (slot === undefined || slot.users > 0) return;
    clock.clearTimeout(slot.timer?.timer);
    clock.clearTimeout(slot.linger);
    requests.leave(slot);
    slots.delete(jobId);
    unused.delete(jobId);
    handlers.onChange(jobId, false);
  }

  function deliver(jobId: string, event: SubscriptionEvent): void {
    const slot = slots.get(jobId);
    if (slot === undefined || !slot.asked) {
      handlers.onDropped('foreign');
      return;
    }
    dispatch(slot, event);
  }

  return {
    retain: (jobId) => {
      if (stopped) return () => undefined;
      const slot = slotOf(jobId);
      slot.users += 1;
      slot.used = true;
      unused.delete(jobId);
      clock.clearTimeout(slot.linger);
      slot.linger = undefined;
      if (slot.subscription.phase.kind === 'idle') requests.ask(slot);
      if (slot.users === 1) handlers.onChange(jobId, false);
      let released = false;
      return () => {
        if (released) return;
        released = true;
        release(slot);
      };
    },
    seed: (job) => {
      const slot = slotOf(job.jobId);
      if (slot.subscription.job !== null) return;
      const { generation } = slot.subscription;
      slot.subscription = { ...createJobSubscription(job.jobId, job), generation };
      slot.interrupted = true;
      handlers.onChange(job.jobId, false);
      requests.ask(slot);
    },
    forget,
    clear: () => {
      for (const [jobId, slot] of slots) {
        // A reader that appends must see that this text is no continuation of the other user's.
        const generation = slot.subscription.generation + 1;
        slot.subscription = { ...createJobSubscription(jobId, null), generation };
        slot.interrupted = false;
        syncTimer(slot);
        if (slot.users === 0) {
          clock.clearTimeout(slot.linger);
          slots.delete(jobId);
          unused.delete(jobId);
        }
        handlers.onChange(jobId, false);
      }
    },
    get: (jobId) => slots.get(jobId)?.subscription,
    isKept: (jobId) => {
      const slot = slots.get(jobId);
      return slot !== undefined && (slot.users > 0 || slot.linger !== undefined || !slot.used);
    },
    isOnlySeeded: (jobId) => slots.get(jobId)?.used === false,
    all: function* () {
      for (const slot of slots.values()) yield slot.subscription;
    },
    count: () => [...slots.values()].filter((slot) => slot.users > 0 && !isOver(slot.subscription)).length,
    receive: (event) => {
      deliver(event.jobId, { kind: 'received', event });
    },
    notice: (notice) => {
      deliver(notice.jobId, { kind: 'notice', notice });
    },
    missed: (jobId) => {
      const slot = slots.get(jobId);
      if (slot !== undefined) dispatch(slot, { kind: 'missed' });
    },
    acknowledged: (notice) => {
      const slot = slots.get(notice.jobId);
      if (slot !== undefined) dispatch(slot, { kind: 'notice', notice });
    },
    reset: (job) => {
      deliver(job.jobId, { kind: 'reset', job });
    },
    listed: (summary) => {
      const slot = slots.get(summary.jobId);
      if (slot === undefined) return;
      dispatch(slot, { kind: 'listed', createdAt: summary.createdAt, isFinished: isFinished(summary) });
    },
    connected: (wasInterrupted) => {
      for (const slot of slots.values()) {
        slot.interrupted ||= wasInterrupted;
        requests.ask(slot);
      }
    },
    disconnected: () => {
      pacer.clear();
      for (const slot of slots.values()) {
        requests.ended(slot);
        dispatch(slot, { kind: 'disconnected' });
      }
    },
    stop: () => {
      stopped = true;
      pacer.clear();
      for (const slot of slots.values()) {
        clock.clearTimeout(slot.timer?.timer);
        clock.clearTimeout(slot.linger);
      }
    },
  };
}
