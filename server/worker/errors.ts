import type { HttpError } from '@regen/realtime-shared';

/** Why a job's `signal` was aborted, or a call of the publisher failed. */
export type PublishErrorCode =
  /** Somebody wants the job to stop: stop the work, then call `cancelled()`. */
  | 'cancel_requested'
  /**
   * Another worker has the job, or wrote to it, or the server gave it up since its worker was silent for too long: stop
   * the work, nothing of it is taken any more.
   */
  | 'fenced'
  /** The job has ended: nothing can be added to it. */
  | 'finished'
  /** The server lost more of the job than is kept here to fill it up again. */
  | 'history_lost'
  /** The server has no such job: it lost everything, or the job ended more than a day ago. */
  | 'not_found'
  /** What was to be sent is not taken. `refusal` is what the server said of it; null where it was not even sent. */
  | 'refused'
  /** The publisher was closed. */
  | 'closed'
  /** An option makes no sense. */
  | 'invalid_usage';

export class PublishError extends Error {
  override readonly name = 'PublishError';
  readonly code: PublishErrorCode;
  /** The server's own error, with its code; null where this one is no answer of the server. */
  readonly refusal: HttpError | null;
  constructor(code: PublishErrorCode, message: string, refusal: HttpError | null = null) {
    super(message);
    this.code = code;
    this.refusal = refusal;
  }
}

export function refusedBy(what: string, refusal: HttpError, code: PublishErrorCode = 'refused'): PublishError {
  return new PublishError(code, `The server refused ${what} (${refusal.code}): ${refusal.message}`, refusal);
}

export function takenOver(jobId: string): PublishError {
  return new PublishError(
    'fenced',
    `Job "${jobId}" was taken over by another worker, or given up by the server; stop working on it.`,
  );
}

export function alreadyEnded(jobId: string): PublishError {
  return new PublishError('finished', `Job "${jobId}" has ended; nothing can be added to it.`);
}

export function publisherClosed(): PublishError {
  return new PublishError('closed', 'The publisher was closed.');
}
