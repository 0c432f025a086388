/** How much of a running job's log is kept; older events live on in the snapshot alone. */
export interface EventRetention {
  maxEvents: number;
  /** UTF-16 code units of content. */
  maxLength: number;
}

export const DEFAULT_EVENT_RETENTION: EventRetention = { maxEvents: 8_192, maxLength: 2_000_000 };

/** So many events and so much content of them. */
export interface Extent {
  events: number;
  /** UTF-16 code units. */
  length: number;
}

/** From one state to the next that is kept, so that events before it can be dropped, there are at most so many events. */
const CHECKPOINT_EVENTS = 256;

/** Whether the state at a sequence has to be kept; `sinceLast`: length of the content since the last one. */
export function isCheckpointDue(sequence: number, sinceLast: number, retention: EventRetention): boolean {
  return sequence % CHECKPOINT_EVENTS === 0 || sinceLast >= retention.maxLength / 4;
}

/** Whether a log holds so much that it is worth while to drop the oldest. */
export function isTrimDue(held: Extent, { maxEvents, maxLength }: EventRetention): boolean {
  return held.events > maxEvents + CHECKPOINT_EVENTS || held.length > maxLength * 1.25;
}

/** Whether what follows a checkpoint is as much as has to be kept. */
export function isEnoughKept(rest: Extent, { maxEvents, maxLength }: EventRetention): boolean {
  return rest.events >= maxEvents || rest.length >= maxLength;
}
