/** A server that does what a test says, on the client's side of the wire. */
import type { HandshakeError } from '@regen/realtime-shared';
import type { OpenWire, WireHandlers } from '../wire.ts';

export interface SentCommand {
  name: string;
  payload: unknown;
  /** Answers `{ ok: true, … }`. */
  answer(result?: object): void;
  refuse(code: string, more?: object): void;
  /** Answers anything at all. */
  answerRaw(answer: unknown): void;
}

export interface Attempt {
  token: string | null;
  /** Every command, in order; also those that were answered. */
  sent: SentCommand[];
  /** The client ended it. */
  isClosed(): boolean;
  accept(): void;
  refuse(refusal: HandshakeError | null): void;
  /** The server, or the network, ends it. */
  drop(): void;
  emit(name: string, ...args: unknown[]): void;
  heartbeat(): void;
  /** The latest command of this name. */
  last(name: string): SentCommand;
  names(): string[];
}

export interface ScriptedServer {
  openWire: OpenWire;
  attempts: Attempt[];
  /** The latest attempt. */
  attempt(): Attempt;
  /** Attempts that are neither closed by the client nor refused or dropped. */
  alive(): number;
}

export function createScriptedServer(): ScriptedServer {
  const attempts: Attempt[] = [];
  let alive = 0;
  return {
    attempts,
    alive: () => alive,
    attempt: () => {
      const latest = attempts.at(-1);
      if (latest === undefined) throw new Error('The client has not tried to connect.');
      return latest;
    },
    openWire: ({ token }, handlers) => {
      const { attempt, onCommand, onClose } = createAttempt(token, handlers, () => {
        alive -= 1;
      });
      alive += 1;
      attempts.push(attempt);
      return { send: onCommand, close: onClose };
    },
  };
}

function createAttempt(
  token: string | null,
  handlers: WireHandlers,
  onEnd: () => void,
): {
  attempt: Attempt;
  onCommand(name: string, payload: unknown, onAck: (answer: unknown) => void): void;
  onClose(): void;
} {
  const sent: SentCommand[] = [];
  let closed = false;
  let ended = false;
  const end = (): void => {
    if (!ended) onEnd();
    ended = true;
  };
  return {
    onCommand: (name, payload, onAck) => {
      sent.push({
        name,
        payload,
        answer: (result = {}) => {
          onAck({ ok: true, ...result });
        },
        refuse: (code, more = {}) => {
          onAck({ ok: false, error: { code, message: `Refused: ${code}.`, ...more } });
        },
        answerRaw: onAck,
      });
    },
    onClose: () => {
      closed = true;
      end();
    },
    // Handlers are called as a library with a bug would call them: also after the client has closed.
    attempt: {
      token,
      sent,
      isClosed: () => closed,
      accept: () => {
        handlers.onOpen();
      },
      refuse: (refusal) => {
        end();
        handlers.onOpenFailed(refusal);
      },
      drop: () => {
        end();
        handlers.onClose();
      },
      emit: (name, ...args) => {
        handlers.onEvent(name, args);
      },
      heartbeat: () => {
        handlers.onContact();
      },
      last: (name) => {
        const command = sent.findLast((candidate) => candidate.name === name);
        if (command === undefined) throw new Error(`No "${name}" was sent.`);
        return command;
      },
      names: () => sent.map((command) => command.name),
    },
  };
}

/** Lets promises settle; no time passes. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
}
