/** How much an event takes in the body of a call. */
import { LIMITS, type IngestEvent } from '@regen/realtime-shared';

/** Of one event: what is beside it in a body, such as the writer, fits as well. */
export const MAX_EVENT_BYTES: number = LIMITS.bodyBytes - 1_024;

/** Of the events of one call, where it is not a single one. */
export const MAX_BATCH_BYTES: number = LIMITS.bodyBytes / 2;

/** Bytes of it as JSON, with the comma behind it. */
export function bytesOf(value: IngestEvent | string): number {
  return Buffer.byteLength(JSON.stringify(value)) + 1;
}
