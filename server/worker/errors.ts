import type { HttpError } from '@regen/realtime-shared';

/** Why a job's `signal` was aborted, or a call of the publisher failed. */
export type PublishErrorCode =
  /** Somebody wants the job to stop: stop the work, then call `cancelled()`. */
  | 'cancel_requested'
  /** Another worker took the job over: stop the work, nothing of it is taken any more. */
  | 'fenced'
  /** The job was ended elsewhere, as where its worker was silent for too long. */
  | 'finished'
  /** The server lost more of the job than is kept here to fill it up again. */
  | 'history_lost'
  /** The server refuses what it is sent: `cause` says why. */
  | 'refused'
  /** The publisher was closed. */
  | 'closed';

export class PublishError extends Error {
  override readonly name = 'PublishError';
  readonly code: PublishErrorCode;
  constructor(code: PublishErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function refusedBy(what: string, { code, message }: HttpError): PublishError {
  return new PublishError('refused', `The server refused ${what} (${code}): ${message}`, { cause: { code, message } });
}
