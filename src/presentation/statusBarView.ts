import { assertNever } from '@regen/realtime-shared';
import type { ConnectionState, JobEntry, RealtimeState, SocketStatus } from '../services/realtime/realtimeStore.ts';
import { connectionLiveness, isFirstAttempt } from './connectionLiveness.ts';
import { hasEnded, jobPhase, knownOf, standingOf, type JobPhase } from './jobPhase.ts';
import { titleOf } from './jobTitle.ts';
import { LANES_AT_MOST, laneView, sharedLane, strokeLane, type LaneJob, type LaneView } from './laneView.ts';
import type { GlyphName, Tone } from './tone.ts';

/** What the bar says, in the order of precedence. */
export type StatusBarState =
  | { kind: 'signInExpired' }
  /** `message` is the server's. */
  | { kind: 'signInRefused'; message: string }
  | { kind: 'tooManyConnections'; message: string }
  | { kind: 'serverRefused'; message: string }
  | { kind: 'offline' }
  | { kind: 'reconnecting'; attempt: number; nextTryInMs: number | null }
  /** Closed by the application. */
  | { kind: 'disconnected' }
  | { kind: 'connecting' }
  /** `total` is null where it is not known. */
  | { kind: 'catchingUp'; applied: number; total: number | null }
  | { kind: 'delayed' }
  /** `others` are silent as well. */
  | { kind: 'workerSilent'; title: string; forMs: number; others: number }
  | { kind: 'holding'; title: string; others: number }
  /** The step, the percentage and the title are those of the job that was heard of last. */
  | { kind: 'working'; running: number; title: string; stepLabel: string | null; percent: number | null; live: boolean }
  | { kind: 'waiting'; queued: number }
  | { kind: 'idle'; live: boolean }
  /** Realtime is optional: nothing is rendered. */
  | { kind: 'nothing' };

export interface ConnectionDetailsView {
  status: SocketStatus;
  roundTripMs: number | null;
  /** ms since the server was last heard. */
  lastContactMs: number | null;
  reconnectCount: number;
}

export interface StatusBarView {
  state: StatusBarState;
  glyph: GlyphName;
  tone: Tone;
  /** The state asks the person for something. */
  tinted: boolean;
  action: 'signIn' | 'retry' | null;
  lanes: readonly LaneView[];
  details: ConnectionDetailsView;
  /** What the live pulse beats for, local time. */
  lastEventAt: number | null;
}

interface BarJob extends LaneJob {
  stepLabel: string | null;
}

/** @param now local time, ms since the Unix epoch */
export function statusBarView(state: RealtimeState, now: number): StatusBarView {
  const entries = [...state.jobs.values()];
  const jobs = runningJobs(entries, state.connection, now, state.serverTimeOffset);
  const barState = barStateOf(state, entries, jobs, now);
  return {
    state: barState,
    ...signOf(barState),
    tinted: barState.kind === 'signInExpired' || barState.kind === 'signInRefused',
    action: actionOf(barState),
    lanes: lanesOf(barState, entries, jobs),
    details: {
      status: state.connection.socketStatus,
      roundTripMs: state.connection.roundTripMs,
      lastContactMs: state.connection.lastContactAt === null ? null : Math.max(0, now - state.connection.lastContactAt),
      reconnectCount: state.connection.reconnectCount,
    },
    lastEventAt: latest(jobs)?.lastEventAt ?? null,
  };
}

function barStateOf(
  state: RealtimeState,
  entries: readonly JobEntry[],
  jobs: readonly BarJob[],
  now: number,
): StatusBarState {
  return refusalState(state.connection) ?? connectionState(state.connection, now) ?? jobsState(state, entries, jobs);
}

function refusalState({ refusal }: ConnectionState): StatusBarState | null {
  if (refusal === null) return null;
  switch (refusal.code) {
    case 'token_expired':
      return { kind: 'signInExpired' };
    case 'unauthorized':
      return { kind: 'signInRefused', message: refusal.message };
    case 'too_many_connections':
      return { kind: 'tooManyConnections', message: refusal.message };
    case 'unavailable':
      return { kind: 'serverRefused', message: refusal.message };
    default:
      return assertNever(refusal.code);
  }
}

/** Null while the connection has nothing to say in words. */
function connectionState(connection: ConnectionState, now: number): StatusBarState | null {
  const { socketStatus, nextRetryAt, retryCount } = connection;
  if (socketStatus === 'connected') return null;
  if (!connection.everConnected) return { kind: isFirstAttempt(connection) ? 'connecting' : 'nothing' };
  if (!connection.online) return { kind: 'offline' };
  if (socketStatus === 'disconnected') return { kind: 'disconnected' };
  if (!connection.lossIsLasting) return null;
  const nextTryInMs = nextRetryAt === null ? null : Math.max(0, nextRetryAt - now);
  return { kind: 'reconnecting', attempt: Math.max(1, retryCount), nextTryInMs };
}

function jobsState(state: RealtimeState, entries: readonly JobEntry[], jobs: readonly BarJob[]): StatusBarState {
  const { connection } = state;
  const catchingUp = catchingUpOf(entries, connection);
  if (catchingUp !== null) return catchingUp;
  const liveness = connectionLiveness(connection);
  if (liveness.kind === 'delayed') return { kind: 'delayed' };
  const silent = jobs.filter((job) => job.phase.kind === 'workerSilent');
  const longest = silent.reduce<BarJob | undefined>(
    (worst, job) => (silenceOf(job.phase) > silenceOf(worst?.phase) ? job : worst),
    silent[0],
  );
  if (longest !== undefined) {
    const forMs = silenceOf(longest.phase);
    return { kind: 'workerSilent', title: longest.title, forMs, others: silent.length - 1 };
  }
  const held = jobs.filter((job) => job.phase.kind === 'holding');
  if (held[0] !== undefined) return { kind: 'holding', title: held[0].title, others: held.length - 1 };
  const live = liveness.kind === 'live';
  const newest = latest(jobs);
  if (newest !== null) {
    const { title, stepLabel, progress: percent } = newest;
    return { kind: 'working', running: jobs.length, title, stepLabel, percent, live };
  }
  const queued = entries.filter((entry) => standingOf(entry) === 'queued').length;
  return queued > 0 ? { kind: 'waiting', queued } : { kind: 'idle', live };
}

function silenceOf(phase: JobPhase | undefined): number {
  return phase?.kind === 'workerSilent' ? phase.forMs : -1;
}

/** The sum over all jobs, those that have caught up included; unknown as soon as one of them does not know. */
function catchingUpOf(entries: readonly JobEntry[], connection: ConnectionState): StatusBarState | null {
  if (connection.socketStatus !== 'connected') return null;
  const waiting = entries.flatMap(({ sync }) => (sync.kind === 'catchingUp' ? [sync] : []));
  if (waiting.length === 0) return null;
  const done = entries.reduce((sum, { sync }) => sum + (sync.kind === 'live' ? (sync.caughtUp ?? 0) : 0), 0);
  const total = waiting.some((sync) => sync.total <= 0) ? null : waiting.reduce((sum, sync) => sum + sync.total, done);
  return { kind: 'catchingUp', applied: waiting.reduce((sum, sync) => sum + sync.applied, done), total };
}

function runningJobs(
  entries: readonly JobEntry[],
  connection: ConnectionState,
  now: number,
  serverTimeOffset: number,
): readonly BarJob[] {
  return entries.flatMap((entry) => {
    const known = knownOf(entry);
    if (known === null || standingOf(entry) !== 'running') return [];
    return [
      {
        jobId: entry.jobId,
        title: titleOf(known),
        progress: known.progress,
        phase: jobPhase(entry, connection, now, serverTimeOffset),
        lastEventAt: entry.lastEventAt,
        stepLabel: known.step?.label ?? null,
      },
    ];
  });
}

/** The job that was heard of last; the first of those that were heard of at the same time. */
function latest(jobs: readonly BarJob[]): BarJob | null {
  return jobs.reduce<BarJob | null>(
    (newest, job) => (newest === null || (job.lastEventAt ?? 0) > (newest.lastEventAt ?? 0) ? job : newest),
    null,
  );
}

function signOf(state: StatusBarState): { glyph: GlyphName; tone: Tone } {
  switch (state.kind) {
    case 'signInExpired':
      return { glyph: 'signIn', tone: 'wait' };
    case 'signInRefused':
      return { glyph: 'signInRefused', tone: 'wait' };
    case 'tooManyConnections':
    case 'serverRefused':
      return { glyph: 'tooManyConnections', tone: 'wait' };
    case 'offline':
    case 'disconnected':
      return { glyph: 'offline', tone: 'quiet' };
    case 'reconnecting':
      return { glyph: 'reconnecting', tone: 'wait' };
    case 'connecting':
      return { glyph: 'connecting', tone: 'quiet' };
    case 'catchingUp':
      return { glyph: 'catchingUp', tone: 'live' };
    case 'delayed':
      return { glyph: 'delayed', tone: 'wait' };
    case 'workerSilent':
      return { glyph: 'workerSilent', tone: 'wait' };
    case 'holding':
      return { glyph: 'holding', tone: 'wait' };
    case 'working':
      return state.live ? { glyph: 'live', tone: 'live' } : { glyph: 'ready', tone: 'quiet' };
    case 'waiting':
      return { glyph: 'queued', tone: 'quiet' };
    case 'idle':
      return { glyph: 'ready', tone: state.live ? 'live' : 'quiet' };
    case 'nothing':
      return { glyph: 'ready', tone: 'quiet' };
    default:
      return assertNever(state);
  }
}

function actionOf(state: StatusBarState): StatusBarView['action'] {
  switch (state.kind) {
    case 'signInExpired':
    case 'signInRefused':
      return 'signIn';
    case 'tooManyConnections':
    case 'serverRefused':
    case 'reconnecting':
    case 'disconnected':
      return 'retry';
    default:
      return null;
  }
}

function lanesOf(state: StatusBarState, entries: readonly JobEntry[], jobs: readonly BarJob[]): readonly LaneView[] {
  switch (state.kind) {
    case 'nothing':
      return [];
    case 'connecting':
      return [strokeLane([{ stroke: 'dots', from: 0, to: 100, tone: 'quiet' }])];
    case 'catchingUp': {
      if (state.total === null) return [strokeLane([{ stroke: 'comb', from: 0, to: 100, tone: 'live' }])];
      const at = Math.min(100, (state.applied / state.total) * 100);
      return [
        strokeLane([
          { stroke: 'comb', from: at, to: 100, tone: 'live' },
          { stroke: 'solid', from: 0, to: at, tone: 'live' },
        ]),
      ];
    }
    default: {
      if (jobs.length > LANES_AT_MOST) {
        const ended = entries.filter(hasEnded).length;
        return [sharedLane(ended, entries.length, state.kind === 'working' && state.live)];
      }
      const override = isCut(state) ? 'cut' : state.kind === 'delayed' ? 'delayed' : null;
      return jobs.map((job) => laneView(job, override));
    }
  }
}

function isCut(state: StatusBarState): boolean {
  return [
    'signInExpired',
    'signInRefused',
    'tooManyConnections',
    'serverRefused',
    'offline',
    'reconnecting',
    'disconnected',
  ].includes(state.kind);
}
