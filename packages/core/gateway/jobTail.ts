import { EVENTS, type JobEvent, type JobNoticePayload, type JobSnapshot, type Position } from '@regen/realtime-shared';
import {
  NO_FLAGS,
  flagsAfterEvent,
  flagsAfterNotice,
  flagsOfHead,
  flagsOfSnapshot,
  noticesBetween,
  type JobFlags,
} from './jobFlags.ts';
import type { JobHead } from '../log/jobLog.ts';
import type { LiveAudience } from './liveAudience.ts';
import { samePosition } from '../log/position.ts';
import { createRecentEvents, type RecentEvents } from './recentEvents.ts';

/**
 * How far a node has taken a job's log in, and what it knows of the job there. What it takes in goes to the live
 * audience at once.
 */
export interface JobTail {
  /** All up to here was taken in; null before the first read. */
  position(): Position | null;
  flags(): JobFlags;
  ownerId(): string | undefined;
  readonly recent: RecentEvents;
  /** Takes in events that follow `position` without a hole. */
  extend(events: readonly JobEvent[]): void;
  /** Takes in what anybody's read has found, where it surely continues what was taken in. */
  take(events: readonly JobEvent[]): void;
  /** A live notice; before the first read it is remembered for it. */
  notice(notice: JobNoticePayload): void;
  /** Learns from a read that someone made; begins with the first one. `undisturbed`: nothing came while it ran. */
  learn(head: JobHead, undisturbed: boolean): void;
  /** Goes on in the log's epoch, where the log ends where this does. */
  continueIn(head: JobHead): void;
  /** What was taken in is replaced. */
  reset(snapshot: JobSnapshot, final: boolean): void;
  /** Back to before the first read. */
  clear(): void;
}

/** `onExtended`: events were taken in. */
export function createJobTail(jobId: string, audience: LiveAudience, onExtended: () => void): JobTail {
  const recent = createRecentEvents();
  let position: Position | null = null;
  let flags: JobFlags = NO_FLAGS;
  let ownerId: string | undefined;

  function setFlags(next: JobFlags): void {
    if (next === flags) return;
    const notices = noticesBetween(jobId, flags, next);
    flags = next;
    for (const notice of notices) audience.notify(EVENTS.JOB_NOTICE, notice);
  }

  function extend(events: readonly JobEvent[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    position = { epoch: last.epoch, sequence: last.sequence };
    recent.push(events);
    audience.push(events);
    // An event itself says what it changes of the flags, so no notice goes out for that.
    for (const event of events) flags = flagsAfterEvent(flags, event);
    onExtended();
  }

  /** Notices that came while the first read ran may be newer than it. */
  function withNotices(read: JobFlags): JobFlags {
    return {
      ...read,
      cancelRequested: read.cancelRequested || flags.cancelRequested,
      resumeRequested: read.resumeRequested || flags.resumeRequested,
    };
  }

  return {
    position: () => position,
    flags: () => flags,
    ownerId: () => ownerId,
    recent,
    extend,
    take(events) {
      if (position === null) return;
      const { epoch, sequence } = position;
      const fresh = events.filter((event) => event.sequence > sequence);
      // A read from elsewhere says nothing of this node's own past: across epochs the two may differ.
      if (fresh[0]?.sequence === sequence + 1 && fresh[0].epoch === epoch) extend(fresh);
    },
    notice(notice) {
      if (position === null) flags = flagsAfterNotice(flags, notice);
      else setFlags(flagsAfterNotice(flags, notice));
    },
    learn(head, undisturbed) {
      ownerId = head.ownerId;
      if (position === null) {
        position = { epoch: head.epoch, sequence: head.sequence };
        flags = undisturbed ? flagsOfHead(head) : withNotices(flagsOfHead(head));
      } else if (undisturbed && samePosition(head, position)) setFlags(flagsOfHead(head));
    },
    continueIn(head) {
      if (position?.sequence === head.sequence) position = { epoch: head.epoch, sequence: head.sequence };
    },
    reset(snapshot, final) {
      recent.clear();
      position = { epoch: snapshot.epoch, sequence: snapshot.sequence };
      flags = flagsOfSnapshot(snapshot, final);
      audience.notify(EVENTS.JOB_RESET, { job: snapshot, position });
    },
    clear() {
      recent.clear();
      position = null;
    },
  };
}
