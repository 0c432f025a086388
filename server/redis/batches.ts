import { contentLength } from '@regen/realtime-core';
import type { JobEvent } from '@regen/realtime-shared';
import { entryId } from './keys.ts';

/** Events that are stored as one entry: read as a whole, so not too much at once. */
export interface Batch {
  /** Sequence of the last one. */
  sequence: number;
  /** Length of the log's content up to its end. */
  end: number;
  events: readonly JobEvent[];
}

const MAX_EVENTS = 64;
const MAX_LENGTH = 16_384;

/** Cuts events that follow a length of content into batches. */
export function batchesOf(events: readonly JobEvent[], before: number): Batch[] {
  const batches: Batch[] = [];
  let open: JobEvent[] = [];
  let end = before;
  let start = before;
  for (const event of events) {
    open.push(event);
    end += contentLength(event);
    if (open.length < MAX_EVENTS && end - start < MAX_LENGTH) continue;
    batches.push({ sequence: event.sequence, end, events: open });
    open = [];
    start = end;
  }
  const last = open.at(-1);
  return last === undefined ? batches : [...batches, { sequence: last.sequence, end, events: open }];
}

/** As arguments of a script: id, length, events. */
export function batchArguments({ sequence, end, events }: Batch): string[] {
  return [entryId({ sequence }), String(end), JSON.stringify(events)];
}

/** Of a script's reply. */
export function parseBatches(reply: readonly string[]): Batch[] {
  const batches: Batch[] = [];
  for (let index = 0; index < reply.length; index += 3) {
    const [id = '', end = '', events = '[]'] = reply.slice(index, index + 3);
    // Written by `batchArguments` of this product alone.
    batches.push({ sequence: Number.parseInt(id, 10), end: Number(end), events: JSON.parse(events) as JobEvent[] });
  }
  return batches;
}
