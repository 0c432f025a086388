/** The client as applications, hooks and components see it. */
import type { CancelState, Clock, ResumeState } from '@regen/realtime-shared';
import type { ClientEvents } from './clientEvents.ts';
import type { ClientDiagnostics } from './diagnostics.ts';
import type { RealtimeError } from './errors.ts';
import type { FrameScheduler } from './frameScheduler.ts';
import type { TextSource } from './jobText.ts';
import type { Environment, SessionStore } from './ports.ts';
import type { ClientJobState, ReadableStore, RealtimeState } from './realtimeStore.ts';

export interface ClientStatus {
  connected: boolean;
  /** Successful connections after the first one. */
  reconnectCount: number;
  /** Jobs that the server is asked for. */
  subscriptions: number;
}

export interface RealtimeClient {
  /** The server's address in one form for all its spellings; what is saved for one server is named by it. */
  readonly url: string;
  /** Changes at most once a frame; a job's end is delivered at once. */
  readonly store: ReadableStore<RealtimeState>;
  readonly clock: Clock;
  readonly environment: Environment;
  /** What a reload of this tab leaves. */
  readonly tabStorage: SessionStore;
  /** Holds deliveries back while a story seeks. */
  readonly scheduler: Pick<FrameScheduler, 'hold' | 'release' | 'flush'>;
  /** Restores what an earlier page left and opens the connection. Called again, it does nothing. */
  start(): Promise<void>;
  /** Saves what is being watched, and ends the connection and every timer for good. */
  stop(): void;
  /** Connected, so that commands can be given. */
  isReady(): boolean;
  getStatus(): ClientStatus;
  /**
   * Tries now instead of at the planned time; also after a refusal, with the token read anew. Also the way to tell that
   * somebody else has signed in, or out: while connected, the token is read anew and, where it is another user's, a new
   * connection takes the place of the present one. Before `start()` and after `stop()` nothing happens.
   */
  retryNow(): void;
  /**
   * Listens to one job until the returned function is called. `onProgress` is called at most once a frame with the
   * job's newest state, `onComplete` once when it completed, `onError` when it failed (a retryable failure may be
   * followed by more) or was cancelled, when the server says that it has no such job or will not show it, and when no
   * job can have this id (`invalid_payload`). A job that runs again under its id is told of like a new one. Nothing is
   * called before this has returned. A listener that throws stops no other.
   */
  subscribeToJob(
    jobId: string,
    onProgress?: (job: ClientJobState) => void,
    onComplete?: (job: ClientJobState) => void,
    onError?: (error: RealtimeError, job: ClientJobState | null) => void,
  ): () => void;
  /** Keeps a job subscribed; its entry in the store is the result. Counted; returns its release. */
  retainJob(jobId: string): () => void;
  /** Keeps the user's jobs listed and the active ones subscribed. Counted; returns its release. */
  watchJobs(): () => void;
  /**
   * Asks the worker to stop. Rejects with a `RealtimeError`; the entry's `cancel` says the same, save of an id that no
   * job can have (`invalid_payload`).
   */
  cancelJob(jobId: string, reason?: string): Promise<CancelState>;
  /** Asks for a paused job to go on, or for a failed one to be tried again. */
  resumeJob(jobId: string): Promise<ResumeState>;
  /**
   * The text of a job's channel, for readers that render by appending. The same object for the same arguments as long as
   * the store has the job; one from before goes on working.
   */
  textOf(jobId: string, channel?: string): TextSource;
  /** Forgets that jobs were found from an earlier page; what is subscribed stays. */
  dismissRestored(jobIds?: readonly string[]): void;
  on<Name extends keyof ClientEvents>(name: Name, listener: (payload: ClientEvents[Name]) => void): () => void;
  /**
   * Background errors: malformed events (each kind once), replaced histories, ids that no job can have, storage,
   * listeners that threw.
   */
  onError(listener: (error: RealtimeError) => void): () => void;
  /** Tells `onError` that a callback of the application threw: for hooks and parts that call one while they render. */
  callbackThrew(cause: unknown): void;
  diagnostics(): Readonly<ClientDiagnostics>;
}
