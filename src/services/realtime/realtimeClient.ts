/** The client: joins connection, subscriptions, watch and saved sessions, and publishes what changed once a frame. */
import {
  EVENTS,
  assertNever,
  type CancelState,
  type Clock,
  type ClockTimer,
  type ResumeState,
} from '@regen/realtime-shared';
import { createConnection, type TokenSource } from './connection.ts';
import { DEFAULT_CONNECTION_SETTINGS, type ConnectionSettings } from './connectionMachine.ts';
import { RealtimeError } from './errors.ts';
import { createFrameScheduler, type FrameScheduler } from './frameScheduler.ts';
import { parseInbound, type Notice } from './inbound.ts';
import { jobEntryOf, keptEntry } from './jobEntry.ts';
import { DEFAULT_SUBSCRIPTION_SETTINGS, type JobSubscription, type SubscriptionSettings } from './jobSubscription.ts';
import { createJobCommands } from './jobCommands.ts';
import { listenToJob } from './jobListener.ts';
import { createJobSubscriptions } from './jobSubscriptions.ts';
import { createJobText, type TextSource } from './jobText.ts';
import { createJobWatch } from './jobWatch.ts';
import { createRope } from './outputRope.ts';
import { createPacer } from './pacer.ts';
import type { Environment, Ports, SessionStore } from './ports.ts';
import { createReports } from './reports.ts';
import {
  INITIAL_STATE,
  createStore,
  type ClientJobState,
  type JobEntry,
  type ReadableStore,
  type RealtimeState,
  type RestoredJob,
} from './realtimeStore.ts';
import { noteCaughtUp } from './restoredJobs.ts';
import { createSessionKeeper } from './sessionKeeper.ts';
import { createSessions, whoOf } from './sessionStorage.ts';
import type { OpenWire } from './wire.ts';

/** Events of the client itself, for applications that do not use the hooks. */
export interface ClientEvents {
  'socket:connected': { reconnectCount: number };
  'socket:reconnecting': { retryCount: number };
  'socket:disconnected': { reason: 'offline' | 'refused' | 'stopped' | 'unreachable' };
}

export interface ClientStatus {
  connected: boolean;
  /** Successful connections after the first one. */
  reconnectCount: number;
  /** Jobs that the server is asked for. */
  subscriptions: number;
}

/** What the client dropped or repaired since it was made, as counts. */
export interface ClientDiagnostics {
  /** Events and acks that do not fit the protocol. */
  malformed: number;
  /** Events that were known already. */
  duplicates: number;
  /** Events after a job's last one. */
  afterEnd: number;
  /** Events of jobs that nobody asked for. */
  foreign: number;
  /** Events that came in greater number than is held back; the log is asked for them again. */
  overflow: number;
  /** Events of a later protocol. */
  unknown: number;
  /** Deliveries to subscribers. */
  deliveries: number;
}

export interface RealtimeClient {
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
  /** Tries now instead of at the planned time; also after a refusal, with the token read anew. */
  retryNow(): void;
  /**
   * Listens to one job until the returned function is called. `onProgress` is called at most once a frame with the
   * job's newest state, `onComplete` once when it completed, `onError` when it failed (a retryable failure may be
   * followed by more) or was cancelled, and when the server says that it has no such job. A listener that throws stops
   * no other.
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
  /** Asks the worker to stop. Rejects with a `RealtimeError`; the entry's `cancel` says the same. */
  cancelJob(jobId: string, reason?: string): Promise<CancelState>;
  /** Asks for a paused job to go on, or for a failed one to be tried again. */
  resumeJob(jobId: string): Promise<ResumeState>;
  /** The text of a job's channel, for readers that render by appending. The same object for the same arguments. */
  textOf(jobId: string, channel?: string): TextSource;
  /** Forgets that jobs were found from an earlier page; what is subscribed stays. */
  dismissRestored(jobIds?: readonly string[]): void;
  on<Name extends keyof ClientEvents>(name: Name, listener: (payload: ClientEvents[Name]) => void): () => void;
  /** Background errors: malformed events (each kind once), replaced histories, storage, listeners that threw. */
  onError(listener: (error: RealtimeError) => void): () => void;
  diagnostics(): Readonly<ClientDiagnostics>;
}

export interface RealtimeClientOptions {
  url: string;
  token?: TokenSource;
  openWire: OpenWire;
  ports: Ports;
  connection?: Partial<ConnectionSettings>;
  subscription?: Partial<SubscriptionSettings>;
  /** How long a command waits for its answer; ms. Default 10,000. */
  commandDeadlineMs?: number;
  /** How long a connection that is in doubt has to prove itself; ms. Default 2,000. */
  probeDeadlineMs?: number;
}

/** Commands for subscriptions a second, and at once; the server refuses beyond 100 a second. */
const PACE = { perSecond: 50, burst: 40 };
/** A new token may come late: it is asked for again this long before the old one ends; ms. */
const LAST_REFRESH_MS = 5_000;
/** A difference to the server's clock that is published; ms. */
const OFFSET_STEP_MS = 100;
/** A token that is not there so long after the start holds nothing up: what was saved stays for a later page; ms. */
const RESTORE_DEADLINE_MS = 5_000;

export function createRealtimeClient(options: RealtimeClientOptions): RealtimeClient {
  const { ports } = options;
  const { clock } = ports;
  const token = options.token ?? (() => null);
  const reports = createReports();
  const counts: ClientDiagnostics = {
    malformed: 0,
    duplicates: 0,
    afterEnd: 0,
    foreign: 0,
    overflow: 0,
    unknown: 0,
    deliveries: 0,
  };
  const eventListeners: { [Name in keyof ClientEvents]: Set<(payload: ClientEvents[Name]) => void> } = {
    'socket:connected': new Set(),
    'socket:reconnecting': new Set(),
    'socket:disconnected': new Set(),
  };
  const store = createStore<RealtimeState>(INITIAL_STATE, reports.listenerThrew);
  const text = createJobText((jobId) => subscriptions.get(jobId), reports.listenerThrew);
  const dirty = new Set<string>();
  let restored: readonly RestoredJob[] = [];
  let serverTimeOffset = 0;
  let who: string | null = null;
  let userGeneration = 0;
  let started = false;
  let stopped = false;
  const dismissed = new Set<string>();
  let expiryTimer: ClockTimer | undefined;
  let lastStatus = INITIAL_STATE.connection.socketStatus;

  const scheduler = createFrameScheduler(ports, publish);
  const connection = createConnection(
    ports,
    {
      url: options.url,
      token,
      openWire: options.openWire,
      settings: { ...DEFAULT_CONNECTION_SETTINGS, ...options.connection },
      commandDeadlineMs: options.commandDeadlineMs ?? 10_000,
      probeDeadlineMs: options.probeDeadlineMs ?? 2_000,
    },
    { onOpen, onClose, onEvent, onChange: onConnectionChange, onError: onConnectionError },
  );
  const subscriptions = createJobSubscriptions(
    clock,
    connection,
    createPacer(clock, PACE),
    { ...DEFAULT_SUBSCRIPTION_SETTINGS, ...options.subscription },
    {
      onChange: onJobChange,
      onServerTime,
      onError: reports.report,
      onDropped: (why) => {
        if (why === 'duplicate') counts.duplicates += 1;
        else if (why === 'ended') counts.afterEnd += 1;
        else if (why === 'overflow') counts.overflow += 1;
        else counts.foreign += 1;
      },
    },
  );
  const commands = createJobCommands(connection, subscriptions, markJob);
  const watch = createJobWatch(clock, connection, subscriptions, { onChange: markJob, onServerTime });
  const sessions = createSessions(ports, (message, cause) => {
    reports.reportOnce('storage', new RealtimeError('storage', message, { cause }));
  });
  const keeper = createSessionKeeper(ports, sessions, { who: () => who, subscriptions: kept });

  // ---- From the connection

  function onConnectionError(error: RealtimeError): void {
    if (error.code === 'malformed') counts.malformed += 1;
    reports.reportOnce(`connection:${error.code}`, error);
  }

  function onOpen(interrupted: boolean): void {
    const user = whoOf(connection.lastToken());
    if (who !== null && who !== user) forgetUser();
    who = user;
    subscriptions.connected(interrupted);
    watch.connected();
  }

  /** Another user has signed in: nothing of the first one stays, on the page or in what is saved. */
  function forgetUser(): void {
    watch.clear();
    subscriptions.clear();
    commands.clear();
    keeper.clear();
    keeper.touch();
    dismissed.clear();
    restored = [];
    userGeneration += 1;
    scheduler.schedule();
  }

  function onClose(): void {
    clock.clearTimeout(expiryTimer);
    subscriptions.disconnected();
    watch.disconnected();
  }

  function onConnectionChange(): void {
    const { socketStatus, retryCount, reconnectCount, online, refusal } = connection.state();
    const before = lastStatus;
    lastStatus = socketStatus;
    if (socketStatus !== before) {
      for (const jobId of store.getState().jobs.keys()) dirty.add(jobId);
      if (socketStatus === 'connected') emit('socket:connected', { reconnectCount });
      else if (socketStatus === 'reconnecting') emit('socket:reconnecting', { retryCount });
      else if (socketStatus === 'disconnected') {
        const reason = refusal !== null ? 'refused' : !started ? 'stopped' : online ? 'unreachable' : 'offline';
        emit('socket:disconnected', { reason });
      }
    }
    scheduler.schedule();
  }

  function onEvent(name: string, args: readonly unknown[]): void {
    const inbound = parseInbound(name, args);
    switch (inbound.kind) {
      case 'event':
        subscriptions.receive(inbound.event);
        return;
      case 'notice':
        onNotice(inbound.notice);
        return;
      case 'unknown':
        counts.unknown += 1;
        return;
      case 'malformed':
        counts.malformed += 1;
        reports.reportOnce(
          `malformed:${name}`,
          new RealtimeError(
            'malformed',
            `The server sent a "${name}" that does not fit the protocol (${inbound.reason}). It was dropped; what it ` +
              'should have told is asked for again. Later ones are counted in diagnostics().malformed.',
          ),
        );
        return;
      default:
        assertNever(inbound);
    }
  }

  function onNotice(notice: Notice): void {
    switch (notice.name) {
      case EVENTS.JOBS_CHANGED:
        watch.changed(notice.payload.job);
        return;
      case EVENTS.JOB_RESET:
        subscriptions.reset(notice.payload.job);
        return;
      case EVENTS.JOB_NOTICE:
        subscriptions.notice(notice.payload);
        return;
      case EVENTS.AUTH_EXPIRING:
        onAuthExpiring(notice.payload.expiresAt);
        return;
      case EVENTS.AUTH_EXPIRED:
        connection.dispatch({ kind: 'authExpired' });
        return;
      case EVENTS.SERVER_DRAINING:
        connection.dispatch({ kind: 'draining', reconnectAfterMs: notice.payload.reconnectAfterMs });
        return;
      case EVENTS.SERVER_DEGRADED:
        connection.dispatch({ kind: 'degraded', degraded: notice.payload.degraded });
        return;
      default:
        assertNever(notice);
    }
  }

  function onAuthExpiring(expiresAt: number): void {
    refreshToken();
    clock.clearTimeout(expiryTimer);
    const lastChance = expiresAt - serverTimeOffset - LAST_REFRESH_MS - clock.now();
    if (lastChance > 0) expiryTimer = clock.setTimeout(refreshToken, lastChance);
  }

  function refreshToken(): void {
    const before = connection.lastToken();
    connection.refreshToken().then(
      () => {
        if (connection.lastToken() === before) return;
        clock.clearTimeout(expiryTimer);
        who = whoOf(connection.lastToken());
      },
      (error: unknown) => {
        // The connection goes on until the old token ends; then the state says so.
        if (error instanceof RealtimeError) reports.reportOnce('refresh', error);
      },
    );
  }

  function onServerTime(serverTime: number): void {
    const offset = serverTime - clock.now();
    // What the way of one answer adds or takes is no news.
    if (Math.abs(offset - serverTimeOffset) >= OFFSET_STEP_MS) serverTimeOffset = offset;
  }

  function onJobChange(jobId: string, ended: boolean): void {
    markJob(jobId);
    text.touch(jobId);
    keeper.touch();
    if (!ended) return;
    watch.ended();
    // The last words and the end are painted together, and not a frame late.
    scheduler.flush();
  }

  function markJob(jobId: string): void {
    dirty.add(jobId);
    scheduler.schedule();
  }

  // ---- To the application

  function publish(): void {
    counts.deliveries += 1;
    const before = store.getState();
    const connectionState = connection.state();
    let jobs = before.jobs;
    if (dirty.size > 0) {
      const next = new Map(before.jobs);
      let changed = false;
      for (const jobId of dirty) {
        const known = next.get(jobId);
        const entry = entryOf(jobId, connectionState.socketStatus === 'connected', known);
        changed ||= entry !== known;
        if (entry === undefined) next.delete(jobId);
        else next.set(jobId, entry);
      }
      dirty.clear();
      if (changed) jobs = next;
    }
    restored = mapChanged(restored, (job) => noteCaughtUp(job, jobs.get(job.jobId), clock.now()));
    text.deliver();
    const next: RealtimeState = { connection: connectionState, restored, jobs, serverTimeOffset, userGeneration };
    const isNews =
      next.connection !== before.connection ||
      next.restored !== before.restored ||
      next.jobs !== before.jobs ||
      next.serverTimeOffset !== before.serverTimeOffset ||
      next.userGeneration !== before.userGeneration;
    if (isNews) store.setState(next);
  }

  function entryOf(jobId: string, live: boolean, before: JobEntry | undefined): JobEntry | undefined {
    const subscription = subscriptions.get(jobId);
    const summary = watch.summaries().get(jobId) ?? null;
    if (summary === null && (subscription === undefined || subscriptions.isOnlySeeded(jobId))) {
      commands.forget(jobId);
      text.forget(jobId);
      return undefined;
    }
    return keptEntry(before, jobEntryOf(jobId, subscription, summary, commands.get(jobId), live));
  }

  function emit<Name extends keyof ClientEvents>(name: Name, payload: ClientEvents[Name]): void {
    for (const listener of eventListeners[name]) {
      try {
        listener(payload);
      } catch (cause) {
        reports.listenerThrew(cause);
      }
    }
  }

  async function restore(): Promise<void> {
    const user = await readWho();
    if (user === null || stopped) return;
    who ??= user;
    const saved = await sessions.claim(user);
    if (stopped) return;
    keeper.carry(saved);
    restored = saved.map(({ snapshot, savedAt }) => ({
      jobId: snapshot.jobId,
      title: snapshot.title,
      progress: snapshot.progress,
      savedAt,
      caughtUp: null,
    }));
    for (const { snapshot, complete } of saved) {
      if (complete) {
        const channels = Object.fromEntries(
          Object.entries(snapshot.channels).map(([name, channel]) => [
            name,
            { text: createRope(channel.text), offset: channel.offset },
          ]),
        );
        subscriptions.seed({ ...snapshot, channels });
      }
      markJob(snapshot.jobId);
    }
    watch.include(restored.map((job) => job.jobId));
    if (saved.length > 0) scheduler.flush();
  }

  /** Null where it cannot be told, so that what another user left is not taken for theirs. */
  async function readWho(): Promise<string | null> {
    let deadline: ClockTimer | undefined;
    try {
      const late = new Promise<null>((resolve) => {
        deadline = clock.setTimeout(() => {
          resolve(null);
        }, RESTORE_DEADLINE_MS);
      });
      return await Promise.race([Promise.resolve(token()).then(whoOf), late]);
    } catch {
      // The attempt to connect reads it again and reports it.
      return null;
    } finally {
      clock.clearTimeout(deadline);
    }
  }

  /** What is worth saving: what is used, but not what the server does not have any more once the person was told. */
  function* kept(): Iterable<JobSubscription> {
    for (const subscription of subscriptions.all()) {
      if (!subscriptions.isKept(subscription.jobId)) continue;
      if (!subscription.gone || !dismissed.has(subscription.jobId)) yield subscription;
    }
  }

  return {
    store,
    clock,
    environment: ports.environment,
    tabStorage: ports.tabStorage,
    scheduler,
    start: async () => {
      if (started || stopped) return;
      started = true;
      await restore();
      if (started) connection.dispatch({ kind: 'start' });
    },
    stop: () => {
      if (stopped) return;
      started = false;
      stopped = true;
      keeper.stop();
      sessions.release();
      connection.stop();
      watch.stop();
      subscriptions.stop();
      scheduler.flush();
      scheduler.stop();
    },
    isReady: () => connection.state().socketStatus === 'connected',
    getStatus: () => {
      const { socketStatus, reconnectCount } = connection.state();
      return { connected: socketStatus === 'connected', reconnectCount, subscriptions: subscriptions.count() };
    },
    retryNow: () => {
      if (!stopped) connection.dispatch({ kind: 'retryNow' });
    },
    subscribeToJob: (jobId, onProgress, onComplete, onError) =>
      listenToJob(jobId, { onProgress, onComplete, onError }, store, subscriptions, reports.listenerThrew),
    retainJob: subscriptions.retain,
    watchJobs: watch.retain,
    cancelJob: commands.cancel,
    resumeJob: commands.resume,
    textOf: text.source,
    dismissRestored: (jobIds = restored.map((job) => job.jobId)) => {
      const left = restored.filter((job) => !jobIds.includes(job.jobId));
      if (left.length === restored.length) return;
      for (const jobId of jobIds) dismissed.add(jobId);
      restored = left;
      keeper.touch();
      scheduler.schedule();
    },
    on: (name, listener) => {
      eventListeners[name].add(listener);
      return () => eventListeners[name].delete(listener);
    },
    onError: reports.listen,
    diagnostics: () => ({ ...counts }),
  };
}

/** `map`, but the same array where no item changed. */
function mapChanged<Item>(items: readonly Item[], change: (item: Item) => Item): readonly Item[] {
  const next = items.map(change);
  return next.every((item, index) => item === items[index]) ? items : next;
}
