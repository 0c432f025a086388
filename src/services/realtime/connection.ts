/** The connection at work: runs the effects of `connectionMachine` and carries commands, each with a deadline. */
import {
  EVENTS,
  type ClockTimer,
  type CommandName,
  type CommandPayloads,
  type CommandResults,
} from '@regen/realtime-shared';
import { createCommandLine } from './commandLine.ts';
import { connectionFacts } from './connectionFacts.ts';
import {
  createConnectionMachine,
  transition,
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionSettings,
} from './connectionMachine.ts';
import { createConnectionTimers } from './connectionTimers.ts';
import { RealtimeError } from './errors.ts';
import type { Ports } from './ports.ts';
import type { ConnectionState } from './realtimeStore.ts';
import { areTwoUsers } from './signedInUser.ts';
import type { OpenWire, Wire } from './wire.ts';

/**
 * The current access token; null signs in as nobody. Read anew for every attempt. Where it throws or rejects, the
 * attempt has failed and is repeated like any other. Users are told apart by the `sub` of a JSON Web Token; another opaque
 * token counts as another user, and everything is forgotten, unless the server accepted it as a refresh.
 */
export type TokenSource = () => string | null | Promise<string | null>;

export interface ConnectionOptions {
  url: string;
  token: TokenSource;
  openWire: OpenWire;
  settings: ConnectionSettings;
  /** How long a command waits for its answer; ms. */
  commandDeadlineMs: number;
  /** How long a probe waits before the connection is given up; ms. */
  probeDeadlineMs: number;
}

export interface ConnectionHandlers {
  /** The connection opened; commands may be sent. `interrupted`: people noticed the loss that ends now. */
  onOpen(interrupted: boolean): void;
  /** An open connection ended. Commands that were on their way have been rejected. */
  onClose(): void;
  onEvent(name: string, args: readonly unknown[]): void;
  /** The server took another token for the same user's: `lastToken` is that one. */
  onRenewed(): void;
  /** An attempt begins with this token. */
  onTokenRead(token: string | null): void;
  /** The present sign-in is over: the token is another user's, or there is none any more. */
  onOtherUser(token: string | null): void;
  /** The public facts changed. */
  onChange(): void;
  /** Background work failed: the token could not be read, or an answer does not fit the protocol. */
  onError(error: RealtimeError): void;
}

export interface Connection {
  start(): void;
  dispatch(event: ConnectionEvent): void;
  /** The same object until any of it changes. */
  state(): ConnectionState;
  isOpen(): boolean;
  /**
   * Sends a command once. Rejects with `offline` where there is no connection (nothing was sent), with `timeout`
   * after the deadline, else with the server's code.
   */
  command<Name extends CommandName>(name: Name, payload: CommandPayloads[Name]): Promise<CommandResults[Name]>;
  /**
   * Reads the token again and, where it changed, gives it to the server in place; one that is another user's begins a new
   * connection. Rejects where the server did not answer that.
   */
  refreshToken(): Promise<void>;
  /** The token of the last attempt or refresh. */
  lastToken(): string | null;
  stop(): void;
}

/** The last contact is published in steps of this, so that a stream of events is not a stream of changes; ms. */
const CONTACT_STEP_MS = 1_000;
/** Any answer to it proves that the server lives, also a refusal. No job can have this id, so that none is let go. */
const PROBE = { name: EVENTS.JOB_UNSUBSCRIBE, payload: { jobId: '' } } as const;

/** A token source that failed; null is a token source that has none. */
const UNREADABLE = Symbol('unreadable');

/** A token that the server could not judge is read and given to it again so much later; ms. */
const RECHECK_MS = 10_000;

export function createConnection(ports: Ports, options: ConnectionOptions, handlers: ConnectionHandlers): Connection {
  const { clock, random, environment } = ports;
  let machine = createConnectionMachine();
  let wire: Wire | null = null;
  /** Tells answers of an attempt that was given up from those of the present one. */
  let attempt = 0;
  let token: string | null = null;
  let recheckTimer: ClockTimer | undefined;
  let renewals = 0;
  let probeTimer: ClockTimer | undefined;
  let roundTripMs: number | null = null;
  let lastContactAt: number | null = null;
  let published: ConnectionState = publicState();
  const timers = createConnectionTimers(clock, options.settings, dispatch);
  const commands = createCommandLine(clock, options.commandDeadlineMs, transmit, {
    onSilence: () => {
      dispatch({ kind: 'wake' });
    },
    onMalformed: handlers.onError,
  });

  function publicState(): ConnectionState {
    return { ...connectionFacts(machine), roundTripMs, lastContactAt };
  }

  function state(): ConnectionState {
    const next = publicState();
    if (!isSame(published, next)) published = next;
    return published;
  }

  function noteContact(): void {
    const now = clock.now();
    if (lastContactAt !== null && Math.abs(now - lastContactAt) < CONTACT_STEP_MS) return;
    lastContactAt = now;
    handlers.onChange();
  }

  function dispatch(event: ConnectionEvent): void {
    const before = machine;
    const [next, effects] = transition(before, event, {
      now: clock.now(),
      random: random(),
      settings: options.settings,
    });
    machine = next;
    timers.sync(next);
    const wasOpen = before.phase.kind === 'open';
    const isOpen = next.phase.kind === 'open';
    if (wasOpen && !isOpen) commands.rejectAll();
    for (const effect of effects) perform(effect);
    if (wasOpen && !isOpen) handlers.onClose();
    if (!wasOpen && isOpen) handlers.onOpen(before.lossIsLasting);
    if (next !== before) handlers.onChange();
  }

  function perform(effect: ConnectionEffect): void {
    switch (effect) {
      case 'open':
        void openAttempt();
        return;
      case 'close':
        attempt += 1;
        clock.clearTimeout(probeTimer);
        probeTimer = undefined;
        wire?.close();
        wire = null;
        return;
      case 'probe':
        probe();
        return;
      case 'recheckToken':
        void recheckToken();
    }
  }

  async function openAttempt(): Promise<void> {
    const own = attempt;
    const read = await readToken();
    if (own !== attempt || machine.phase.kind !== 'opening') return;
    if (read === UNREADABLE) {
      dispatch({ kind: 'openFailed', refusal: null });
      return;
    }
    token = read;
    handlers.onTokenRead(read);
    const isCurrent = () => own === attempt;
    wire = options.openWire(
      { url: options.url, token },
      {
        onOpen: () => {
          if (!isCurrent()) return;
          noteContact();
          dispatch({ kind: 'opened' });
        },
        onOpenFailed: (refusal) => {
          if (isCurrent()) dispatch({ kind: 'openFailed', refusal });
        },
        onClose: () => {
          if (isCurrent()) dispatch({ kind: 'closed' });
        },
        onEvent: (name, args) => {
          if (!isCurrent()) return;
          noteContact();
          handlers.onEvent(name, args);
        },
        onContact: () => {
          if (isCurrent()) noteContact();
        },
      },
    );
  }

  async function readToken(): Promise<string | null | typeof UNREADABLE> {
    try {
      return await options.token();
    } catch (cause) {
      handlers.onError(
        new RealtimeError(
          'unauthorized',
          'The access token could not be read, so nobody can be signed in. Tried again.',
          {
            cause,
            retryable: true,
          },
        ),
      );
      return UNREADABLE;
    }
  }

  /** Somebody may have signed in, or out, meanwhile. Where that cannot be told, nothing changes. */
  async function recheckToken(): Promise<void> {
    const own = attempt;
    let read: string | null;
    try {
      read = await options.token();
    } catch {
      // The next attempt, or the next renewal, reads it again and reports.
      return;
    }
    if (own !== attempt || read === token) return;
    const { kind } = machine.phase;
    if (areTwoUsers(token, read)) signInChanged(read);
    else if (read !== null && kind === 'open') renew(read).catch(askAgainLater);
    else if (read !== null) dispatch({ kind: 'tokenChanged' });
    // Without a token nobody is let in who was refused with one.
    else if (kind !== 'refused') signInChanged(read);
  }

  /** The server could not say whose the token is. */
  function askAgainLater(error: unknown): void {
    ignoreRefusal(error);
    clock.clearTimeout(recheckTimer);
    recheckTimer = clock.setTimeout(() => void recheckToken(), RECHECK_MS);
  }

  /** Another person's token, or none any more: nothing waits for the server to say so. */
  function signInChanged(read: string | null): void {
    dispatch({ kind: 'tokenChanged' });
    handlers.onOtherUser(read);
  }

  /** Only the server can say whether a token renews the present sign-in: it refuses one of another user. */
  async function renew(read: string): Promise<void> {
    renewals += 1;
    const own = renewals;
    try {
      await command(EVENTS.AUTH_REFRESH, { token: read });
    } catch (error) {
      // A later one has taken its place.
      if (own !== renewals) return;
      if (!(error instanceof RealtimeError) || error.code !== 'unauthorized') throw error;
      signInChanged(read);
      return;
    }
    token = read;
    handlers.onRenewed();
  }

  function probe(): void {
    if (probeTimer !== undefined) return;
    probeTimer = clock.setTimeout(() => {
      probeTimer = undefined;
      dispatch({ kind: 'probeFailed' });
    }, options.probeDeadlineMs);
    transmit(PROBE.name, PROBE.payload, () => {
      clock.clearTimeout(probeTimer);
      probeTimer = undefined;
      dispatch({ kind: 'probeAnswered' });
    });
  }

  function transmit(name: string, payload: unknown, onAck: (answer: unknown) => void): void {
    const own = attempt;
    const sentAt = clock.now();
    wire?.send(name, payload, (answer) => {
      if (own !== attempt) return;
      roundTripMs = Math.max(0, clock.now() - sentAt);
      noteContact();
      onAck(answer);
    });
  }

  function command<Name extends CommandName>(
    name: Name,
    payload: CommandPayloads[Name],
  ): Promise<CommandResults[Name]> {
    return machine.phase.kind === 'open'
      ? commands.send(name, payload)
      : Promise.reject(
          new RealtimeError('offline', `There is no connection, so "${name}" was not sent.`, { retryable: true }),
        );
  }

  const unsubscribe = environment.subscribe((signal) => {
    if (signal === 'online') dispatch({ kind: 'deviceOnline' });
    else if (signal === 'offline') dispatch({ kind: 'deviceOffline' });
    else if (signal === 'visible' || signal === 'pageshow') dispatch({ kind: 'wake' });
  });

  return {
    start: () => {
      dispatch({ kind: 'start', deviceOnline: environment.isOnline() });
    },
    dispatch,
    state,
    isOpen: () => machine.phase.kind === 'open',
    command,
    refreshToken: async () => {
      const read = await readToken();
      if (read === null || read === UNREADABLE || read === token || machine.phase.kind !== 'open') return;
      await renew(read);
    },
    lastToken: () => token,
    stop: () => {
      unsubscribe();
      clock.clearTimeout(recheckTimer);
      dispatch({ kind: 'stop' });
    },
  };
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof RealtimeError)) throw error;
}

function isSame(before: ConnectionState, after: ConnectionState): boolean {
  return (Object.keys(after) as (keyof ConnectionState)[]).every((key) => Object.is(before[key], after[key]));
}
