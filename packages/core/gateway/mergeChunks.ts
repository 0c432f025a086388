import { EVENTS, channelOf, firstSequenceOf, type JobEvent, type JobEventOf } from '@regen/realtime-shared';

export interface MergeLimits {
  /** A merged chunk covers at most so many sequences … */
  maxEvents: number;
  /** … and so many UTF-16 code units of text; one chunk that is longer stays as it is. */
  maxLength: number;
}

export const MERGE_LIMITS: MergeLimits = { maxEvents: 64, maxLength: 16_384 };

type Chunk = JobEventOf<'model:chunk:v1'>;

/**
 * Joins consecutive chunks of one channel and epoch whose sequences and offsets follow each other. A merged chunk
 * has the first part's offset and timestamp and covers `firstSequence` … `sequence`; all else passes through as the
 * same reference, in order.
 */
export function mergeChunks(events: readonly JobEvent[], limits: MergeLimits = MERGE_LIMITS): JobEvent[] {
  const merged: JobEvent[] = [];
  let parts: Chunk[] = [];
  let length = 0;

  function close(): void {
    const first = parts[0];
    const last = parts.at(-1);
    if (first === undefined || last === undefined) return;
    merged.push(
      first === last
        ? first
        : {
            ...first,
            sequence: last.sequence,
            firstSequence: firstSequenceOf(first),
            text: parts.map((part) => part.text).join(''),
          },
    );
    parts = [];
    length = 0;
  }

  for (const event of events) {
    if (event.type !== EVENTS.MODEL_CHUNK) {
      close();
      merged.push(event);
      continue;
    }
    const first = parts[0];
    const last = parts.at(-1);
    const fits =
      first !== undefined &&
      last !== undefined &&
      follows(last, event) &&
      event.sequence - firstSequenceOf(first) < limits.maxEvents &&
      length + event.text.length <= limits.maxLength;
    if (!fits) close();
    parts.push(event);
    length += event.text.length;
  }
  close();
  return merged;
}

function follows(last: Chunk, next: Chunk): boolean {
  return (
    firstSequenceOf(next) === last.sequence + 1 &&
    next.epoch === last.epoch &&
    channelOf(next) === channelOf(last) &&
    next.offset === last.offset + last.text.length
  );
}
