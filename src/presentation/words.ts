/**
 * Every word that people see or hear, as one catalogue. Views hold facts, the catalogue makes sentences of them, so a
 * language is one value of `Words`: its plural rules, numbers and times come from Intl in its own locale.
 */
import type { SocketStatus } from '../services/realtime/realtimeStore.ts';
import type { Announcement } from './announcements.ts';
import type { EndedStanding, JobPhase } from './jobPhase.ts';
import type { JobCount } from './pillView.ts';
import type { RailValue } from './railView.ts';

/** A part of a sentence; a title takes its own direction, numbers have digits of one width. */
export interface Part {
  kind: 'text' | 'strong' | 'title' | 'number';
  text: string;
}
export type Sentence = readonly Part[];

/** A sentence in two: what is the case, and what it means for the person. */
export interface Message {
  headline: string;
  detail: Sentence;
}

export interface PercentParts {
  number: string;
  sign: string;
  /** The sign comes first in this language. */
  signFirst: boolean;
}

/** Durations are ms. */
export interface Words {
  /** BCP 47. */
  locale: string;

  number(value: number): string;
  percent(value: number): string;
  percentParts(value: number): PercentParts;
  /** As on a stop watch: "1:42". */
  duration(ms: number): string;
  /** In words that fit a line: "40 s", "3 min". */
  span(ms: number): string;
  /** "2 min ago". */
  ago(ms: number): string;

  bar: {
    details: string;
    lanes: string;
    signInExpired: Message;
    signInRefused(message: string): Message;
    tooManyConnections(message: string): Message;
    serverRefused(message: string): Message;
    offline: Message;
    disconnected: Message;
    reconnecting(attempt: number, nextTryInMs: number | null): Message;
    connecting: string;
    catchingUp(total: number | null): string;
    caughtUp(applied: number, total: number): string;
    delayed: string;
    workerSilent(title: string, forMs: number, others: number): Message;
    holding(title: string, others: number): Sentence;
    working(running: number): string;
    waiting(queued: number): string;
    idle: string;
    signIn: string;
    retry: string;
  };
  details: {
    connection: string;
    roundTrip: string;
    lastContact: string;
    reconnected: string;
    status: Readonly<Record<SocketStatus, string>>;
    roundTripTime(ms: number): string;
    times(count: number): string;
    unknown: string;
  };
  lane(title: string | null, percent: number | null, phase: JobPhase | null): string;
  job: {
    status(phase: JobPhase): string;
    remaining(ms: number): string;
    stepOf(index: number, count: number): string;
    progress: string;
    progressValue(value: RailValue): string;
    /** Stands for a title of which nothing can be seen: a view's title is empty then. */
    untitled: string;
    copyId(jobId: string): string;
    cancel: string;
    resume: string;
    tryAgain: string;
    dismiss: string;
    copyText: string;
    copied: string;
    showText: string;
    hideText: string;
    requestLost: string;
    paused: string;
    /** Null where the length is not known. */
    kept(length: number | null): string | null;
    written(length: number | null): string | null;
    /** The server does not have the job, and what became of its text. `percent`: how far it was when it was last seen. */
    gone: string;
    goneText(percent: number | null, textKept: boolean): string;
    output: string;
  };
  steps: {
    label: string;
    done(count: number): string;
    more(count: number): string;
    /** Said after a step's name, since its line is not heard. */
    state: Readonly<Record<'done' | 'active' | 'pending' | 'skipped' | 'failed' | 'stopped', string>>;
  };
  well: {
    jump: string;
    newLines(count: number): string;
    leftOut(length: number): string;
    replaced: string;
  };
  panel: {
    title: string;
    collapse: string;
    empty: string;
    /** Of an empty panel, before the page's first connection. */
    notConnected: string;
    history: string;
    noneRunning: string;
    counts(counts: readonly JobCount[], all: number): string;
    count(count: JobCount): string;
    notLive(jobs: number): Message;
    ended: Readonly<Record<EndedStanding, string>>;
    late: string;
  };
  restore: {
    dismiss: string;
    show: string;
    showText: string;
    tryAgain: string;
    reconnecting(percent: number | null, jobs: number): string;
    /** In place of `reconnecting`, while there is no connection and none is just being made. */
    waiting(percent: number | null, jobs: number, textKept: boolean): Sentence;
    resuming(percent: number | null): string;
    completed(title: string): Sentence;
    cancelled(title: string): Sentence;
    failed(title: string, reason: string): Sentence;
    /** `textKept`: what was written can still be read. */
    gone(percent: number | null, textKept: boolean): Sentence;
  };
  /** What is spoken of a change, for people who listen. */
  announce(announcement: Announcement): string;
}
