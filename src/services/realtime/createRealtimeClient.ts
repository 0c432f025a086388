/** The client: joins connection, subscriptions, watch and saved sessions, and publishes what changed once a frame. */
import { createClientEnvironment } from './clientEnvironment.ts';
import { createClientEvents } from './clientEvents.ts';
import { createClientUser } from './clientUser.ts';
import { createConnection } from './connection.ts';
import { DEFAULT_CONNECTION_SETTINGS, type ConnectionSettings } from './connectionMachine.ts';
import { DROPPED, createDiagnostics } from './diagnostics.ts';
import { RealtimeError } from './errors.ts';
import { createFrameScheduler } from './frameScheduler.ts';
import { createInboundRouter } from './inboundRouter.ts';
import { createJobEntries } from './jobEntries.ts';
import { DEFAULT_SUBSCRIPTION_SETTINGS, type JobSubscription, type SubscriptionSettings } from './jobSubscription.ts';
import { createJobCommands } from './jobCommands.ts';
import { listenToJob } from './jobListener.ts';
import { createJobSubscriptions } from './jobSubscriptions.ts';
import { createJobText } from './jobText.ts';
import { createJobWatch } from './jobWatch.ts';
import { createPacer } from './pacer.ts';
import type { Ports } from './ports.ts';
import { createReports } from './reports.ts';
import type { RealtimeClient } from './realtimeClient.ts';
import { INITIAL_STATE, createStore, type RealtimeState } from './realtimeStore.ts';
import { createRestoredJobs } from './restoredJobs.ts';
import { createSessionKeeper } from './sessionKeeper.ts';
import type { SavedJob } from './sessionRecord.ts';
import { serverUrlOf } from './serverUrl.ts';
import { createSessions } from './sessionStorage.ts';
import { tokenSourceOf, type TokenSource } from './tokenSource.ts';
import { createTokenRenewal } from './tokenRenewal.ts';
import type { OpenWire } from './wire.ts';

export interface RealtimeClientOptions {
  /** The server's whole address. What is none throws `invalid_usage`. */
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
/** A difference to the server's clock that is published; ms. */
const OFFSET_STEP_MS = 100;

export function createRealtimeClient(options: RealtimeClientOptions): RealtimeClient {
  const environment = createClientEnvironment(options.ports.environment);
  const ports: Ports = { ...options.ports, environment };
  const { clock } = ports;
  const url = serverUrlOf(options.url);
  const token = tokenSourceOf(options.token ?? (() => null));
  const reports = createReports();
  const counts = createDiagnostics();
  const events = createClientEvents(reports.listenerThrew);
  const store = createStore<RealtimeState>(INITIAL_STATE, reports.listenerThrew);
  const text = createJobText((jobId) => subscriptions.get(jobId), reports.listenerThrew);
  let serverTimeOffset = 0;
  let started = false;
  let stopped = false;
  let lastStatus = INITIAL_STATE.connection.socketStatus;

  const scheduler = createFrameScheduler(ports, publish);
  const connection = createConnection(
    ports,
    {
      url,
      token,
      openWire: options.openWire,
      settings: { ...DEFAULT_CONNECTION_SETTINGS, ...options.connection },
      commandDeadlineMs: options.commandDeadlineMs ?? 10_000,
      probeDeadlineMs: options.probeDeadlineMs ?? 2_000,
    },
    {
      onOpen,
      onClose,
      onEvent: (name, args) => {
        receive(name, args);
      },
      onRenewed: () => {
        user.renewed(connection.lastToken());
      },
      onTokenRead: (read) => {
        user.tokenRead(read);
      },
      onOtherUser: (read) => {
        user.signedIn(read);
      },
      onChange: onConnectionChange,
      onError: onConnectionError,
    },
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
        counts[DROPPED[why]] += 1;
      },
    },
  );
  const commands = createJobCommands(connection, subscriptions, markJob);
  const watch = createJobWatch(clock, connection, subscriptions, { onChange: markJob, onServerTime });
  const entries = createJobEntries({ subscriptions, watch, commands, text });
  const sessions = createSessions(url, ports, (message, cause) => {
    reports.reportOnce(`storage:${message}`, new RealtimeError('storage', message, { cause }));
  });
  const restored = createRestoredJobs(clock, subscriptions);
  const user = createClientUser(clock, token, { forget: forgetUser, restore, onChange: scheduler.schedule });
  const keeper = createSessionKeeper(ports, sessions, {
    who: user.name,
    subscriptions: kept,
    heardAt: () => connection.state().lastContactAt ?? clock.now(),
  });
  const renewal = createTokenRenewal(clock, connection, (error) => {
    reports.reportOnce('refresh', error);
  });
  const receive = createInboundRouter({
    connection,
    subscriptions,
    watch,
    counts,
    reports,
    onExpiring: (expiresAt) => {
      renewal.expiring(expiresAt - serverTimeOffset);
    },
  });

  // ---- From the connection

  function onConnectionError(error: RealtimeError): void {
    if (error.code === 'malformed') counts.malformed += 1;
    reports.reportOnce(`connection:${error.code}`, error);
  }

  function onOpen(interrupted: boolean): void {
    user.signedIn(connection.lastToken());
    subscriptions.connected(interrupted);
    watch.connected();
  }

  function forgetUser(): void {
    watch.clear();
    subscriptions.clear();
    commands.clear();
    restored.clear();
    keeper.clear();
  }

  function onClose(): void {
    renewal.clear();
    subscriptions.disconnected();
    watch.disconnected();
  }

  function onConnectionChange(): void {
    const state = connection.state();
    if (state.socketStatus !== lastStatus) {
      lastStatus = state.socketStatus;
      entries.mark(store.getState().jobs.keys());
      events.statusChanged(state, !started);
    }
    scheduler.schedule();
  }

  function onServerTime(serverTime: number): void {
    const offset = serverTime - clock.now();
    // What the way of one answer adds or takes is no news.
    if (Math.abs(offset - serverTimeOffset) < OFFSET_STEP_MS) return;
    serverTimeOffset = offset;
    scheduler.schedule();
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
    entries.mark([jobId]);
    scheduler.schedule();
  }

  // ---- To the application

  function publish(): void {
    counts.deliveries += 1;
    const before = store.getState();
    const connectionState = connection.state();
    const jobs = entries.apply(before.jobs, connectionState.socketStatus === 'connected');
    restored.noteCaughtUp(jobs);
    text.deliver();
    const next: RealtimeState = {
      connection: connectionState,
      restored: restored.list(),
      jobs,
      serverTimeOffset,
      user: user.name(),
      userGeneration: user.generation(),
    };
    const keys = Object.keys(next) as (keyof RealtimeState)[]; // an interface's keys are known, Object.keys forgets them
    if (keys.some((key) => next[key] !== before[key])) store.setState(next);
  }

  /** What a person did is painted at once, and not a frame late: none comes where a story's clock stands still. */
  function shown<Asked>(asked: Asked): Asked {
    scheduler.flush();
    return asked;
  }

  async function restore(who: string): Promise<void> {
    const own = user.generation();
    const found = (saved: readonly SavedJob[]): void => {
      if (saved.length === 0 || own !== user.generation()) return;
      restored.add(saved);
      keeper.carry(saved);
      watch.include(saved.map(({ snapshot }) => snapshot.jobId));
      scheduler.schedule();
      scheduler.flush();
    };
    found(await sessions.claim(who));
    // What other tabs left holds up no start.
    if (own === user.generation()) void sessions.claimRest(who).then(found);
  }

  /** What is worth saving: what is used, but not what the server does not have any more once the person was told. */
  function* kept(): Iterable<JobSubscription> {
    for (const subscription of subscriptions.all()) {
      if (!subscriptions.isKept(subscription.jobId)) continue;
      if (!subscription.gone || !restored.isDismissed(subscription.jobId)) yield subscription;
    }
  }

  return {
    url,
    store,
    clock,
    environment,
    tabStorage: ports.tabStorage,
    scheduler,
    start: async () => {
      if (started || stopped) return;
      started = true;
      environment.open();
      await user.begin();
      if (started) connection.start();
    },
    stop: () => {
      if (stopped) return;
      started = false;
      stopped = true;
      user.stop();
      keeper.stop();
      sessions.release();
      connection.stop();
      watch.stop();
      subscriptions.stop();
      scheduler.flush();
      scheduler.stop();
      environment.close();
    },
    isReady: () => connection.state().socketStatus === 'connected',
    getStatus: () => {
      const { socketStatus, reconnectCount } = connection.state();
      return { connected: socketStatus === 'connected', reconnectCount, subscriptions: subscriptions.count() };
    },
    retryNow: () => {
      connection.dispatch({ kind: 'retryNow' });
      scheduler.flush();
    },
    subscribeToJob: (jobId, onProgress, onComplete, onError) =>
      listenToJob(jobId, { onProgress, onComplete, onError }, store, subscriptions, reports.listenerThrew),
    retainJob: subscriptions.retain,
    watchJobs: watch.retain,
    cancelJob: (jobId, reason) => shown(commands.cancel(jobId, reason)),
    resumeJob: (jobId) => shown(commands.resume(jobId)),
    textOf: text.source,
    dismissRestored: (jobIds = restored.list().map((job) => job.jobId)) => {
      if (!restored.dismiss(jobIds)) return;
      scheduler.schedule();
      scheduler.flush();
    },
    on: events.on,
    onError: reports.listen,
    callbackThrew: reports.listenerThrew,
    diagnostics: () => ({ ...counts }),
  };
}
