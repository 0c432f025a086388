import { EVENTS, LIMITS, channelOf, type IngestEvent } from '@regen/realtime-shared';
import { MAX_BATCH_BYTES, bytesOf } from './eventSize.ts';

/**
 * A job's events on their way to the log: numbered when they are given, kept after they have arrived, so that a log that
 * lost its end can be filled up again with the very same ones.
 */
export interface Outbox {
  /** Takes an event in. A chunk joins the one before it where that has not been sent. */
  add(event: IngestEvent): void;
  /** What is to be sent next, all of it if it fits into one call; null where nothing is. */
  next(): Batch | null;
  /** The last event that is in the log, as it was sent; null where none was sent from here. */
  lastArrived(): Batch | null;
  /** Everything up to a sequence is in the log. */
  arrived(sequence: number): void;
  /** The log ends at a sequence: what follows has to be sent again. False where that is no longer kept. */
  rewind(sequence: number): boolean;
  /** Bytes that wait to be sent, about. */
  waiting(): number;
  /** The last sequence that is in the log. */
  last(): number;
}

export interface Batch {
  from: number;
  events: readonly IngestEvent[];
}

/**
 * `after`: the sequence that the log has. `maxKeptLength`: bytes of events that arrived and are kept at least.
 */
export function createOutbox(after: number, maxKeptLength: number): Outbox {
  let events: IngestEvent[] = [];
  let lengths: number[] = [];
  /** The sequence before `events[0]`. */
  let before = after;
  let arrived = after;
  /** What was sent at least once keeps its shape. */
  let sent = after;
  let waiting = 0;
  let kept = 0;

  function trim(): void {
    let drop = 0;
    while (drop < arrived - before - 1 && kept - (lengths[drop] ?? 0) >= maxKeptLength) {
      kept -= lengths[drop] ?? 0;
      drop += 1;
    }
    if (drop === 0) return;
    events = events.slice(drop);
    lengths = lengths.slice(drop);
    before += drop;
  }

  function lengthBetween(from: number, to: number): number {
    return lengths.slice(from - before, to - before).reduce((sum, length) => sum + length, 0);
  }

  return {
    add(event) {
      const last = events.at(-1);
      const lastLength = lengths.at(-1) ?? 0;
      const joined = before + events.length > sent && last !== undefined ? join(last, event, lastLength) : null;
      if (joined !== null) {
        events[events.length - 1] = joined.event;
        lengths[lengths.length - 1] = joined.length;
        waiting += joined.length - lastLength;
        return;
      }
      const length = bytesOf(event);
      events.push(event);
      lengths.push(length);
      waiting += length;
    },
    next() {
      const start = arrived - before;
      let size = 0;
      let length = 0;
      while (start + size < events.length && size < LIMITS.eventsPerAppend) {
        length += lengths[start + size] ?? 0;
        if (size > 0 && length > MAX_BATCH_BYTES) break;
        size += 1;
      }
      if (size === 0) return null;
      sent = Math.max(sent, arrived + size);
      return { from: arrived + 1, events: events.slice(start, start + size) };
    },
    lastArrived() {
      const event = events[arrived - before - 1];
      return event === undefined ? null : { from: arrived, events: [event] };
    },
    arrived(sequence) {
      const end = Math.min(sequence, before + events.length);
      if (end <= arrived) return;
      const length = lengthBetween(arrived, end);
      waiting -= length;
      kept += length;
      arrived = end;
      trim();
    },
    rewind(sequence) {
      if (sequence < before) return false;
      if (sequence >= arrived) return true;
      const length = lengthBetween(sequence, arrived);
      waiting += length;
      kept -= length;
      arrived = sequence;
      return true;
    },
    waiting: () => waiting,
    last: () => arrived,
  };
}

/** Two chunks of one channel as one, where it may be so long. `length`: of the first one. */
function join(one: IngestEvent, other: IngestEvent, length: number): { event: IngestEvent; length: number } | null {
  if (one.type !== EVENTS.MODEL_CHUNK || other.type !== EVENTS.MODEL_CHUNK) return null;
  if (channelOf(one) !== channelOf(other) || one.offset !== undefined || other.offset !== undefined) return null;
  if (one.text.length + other.text.length > LIMITS.textLength) return null;
  const joined = length + bytesOf(other.text);
  return joined > MAX_BATCH_BYTES ? null : { event: { ...one, text: one.text + other.text }, length: joined };
}
