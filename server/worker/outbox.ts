import { EVENTS, LIMITS, channelOf, type IngestEvent } from '@regen/realtime-shared';

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
  /** Characters that wait to be sent, about. */
  waiting(): number;
  /** The last sequence that is in the log. */
  last(): number;
}

export interface Batch {
  from: number;
  events: readonly IngestEvent[];
}

/** Of one call, so that it stays well below the limit of a body whatever its characters take; UTF-16 code units. */
const MAX_BATCH_LENGTH = LIMITS.bodyBytes / 8;

/**
 * `after`: the sequence that the log has. `maxKeptLength`: UTF-16 code units of events that arrived and are kept at
 * least.
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
      const length = lengthOf(event);
      waiting += length;
      const last = events.at(-1);
      const joined = before + events.length > sent && last !== undefined ? join(last, event) : null;
      if (joined !== null) {
        events[events.length - 1] = joined;
        lengths[lengths.length - 1] = (lengths.at(-1) ?? 0) + length;
        return;
      }
      events.push(event);
      lengths.push(length);
    },
    next() {
      const start = arrived - before;
      let size = 0;
      let length = 0;
      while (start + size < events.length && size < LIMITS.eventsPerAppend) {
        length += lengths[start + size] ?? 0;
        if (size > 0 && length > MAX_BATCH_LENGTH) break;
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

/** Two chunks of one channel as one, where it may be so long. */
function join(one: IngestEvent, other: IngestEvent): IngestEvent | null {
  if (one.type !== EVENTS.MODEL_CHUNK || other.type !== EVENTS.MODEL_CHUNK) return null;
  if (channelOf(one) !== channelOf(other) || one.offset !== undefined || other.offset !== undefined) return null;
  if (one.text.length + other.text.length > LIMITS.textLength) return null;
  return { ...one, text: one.text + other.text };
}

function lengthOf(event: IngestEvent): number {
  return event.type === EVENTS.MODEL_CHUNK ? event.text.length + 64 : JSON.stringify(event).length;
}
