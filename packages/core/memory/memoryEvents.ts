import type { JobEvent, JobReducer, JobState } from '@regen/realtime-shared';
import { contentLength } from '../log/contentLength.ts';
import { isCheckpointDue, isEnoughKept, isTrimDue, type EventRetention, type Extent } from '../log/eventRetention.ts';
import type { ReadRequest } from '../log/jobLog.ts';
import { pageSize } from '../log/readPlace.ts';

/** The events of one job that are held in memory, in order, up to its last one. */
export interface MemoryEvents {
  /** The last sequence that is no longer held. */
  heldAfter(): number;
  /** Takes in an event behind the last one, and the state after it. */
  push(event: JobEvent, state: JobState): void;
  /** Drops old events where far more are held than has to be. */
  trim(): void;
  /** A page of what follows a sequence that is not before `heldAfter`, and what remains behind it. */
  page(
    after: number,
    limits: Pick<ReadRequest, 'maxEvents' | 'maxLength'>,
  ): { events: readonly JobEvent[]; remaining: Extent };
  /** Drops all events after a sequence; the state that the rest adds up to, `null` where there is none. */
  dropAfter(sequence: number): JobState | null;
}

/** `first`: the log's first event. */
export function createMemoryEvents(
  first: JobEvent,
  retention: EventRetention,
  reducer: JobReducer<string>,
): MemoryEvents {
  let events = [first];
  /** `ends[i]`: the content's length up to and with `events[i]`. */
  let ends = [contentLength(first)];
  /** The fold up to the last event that is no longer held; `null` while all are. */
  let base: JobState | null = null;
  let baseEnd = 0;
  /** States on the way, so that dropping events folds nothing twice. */
  let checkpoints: JobState[] = [];

  const heldAfter = (): number => base?.sequence ?? 0;
  /** The content's length up to and with a sequence that is held, or the last one that no longer is. */
  const endAt = (sequence: number): number => ends[sequence - heldAfter() - 1] ?? baseEnd;
  const end = (): number => ends.at(-1) ?? baseEnd;

  return {
    heldAfter,
    push(event, state) {
      events.push(event);
      ends.push(end() + contentLength(event));
      const since = end() - endAt(checkpoints.at(-1)?.sequence ?? heldAfter());
      if (isCheckpointDue(state.sequence, since, retention)) checkpoints.push(state);
    },
    trim() {
      if (!isTrimDue({ events: events.length, length: end() - baseEnd }, retention)) return;
      const last = heldAfter() + events.length;
      const cut = checkpoints.findLastIndex(({ sequence }) =>
        isEnoughKept({ events: last - sequence, length: end() - endAt(sequence) }, retention),
      );
      const next = checkpoints[cut];
      if (next === undefined) return;
      const dropped = next.sequence - heldAfter();
      baseEnd = endAt(next.sequence);
      events = events.slice(dropped);
      ends = ends.slice(dropped);
      checkpoints = checkpoints.slice(cut + 1);
      base = next;
    },
    page(after, limits) {
      const start = after - heldAfter();
      const before = endAt(after);
      const size = pageSize(events.length - start, (count) => endAt(after + count) - before, limits);
      return {
        events: events.slice(start, start + size),
        remaining: { events: events.length - start - size, length: end() - endAt(after + size) },
      };
    },
    dropAfter(sequence) {
      const kept = Math.max(sequence, heldAfter(), 1);
      events = events.slice(0, kept - heldAfter());
      ends = ends.slice(0, kept - heldAfter());
      checkpoints = checkpoints.filter((checkpoint) => checkpoint.sequence <= kept);
      const start = checkpoints.at(-1) ?? base;
      let state: JobState | null = start;
      for (const event of events.slice((start?.sequence ?? 0) - heldAfter())) state = reducer.reduce(state, event);
      return state;
    },
  };
}
