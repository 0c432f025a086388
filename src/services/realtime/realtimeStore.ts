/** The client's state as one immutable value, and the small store that holds it. */
import type { HandshakeError, JobState, JobStatus, JobSummary, SubscribeOutcome } from '@regen/realtime-shared';
import { createListeners } from './listeners.ts';
import type { OutputRope } from './outputRope.ts';

/** Public status of the connection. */
export type SocketStatus = 'initial' | 'connecting' | 'connected' | 'reconnecting' | 'disconnected';

export interface ConnectionState {
  socketStatus: SocketStatus;
  /** Since the page loaded; until then the product stays silent. */
  everConnected: boolean;
  /** Attempts since the connection was lost, the one under way included; 0 while connected. */
  retryCount: number;
  /** When the next attempt starts, ms since the Unix epoch; null where none is planned. */
  nextRetryAt: number | null;
  /** When the connection was lost; null while connected or never connected. */
  lostAt: number | null;
  /** The loss has lasted 5 s: only now it is told in words. */
  lossIsLasting: boolean;
  /** The device says that it has a network. */
  online: boolean;
  /** The server refused us for good, or the sign-in ran out: no automatic attempt until the person acts. */
  refusal: HandshakeError | null;
  /** The server's log store is out of reach. */
  degraded: boolean;
  /** The server said that it is going away and when to come back. */
  draining: boolean;
  /** ms; null before the first measurement. */
  roundTripMs: number | null;
  /** When the server was last heard, ms since the Unix epoch. */
  lastContactAt: number | null;
  /** Successful connections after the first one. */
  reconnectCount: number;
}

/** A job's state with its text in a rope. */
export type ClientJobState = JobState<OutputRope>;

/**
 * Where a command of this tab stands. `requested`: the server has taken it up, and the job's own state, which would say
 * so, is not known here. `lost`: its deadline passed or nothing could be sent, nothing is assumed. `tooLate`: the server
 * answered that the job had ended before. A job that goes on has answered what was asked before: then it is `none`.
 */
export type CommandState = 'none' | 'sending' | 'requested' | 'lost' | 'tooLate';

/** How a subscription stands towards the server's log. */
export type JobSync =
  /** Asked for; nothing was answered yet. */
  | { kind: 'subscribing' }
  /** A replay is on its way; `applied` of `total` events are here. `total` 0: the server has not said how many. */
  | { kind: 'catchingUp'; applied: number; total: number }
  /** `caughtUp`: events that a person waited for since the connection came back; they are all here. */
  | { kind: 'live'; caughtUp?: number }
  /** The server rebuilds its record; events resume or a reset follows. */
  | { kind: 'holding' }
  /** No connection; what is shown is the last known. */
  | { kind: 'stale' }
  /** The server has no such job (any more), or will not show it. `job` is the last that was known: it did not end. */
  | { kind: 'gone' }
  /**
   * The server refused the subscription. It is tried again, but after `invalid_payload` (no job can have this id) and
   * `unauthorized` not before the next connection.
   */
  | { kind: 'refused'; code: string };

export interface JobEntry {
  jobId: string;
  /** Null before the first snapshot. */
  job: ClientJobState | null;
  /** What `jobs:watch` says; for a job that is not subscribed it is all there is. */
  summary: JobSummary | null;
  sync: JobSync;
  /** Of the last subscribe. */
  outcome: SubscribeOutcome | null;
  cancel: CommandState;
  resume: CommandState;
  /** Progress at which the session was interrupted and resumed; the rail keeps a gap there. */
  gaps: readonly number[];
  /**
   * The server's record took the place of the one that was shown. It stays true of the text, also after the job's end; it
   * is false again when another run of the job begins, which replaces nothing.
   */
  replaced: boolean;
  /** Last sequenced event, ms since the Unix epoch by the client's clock. */
  lastEventAt: number | null;
}

/** A job that an earlier page of this browser was watching. */
export interface RestoredJob {
  jobId: string;
  title: string;
  /** Progress when it was saved, 0 to 100; null = none was reported. */
  progress: number | null;
  /** ms since the Unix epoch. */
  savedAt: number;
  /** When everything that was missed had arrived, ms since the Unix epoch, and how the job stood then; null before. */
  caughtUp: { at: number; status: JobStatus } | null;
}

export interface RealtimeState {
  connection: ConnectionState;
  /** Found when the client started and not yet dismissed; newest first. */
  restored: readonly RestoredJob[];
  /** In the order in which the jobs became known. */
  jobs: ReadonlyMap<string, JobEntry>;
  /** Server time minus local time, ms; 0 before the first ack. */
  serverTimeOffset: number;
  /** Who is signed in, as saved records name them: the token's `sub`, else a hash of it; null before it was read. */
  user: string | null;
  /** 0 at first; grows when the state of another user was cleared, so that a view resets what it keeps itself. */
  userGeneration: number;
}

/** A value that changes as a whole; readers compare references. */
export interface ReadableStore<State> {
  getState(): State;
  /** Calls back after each change. Returns its unsubscribe. */
  subscribe(listener: () => void): () => void;
}

export interface Store<State> extends ReadableStore<State> {
  /** Replaces the state and calls every listener; one that throws stops no other. */
  setState(next: State): void;
}

export function createStore<State>(initial: State, onListenerError: (error: unknown) => void): Store<State> {
  let state = initial;
  const listeners = createListeners(onListenerError);
  return {
    getState: () => state,
    subscribe: listeners.add,
    setState: (next) => {
      if (next === state) return;
      state = next;
      listeners.call();
    },
  };
}

export const INITIAL_CONNECTION: ConnectionState = {
  socketStatus: 'initial',
  everConnected: false,
  retryCount: 0,
  nextRetryAt: null,
  lostAt: null,
  lossIsLasting: false,
  online: true,
  refusal: null,
  degraded: false,
  draining: false,
  roundTripMs: null,
  lastContactAt: null,
  reconnectCount: 0,
};

/** What is known before anything is known; also what a server renders. */
export const INITIAL_STATE: RealtimeState = {
  connection: INITIAL_CONNECTION,
  restored: [],
  jobs: new Map(),
  serverTimeOffset: 0,
  user: null,
  userGeneration: 0,
};
