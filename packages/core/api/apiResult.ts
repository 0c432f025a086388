import { describeIssues, jobIdSchema, type HttpError, type HttpErrorCode } from '@regen/realtime-shared';
import * as v from 'valibot';
import { JobLogUnavailableError } from '../log/jobLog.ts';
import type { ApiCaller, ApiFailure } from './workerApiTypes.ts';

const STATUS: Record<HttpErrorCode, number> = {
  invalid_payload: 400,
  unauthorized: 401,
  forbidden_origin: 403,
  not_found: 404,
  conflict: 409,
  gap: 409,
  fenced: 409,
  finished: 409,
  leased: 409,
  payload_too_large: 413,
  rate_limited: 429,
  unavailable: 503,
  internal: 500,
};

/** The HTTP status of an error. */
export function httpStatusOf(code: HttpErrorCode): number {
  return STATUS[code];
}

function failure(code: HttpErrorCode, message: string, more: Omit<HttpError, 'code' | 'message'> = {}): ApiFailure {
  return { status: STATUS[code], error: { code, message, ...more } };
}

/** A refusal on its way out of an operation. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly failure: ApiFailure;
  constructor(code: HttpErrorCode, message: string, more?: Omit<HttpError, 'code' | 'message'>) {
    super(message);
    this.failure = failure(code, message, more);
  }
}

export const jobNotFound = (): ApiRefusal => new ApiRefusal('not_found', 'There is no such job, or it is not yours.');

/** The value as the schema gives it, or an `invalid_payload` that says where it does not fit. */
export function parse<Output>(schema: v.GenericSchema<unknown, Output>, value: unknown, what: string): Output {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  throw new ApiRefusal('invalid_payload', `${what}: ${describeIssues(parsed.issues)}`);
}

/** A job of an id that no job can have does not exist. */
export function requireJobId(jobId: string): void {
  if (!v.is(jobIdSchema, jobId)) throw jobNotFound();
}

export function requireWorker(caller: ApiCaller): void {
  if (caller.kind !== 'worker') {
    throw new ApiRefusal('unauthorized', 'This call is for workers, not for users; send a key of WORKER_KEY.');
  }
}

/** When the caller's sign-in ends; null: never. */
export function expiryOf(caller: ApiCaller): number | null {
  return caller.kind === 'user' ? (caller.expiresAt ?? null) : null;
}

export function requireSignedIn(caller: ApiCaller, now: number): void {
  const expiresAt = expiryOf(caller);
  if (expiresAt !== null && expiresAt <= now) {
    throw new ApiRefusal('unauthorized', 'The token has expired; get a new one.');
  }
}

/** Restricts a call to the caller's own jobs; a worker sees all. */
export function ownedBy(caller: ApiCaller): { ownerId?: string } {
  return caller.kind === 'user' ? { ownerId: caller.ownerId } : {};
}

/** What an operation throws, as an answer. */
export function failureOf(error: unknown, onError: (error: unknown) => void): ApiFailure {
  if (error instanceof ApiRefusal) return error.failure;
  if (error instanceof JobLogUnavailableError) return failure('unavailable', error.message, { retryAfterMs: 1_000 });
  onError(error);
  return failure('internal', 'Something went wrong on the server; the call may not have been carried out.');
}
