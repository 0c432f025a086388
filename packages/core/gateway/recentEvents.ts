import type { JobEvent, Position } from '@regen/realtime-shared';
import { contentLength } from '../log/contentLength.ts';

/** The last events that a node has seen of one job, without holes, so that who comes back needs no read. */
export interface RecentEvents {
  /** Events that follow the newest. */
  push(events: readonly JobEvent[]): void;
  /**
   * Events of a read that ended where the newest is (or will be the newest, where none is held); ignored where they
   * have no room.
   */
  prepend(events: readonly JobEvent[]): void;
  /** What follows a position; undefined where that is not known to be all of it. */
  after(position: Position): readonly JobEvent[] | undefined;
  clear(): void;
}

const MAX_EVENTS = 512;
const MAX_LENGTH = 262_144;

export function createRecentEvents(): RecentEvents {
  let events: JobEvent[] = [];
  let length = 0;

  function lengthOf(some: readonly JobEvent[]): number {
    return some.reduce((sum, event) => sum + contentLength(event), 0);
  }

  /** Drops the older half at once, so that dropping costs nothing per event. */
  function trim(): void {
    while (events.length > 1 && (events.length > MAX_EVENTS * 2 || length > MAX_LENGTH * 2)) {
      events = events.slice(Math.ceil(events.length / 2));
      length = lengthOf(events);
    }
  }

  return {
    push(next) {
      for (const event of next) {
        events.push(event);
        length += contentLength(event);
      }
      trim();
    },
    prepend(before) {
      const first = events[0];
      const fitting = first === undefined ? before : before.filter((event) => event.sequence < first.sequence);
      if (first !== undefined && fitting.at(-1)?.sequence !== first.sequence - 1) return;
      if (fitting.length + events.length > MAX_EVENTS || lengthOf(fitting) + length > MAX_LENGTH) return;
      length += lengthOf(fitting);
      events = [...fitting, ...events];
    },
    after(position) {
      const first = events[0];
      if (first === undefined) return undefined;
      if (position.sequence === 0) return first.sequence === 1 && first.epoch === position.epoch ? events : undefined;
      const index = position.sequence - first.sequence;
      return events[index]?.epoch === position.epoch ? events.slice(index + 1) : undefined;
    },
    clear() {
      events = [];
      length = 0;
    },
  };
}
