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
import { UNREADABLE, createSignIn, type SignInHandlers } from './signIn.ts';
import type { TokenSource } from './tokenSource.ts';
import type { OpenWire, Wire } from './wire.ts';

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

export interface ConnectionHandlers extends SignInHandlers {
  /** The connection opened; commands may be sent. `interrupted`: people noticed the loss that ends now. */
  onOpen(interrupted: boolean): void;
  /** An open connection ended. Commands that were on their way have been rejected. */
  onClose(): void;
  onEvent(name: string, args: readonly unknown[]): void;
  /** The public facts changed. */
  onChange(): void;
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

export function createConnection(ports: Ports, options: ConnectionOptions, handlers: ConnectionHandlers): Connection {
  const { clock, random, environment } = ports;
  let machine = createConnectionMachine();
  let wire: Wire | null = null;
  /** Tells answers of an attempt that was given up from those of the present one. */
  let attempt = 0;
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

  const signIn = createSignIn(
    {
      clock,
      source: options.token,
      phase: () => machine.phase.kind,
      attempt: () => attempt,
      tokenChanged: () => {
        dispatch({ kind: 'tokenChanged' });
      },
      renew: (token) => command(EVENTS.AUTH_REFRESH, { token }),
    },
    handlers,
  );

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
        void signIn.recheck();
    }
  }

  async function openAttempt(): Promise<void> {
    const own = attempt;
    const read = await signIn.read();
    if (own !== attempt || machine.phase.kind !== 'opening') return;
    if (read === UNREADABLE) {
      dispatch({ kind: 'openFailed', refusal: null });
      return;
    }
    signIn.begin(read);
    const isCurrent = () => own === attempt;
    wire = options.openWire(
      { url: options.url, token: read },
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
    refreshToken: signIn.refresh,
    lastToken: signIn.token,
    stop: () => {
      unsubscribe();
      signIn.stop();
      dispatch({ kind: 'stop' });
    },
  };
}

function isSame(before: ConnectionState, after: ConnectionState): boolean {
  return (Object.keys(after) as (keyof ConnectionState)[]).every((key) => Object.is(before[key], after[key]));
}
