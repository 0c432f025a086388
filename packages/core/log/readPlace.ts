import type { ReadRequest } from './jobLog.ts';
import { placePosition, type EpochHistory } from './position.ts';

/** Where a read begins: with the events after a sequence, or with a snapshot, and why. */
export type ReadPlace = { kind: 'events'; after: number } | { kind: 'snapshot' | 'diverged' | 'ahead' };

/** `heldAfter`: the last sequence that the log no longer holds, 0 while it holds all. */
export function placeRead(after: ReadRequest['after'], log: EpochHistory & { heldAfter: number }): ReadPlace {
  if (after === undefined) return { kind: 'snapshot' };
  const position = after === 'beginning' ? { epoch: log.epoch, sequence: 0 } : after;
  const place = placePosition(position, log);
  if (place !== 'within') return { kind: place };
  return position.sequence < log.heldAfter ? { kind: 'snapshot' } : { kind: 'events', after: position.sequence };
}

/**
 * How many of the events that follow make a page: as many as the limits allow, but at least one. `lengthOf(count)` is
 * the content's length of the first `count`.
 */
export function pageSize(
  available: number,
  lengthOf: (count: number) => number,
  { maxEvents, maxLength }: Pick<ReadRequest, 'maxEvents' | 'maxLength'>,
): number {
  let size = maxEvents === undefined ? available : Math.min(available, maxEvents);
  if (maxLength === undefined) return size;
  while (size > 1 && lengthOf(size) > maxLength) size -= 1;
  return size;
}
