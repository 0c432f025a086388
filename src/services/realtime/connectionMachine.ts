/**
 * The life of the connection as a pure function. `transition` returns the next state and what is to be done now;
 * what is to be done later is read off the state (`timersOf`), so no timer can outlive its reason.
 */
import { assertNever, type HandshakeError } from '@regen/realtime-shared';

export type ConnectionPhase =
  /** Not started, or stopped by the application. */
  | { kind: 'idle' }
  /** An attempt is under way. */
  | { kind: 'opening'; attempt: number; startedAt: number }
  /** `doubt`: a probe is under way, because the device woke up or says that it has no network. */
  | { kind: 'open'; doubt: 'none' | 'wake' | 'offline'; openedAt: number }
  /** The next attempt is planned. */
  | { kind: 'waiting'; attempt: number; retryAt: number; lastAttemptAt: number }
  /** The device says that it has no network; its return is the next attempt. */
  | { kind: 'offline'; attempt: number }
  /** A refusal that trying again cannot change. */
  | { kind: 'refused'; refusal: HandshakeError };

export interface ConnectionMachine {
  phase: ConnectionPhase;
  everConnected: boolean;
  reconnectCount: number;
  deviceOnline: boolean;
  lostAt: number | null;
  lossIsLasting: boolean;
  degraded: boolean;
  /** When to come back after a drain that the server announced, ms since the Unix epoch. */
  drainUntil: number | null;
  /** Connections in a row that ended right after they had opened; a server that does that is spared. */
  shortLived: number;
  /** Refusals in a row: a source that has a new token for each of them is not followed without a delay. */
  refusals: number;
}

export type ConnectionEvent =
  | { kind: 'start'; deviceOnline: boolean }
  | { kind: 'stop' }
  | { kind: 'opened' }
  | { kind: 'openFailed'; refusal: HandshakeError | null }
  | { kind: 'closed' }
  | { kind: 'retryDue' }
  | { kind: 'lossLasted' }
  | { kind: 'retryNow' }
  /** The token is another one than the last attempt was made with, and not one that renews its sign-in. */
  | { kind: 'tokenChanged' }
  | { kind: 'deviceOnline' }
  | { kind: 'deviceOffline' }
  | { kind: 'wake' }
  | { kind: 'probeAnswered' }
  | { kind: 'probeFailed' }
  | { kind: 'draining'; reconnectAfterMs: number }
  | { kind: 'degraded'; degraded: boolean }
  | { kind: 'authExpired' };

/** What is to be done at once, in this order. `close` ends the socket of the last attempt, if there is one. */
export type ConnectionEffect = 'close' | 'open' | 'probe' | 'recheckToken';

export interface ConnectionSettings {
  /** The first delay is up to this, each further one up to twice as much; ms. */
  backoffBaseMs: number;
  /** No delay is longer; ms. */
  backoffCapMs: number;
  /** A loss that heals within this is not told in words; ms. */
  lossGraceMs: number;
  /** An attempt that is neither accepted nor refused within this, the reading of the token included, has failed; ms. */
  attemptDeadlineMs: number;
}

export const DEFAULT_CONNECTION_SETTINGS: ConnectionSettings = {
  backoffBaseMs: 500,
  backoffCapMs: 30_000,
  lossGraceMs: 5_000,
  attemptDeadlineMs: 20_000,
};

/** Attempts never follow each other closer than this; ms. */
const SHORTEST_DELAY_MS = 100;
/** A wake-up does not hurry an attempt if the last one is younger; ms. */
const WAKE_SPACING_MS = 1_000;
/** A drain that announces a longer absence is not believed; ms. */
const LONGEST_DRAIN_MS = 300_000;
/** A connection that lasted shorter than this does not count as a recovery; ms. */
const STABLE_MS = 5_000;

export interface TransitionContext {
  now: number;
  /** From 0 up to, not including, 1: the jitter of a delay that this transition may plan. */
  random: number;
  settings: ConnectionSettings;
}

export function createConnectionMachine(): ConnectionMachine {
  return {
    phase: { kind: 'idle' },
    everConnected: false,
    reconnectCount: 0,
    deviceOnline: true,
    lostAt: null,
    lossIsLasting: false,
    degraded: false,
    drainUntil: null,
    shortLived: 0,
    refusals: 0,
  };
}

type Step = [ConnectionMachine, readonly ConnectionEffect[]];

/** The next state and what to do now. An event that means nothing in a phase returns the same state and no effect. */
export function transition(machine: ConnectionMachine, event: ConnectionEvent, context: TransitionContext): Step {
  const { phase } = machine;
  switch (event.kind) {
    case 'start':
      return phase.kind === 'idle' ? open({ ...machine, deviceOnline: event.deviceOnline }, 1, context) : [machine, []];
    case 'stop':
      return phase.kind === 'idle'
        ? [machine, []]
        : [{ ...machine, phase: { kind: 'idle' }, lostAt: null, lossIsLasting: false, drainUntil: null }, ['close']];
    case 'opened':
      return phase.kind === 'opening' ? [opened(machine, context), []] : [machine, []];
    case 'openFailed':
      return phase.kind === 'opening' ? openFailed(machine, phase, event.refusal, context) : [machine, []];
    case 'closed':
      return phase.kind === 'open' ? lost(machine, context) : [machine, []];
    case 'probeFailed':
      return phase.kind === 'open' && phase.doubt !== 'none' ? lost(machine, context) : [machine, []];
    case 'probeAnswered':
      return phase.kind === 'open' && phase.doubt !== 'none'
        ? [{ ...machine, phase: { ...phase, doubt: 'none' } }, []]
        : [machine, []];
    case 'retryDue':
      return phase.kind === 'waiting' ? open(machine, phase.attempt, context) : [machine, []];
    case 'lossLasted':
      return machine.lostAt === null || machine.lossIsLasting
        ? [machine, []]
        : [{ ...machine, lossIsLasting: true }, []];
    case 'retryNow':
      return retryNow(machine, context);
    case 'tokenChanged':
      return tokenChanged(machine, context);
    case 'deviceOnline':
      return wake({ ...machine, deviceOnline: true }, context);
    case 'deviceOffline':
      return deviceOffline({ ...machine, deviceOnline: false });
    case 'wake':
      return wake(machine, context);
    case 'draining':
      return phase.kind === 'open'
        ? [{ ...machine, drainUntil: context.now + Math.min(event.reconnectAfterMs, LONGEST_DRAIN_MS) }, []]
        : [machine, []];
    case 'degraded':
      return machine.degraded === event.degraded ? [machine, []] : [{ ...machine, degraded: event.degraded }, []];
    case 'authExpired':
      return phase.kind === 'open' ? refused(machine, EXPIRED, context) : [machine, []];
    default:
      return assertNever(event);
  }
}

/**
 * When the shell has to send `openFailed`, `retryDue` and `lossLasted`, ms since the Unix epoch; null = not at all.
 */
export function timersOf(
  machine: ConnectionMachine,
  settings: ConnectionSettings,
): { attemptEndsAt: number | null; retryAt: number | null; lossLastsAt: number | null } {
  return {
    attemptEndsAt: machine.phase.kind === 'opening' ? machine.phase.startedAt + settings.attemptDeadlineMs : null,
    retryAt: machine.phase.kind === 'waiting' ? machine.phase.retryAt : null,
    lossLastsAt: machine.lostAt === null || machine.lossIsLasting ? null : machine.lostAt + settings.lossGraceMs,
  };
}

const EXPIRED: HandshakeError = {
  code: 'token_expired',
  message: 'Your sign-in has expired. Sign in again to go on.',
  retryable: false,
};

/** Also where the device says that it has no network: a server on this very machine answers without one. */
function open(machine: ConnectionMachine, attempt: number, context: TransitionContext): Step {
  return [{ ...machine, phase: { kind: 'opening', attempt, startedAt: context.now } }, ['close', 'open']];
}

function opened(machine: ConnectionMachine, context: TransitionContext): ConnectionMachine {
  return {
    ...machine,
    phase: { kind: 'open', doubt: 'none', openedAt: context.now },
    reconnectCount: machine.everConnected ? machine.reconnectCount + 1 : 0,
    everConnected: true,
    lostAt: null,
    lossIsLasting: false,
    degraded: false,
    drainUntil: null,
  };
}

function openFailed(
  machine: ConnectionMachine,
  phase: Extract<ConnectionPhase, { kind: 'opening' }>,
  refusal: HandshakeError | null,
  context: TransitionContext,
): Step {
  if (refusal !== null && (!refusal.retryable || refusal.code === 'too_many_connections')) {
    return refused(machine, refusal, context);
  }
  const attempt = phase.attempt + 1;
  if (!machine.deviceOnline) return [{ ...machine, phase: { kind: 'offline', attempt } }, ['close']];
  return [waiting(machine, attempt, context.now + backoff(attempt, context), phase.startedAt), ['close']];
}

function waiting(
  machine: ConnectionMachine,
  attempt: number,
  retryAt: number,
  lastAttemptAt: number,
): ConnectionMachine {
  return { ...machine, phase: { kind: 'waiting', attempt, retryAt, lastAttemptAt } };
}

/** What the server said of itself is no more, and what decides how much it is spared is counted. */
function ended(machine: ConnectionMachine, context: TransitionContext): ConnectionMachine {
  const { phase, shortLived } = machine;
  const after = { ...machine, degraded: false, drainUntil: null };
  if (phase.kind !== 'open') return after;
  return context.now - phase.openedAt < STABLE_MS
    ? { ...after, shortLived: shortLived + 1 }
    : { ...after, shortLived: 0, refusals: 0 };
}

function lost(machine: ConnectionMachine, context: TransitionContext): Step {
  const after = { ...ended(machine, context), lostAt: machine.lostAt ?? context.now };
  if (!machine.deviceOnline) return [{ ...after, phase: { kind: 'offline', attempt: 1 } }, ['close']];
  const retryAt =
    machine.drainUntil === null
      ? context.now + backoff(Math.max(1, after.shortLived), context)
      : // Also by a clock that was set back meanwhile.
        Math.min(Math.max(machine.drainUntil, context.now + SHORTEST_DELAY_MS), context.now + LONGEST_DRAIN_MS);
  return [waiting(after, 1, retryAt, context.now), ['close']];
}

function refused(machine: ConnectionMachine, refusal: HandshakeError, context: TransitionContext): Step {
  const lostAt = machine.everConnected ? (machine.lostAt ?? context.now) : null;
  const after = ended(machine, context);
  const next: ConnectionMachine = {
    ...after,
    phase: { kind: 'refused', refusal },
    refusals: after.refusals + 1,
    lostAt,
  };
  // The token may have been renewed while the refusal was on its way.
  return [next, refusal.code === 'too_many_connections' ? ['close'] : ['close', 'recheckToken']];
}

function tokenChanged(machine: ConnectionMachine, context: TransitionContext): Step {
  const { phase, refusals } = machine;
  switch (phase.kind) {
    case 'refused':
      if (refusals <= 1) return open(machine, 1, context);
      return [waiting(machine, 1, context.now + backoff(refusals, context), context.now), []];
    case 'open':
      return open({ ...ended(machine, context), lostAt: context.now }, 1, context);
    case 'opening':
      return open(machine, phase.attempt, context);
    case 'idle':
    case 'waiting':
    case 'offline':
      return [machine, []];
    default:
      return assertNever(phase);
  }
}

function retryNow(machine: ConnectionMachine, context: TransitionContext): Step {
  const { phase } = machine;
  switch (phase.kind) {
    case 'waiting':
    case 'offline':
      return open(machine, phase.attempt, context);
    case 'refused':
      return open(machine, 1, context);
    case 'opening':
    case 'open':
      // Somebody else may have signed in since the token was read.
      return [machine, ['recheckToken']];
    case 'idle':
      return [machine, []];
    default:
      return assertNever(phase);
  }
}

function wake(machine: ConnectionMachine, context: TransitionContext): Step {
  const { phase } = machine;
  switch (phase.kind) {
    case 'open': {
      // A network that came back says nothing of this connection: until it has proved itself it does not count as one.
      const doubt = machine.deviceOnline && phase.doubt !== 'offline' ? 'wake' : 'offline';
      return [{ ...machine, phase: { ...phase, doubt } }, ['probe', 'recheckToken']];
    }
    case 'waiting':
      return context.now - phase.lastAttemptAt < WAKE_SPACING_MS
        ? [machine, []]
        : open(machine, phase.attempt, context);
    case 'offline':
      return machine.deviceOnline ? open(machine, phase.attempt, context) : [machine, []];
    case 'refused':
      return [machine, phase.refusal.code === 'too_many_connections' ? [] : ['recheckToken']];
    case 'opening':
      return [machine, ['recheckToken']];
    case 'idle':
      return [machine, []];
    default:
      return assertNever(phase);
  }
}

function deviceOffline(machine: ConnectionMachine): Step {
  const { phase } = machine;
  if (phase.kind === 'open') return [{ ...machine, phase: { ...phase, doubt: 'offline' } }, ['probe']];
  if (phase.kind === 'waiting') return [{ ...machine, phase: { kind: 'offline', attempt: phase.attempt } }, []];
  return [machine, []];
}

/** Exponential backoff with full jitter. */
function backoff(attempt: number, context: TransitionContext): number {
  const { backoffBaseMs, backoffCapMs } = context.settings;
  const ceiling = Math.min(backoffCapMs, backoffBaseMs * 2 ** (attempt - 1));
  return Math.max(SHORTEST_DELAY_MS, Math.round(ceiling * context.random));
}
