/** Asks the server for subscriptions and gives them back, each in its turn. */
import { EVENTS } from '@regen/realtime-shared';
import type { Connection } from './connection.ts';
import { RealtimeError } from './errors.ts';
import { isJobId, isOver, positionOf } from './jobSubscription.ts';
import type { Pacer } from './pacer.ts';
import type { SubscriptionSlot } from './subscriptionSlot.ts';
import type { SubscriptionEvent } from './subscriptionStep.ts';

export interface SubscriptionRequests {
  /** Asks when it has its turn; does nothing where nobody uses the job or nothing can come of it. */
  ask(slot: SubscriptionSlot): void;
  /** The server may forget that we listened: nobody does, or nothing more can come. */
  leave(slot: SubscriptionSlot): void;
  /** The connection has ended, and with it what was asked on it. */
  ended(slot: SubscriptionSlot): void;
}

export function createSubscriptionRequests(
  connection: Pick<Connection, 'isOpen' | 'command'>,
  pacer: Pacer,
  dispatch: (slot: SubscriptionSlot, event: SubscriptionEvent) => void,
  onServerTime: (serverTime: number) => void,
): SubscriptionRequests {
  function canAsk({ users, subscription }: SubscriptionSlot): boolean {
    return users > 0 && connection.isOpen() && isJobId(subscription.jobId) && !isOver(subscription);
  }

  async function subscribe(slot: SubscriptionSlot): Promise<void> {
    if (!canAsk(slot)) return;
    const { jobId } = slot.subscription;
    dispatch(slot, { kind: 'sent', interrupted: slot.interrupted });
    const sent = slot.subscription.phase;
    const after = positionOf(slot.subscription);
    slot.asked = true;
    try {
      const result = await connection.command(EVENTS.JOB_SUBSCRIBE, after === null ? { jobId } : { jobId, after });
      // Another attempt, or another connection, has taken the place of this one.
      if (slot.subscription.phase !== sent) return;
      slot.interrupted = false;
      onServerTime(result.serverTime);
      dispatch(slot, { kind: 'acked', result });
    } catch (error) {
      if (slot.subscription.phase !== sent || !(error instanceof RealtimeError)) return;
      // Without an answer it may have arrived all the same: whoever leaves then has to say so.
      slot.asked = error.code === 'timeout';
      dispatch(slot, { kind: 'failed', code: error.code, retryAfterMs: error.retryAfterMs ?? null });
    }
  }

  function cancelTurn(slot: SubscriptionSlot): void {
    slot.cancelTurn?.();
    slot.cancelTurn = null;
  }

  return {
    ask: (slot) => {
      if (slot.cancelTurn !== null || !canAsk(slot)) return;
      // The turn may come before `run` returns.
      let served = false;
      const cancel = pacer.run(() => {
        served = true;
        slot.cancelTurn = null;
        void subscribe(slot);
      });
      if (!served) slot.cancelTurn = cancel;
    },
    leave: (slot) => {
      cancelTurn(slot);
      if (!slot.asked || !connection.isOpen()) return;
      slot.asked = false;
      pacer.run(() => {
        connection.command(EVENTS.JOB_UNSUBSCRIBE, { jobId: slot.subscription.jobId }).catch((error: unknown) => {
          // Not unsubscribed: its events are dropped as foreign until the connection ends. That loses nothing.
          if (!(error instanceof RealtimeError)) throw error;
        });
      });
    },
    ended: (slot) => {
      slot.asked = false;
      cancelTurn(slot);
    },
  };
}
