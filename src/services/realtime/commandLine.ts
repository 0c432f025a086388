/** Commands on their way: each is sent once, and answered, refused or given up at its deadline. */
import {
  ACK_SCHEMAS,
  describeIssues,
  type Clock,
  type CommandName,
  type CommandPayloads,
  type CommandResults,
} from '@regen/realtime-shared';
import { safeParse } from 'valibot';
import { RealtimeError } from './errors.ts';

export interface CommandLine {
  /** Sends a command. Rejects with `timeout` after the deadline or when the connection ends, else with the server's code. */
  send<Name extends CommandName>(name: Name, payload: CommandPayloads[Name]): Promise<CommandResults[Name]>;
  /** The connection has ended: no answer can come any more. */
  rejectAll(): void;
}

interface PendingCommand {
  reject(error: RealtimeError): void;
}

/** A server that asks for more patience is asked again all the same; ms. */
const LONGEST_RETRY_MS = 300_000;

export function createCommandLine(
  clock: Clock,
  deadlineMs: number,
  transmit: (name: string, payload: unknown, onAck: (answer: unknown) => void) => void,
  handlers: {
    /** A deadline has passed: the connection may be gone without a word. */
    onSilence(): void;
    /** An answer does not fit the protocol. */
    onMalformed(error: RealtimeError): void;
  },
): CommandLine {
  const pending = new Set<PendingCommand>();

  function send<Name extends CommandName>(name: Name, payload: CommandPayloads[Name]): Promise<CommandResults[Name]> {
    return new Promise((resolve, reject) => {
      const own: PendingCommand = {
        reject: (error) => {
          clock.clearTimeout(deadline);
          pending.delete(own);
          reject(error);
        },
      };
      pending.add(own);
      const deadline = clock.setTimeout(() => {
        own.reject(
          new RealtimeError(
            'timeout',
            `The server did not answer "${name}" within ${String(deadlineMs)} ms. It may have arrived.`,
            { retryable: true },
          ),
        );
        handlers.onSilence();
      }, deadlineMs);
      transmit(name, payload, (answer) => {
        if (!pending.has(own)) return;
        const parsed = safeParse(ACK_SCHEMAS[name], answer);
        if (!parsed.success) {
          const error = new RealtimeError(
            'malformed',
            `The answer to "${name}" does not fit the protocol: ${describeIssues(parsed.issues)}`,
          );
          own.reject(error);
          handlers.onMalformed(error);
        } else if (parsed.output.ok) {
          clock.clearTimeout(deadline);
          pending.delete(own);
          // The schema belongs to this command; TypeScript does not narrow a union behind an index.
          resolve(parsed.output as unknown as CommandResults[Name]);
        } else {
          const { code, message, retryAfterMs } = parsed.output.error;
          own.reject(
            new RealtimeError(code, message, {
              retryable: code === 'rate_limited' || code === 'unavailable' || code === 'internal',
              ...(retryAfterMs === undefined ? {} : { retryAfterMs: Math.min(retryAfterMs, LONGEST_RETRY_MS) }),
            }),
          );
        }
      });
    });
  }

  return {
    send,
    rejectAll: () => {
      for (const command of pending) {
        command.reject(
          new RealtimeError(
            'timeout',
            'The connection ended before the server answered. The command may have arrived.',
            { retryable: true },
          ),
        );
      }
      pending.clear();
    },
  };
}
