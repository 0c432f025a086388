/** What a client keeps of one job's subscription beside its value. */
import type { ClockTimer } from '@regen/realtime-shared';
import { createJobSubscription, type JobSubscription } from './jobSubscription.ts';

export interface SubscriptionSlot {
  subscription: JobSubscription;
  users: number;
  /** The server was asked on this connection and not told otherwise: it may be sending the job's events. */
  asked: boolean;
  /** Waiting for its turn with the pacer. */
  cancelTurn: (() => void) | null;
  timer: { at: number; timer: ClockTimer } | null;
  linger: ClockTimer | undefined;
  /** A reload, or a loss that a person noticed, lies before the next answer. */
  interrupted: boolean;
  /** Somebody retained it. */
  used: boolean;
}

export function createSubscriptionSlot(jobId: string): SubscriptionSlot {
  return {
    subscription: createJobSubscription(jobId, null),
    users: 0,
    asked: false,
    cancelTurn: null,
    timer: null,
    linger: undefined,
    interrupted: false,
    used: false,
  };
}
