/** What can go wrong, as one union. Codes of commands are those of the wire. */
import type { CommandErrorCode, HandshakeErrorCode } from '@regen/realtime-shared';

export type RealtimeErrorCode =
  | CommandErrorCode
  | HandshakeErrorCode
  /** A command was given while there is no connection. Nothing was sent. */
  | 'offline'
  /** A command's deadline passed without an answer. It may or may not have arrived. */
  | 'timeout'
  /** An event or ack that does not fit the protocol was dropped. */
  | 'malformed'
  /** A job's history on the server differs from the one that was seen; the server's is shown. */
  | 'history_replaced'
  /** Saved sessions could not be listed, read, claimed, written or removed, or one is damaged. Each is told once. */
  | 'storage'
  /** The job's own end, for those who listen to it: it failed, or was cancelled. */
  | 'job_failed'
  | 'job_cancelled'
  /** A listener of the application threw. */
  | 'listener'
  /** The client is used in a way it cannot serve. */
  | 'invalid_usage';

export class RealtimeError extends Error {
  readonly code: RealtimeErrorCode;
  /** Whether the same call can succeed later. */
  readonly retryable: boolean;
  readonly retryAfterMs?: number;

  constructor(
    code: RealtimeErrorCode,
    message: string,
    options: { cause?: unknown; retryable?: boolean; retryAfterMs?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RealtimeError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }
}

export function invalidJobId(jobId: unknown): RealtimeError {
  const what =
    typeof jobId === 'string'
      ? `the id ${JSON.stringify(jobId.slice(0, 200))}`
      : `an id that is no text (${typeof jobId})`;
  return new RealtimeError(
    'invalid_payload',
    `No job can have ${what}, so the server is not asked for it. An id begins with a letter or a digit and has up to ` +
      '128 letters, digits, dots, underscores and hyphens.',
  );
}
