/** Who makes an HTTP call: a worker by its key, or a user by a token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiCaller, Authenticate } from '@regen/realtime-core';
import type { HttpError } from '@regen/realtime-shared';

/** Resolves to the caller, or to why there is none: on a call for workers `only`, that it is no key of theirs. */
export type IdentifyCaller = (
  authorization: string | undefined,
  only?: 'worker',
) => Promise<ApiCaller | { error: HttpError }>;

const NO_WORKER_KEY =
  'This call is for workers, and what came with it is no worker key of this server. ' +
  'Send "Authorization: Bearer <key>" with one of the keys in the server\'s WORKER_KEY.';
const BEARER = /^Bearer +(\S+) *$/i;

export function identifyCallers(
  workerKeys: readonly string[],
  authenticate: Authenticate,
  onError: (error: unknown) => void,
): IdentifyCaller {
  const keys = workerKeys.map(digestOf);

  return async (authorization, only) => {
    const token = authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
    if (authorization !== undefined && token === undefined) {
      return unauthorized('Authorization must be "Bearer <worker key>" or "Bearer <user token>".');
    }
    if (token !== undefined && isOneOf(keys, token)) return { kind: 'worker' };
    try {
      const user = await authenticate(token);
      // Over HTTP there is one code for every token that does not count; the message says which it is.
      if (user.kind === 'refused') return unauthorized(only === 'worker' ? NO_WORKER_KEY : user.message);
      return { kind: 'user', ownerId: user.ownerId, expiresAt: user.expiresAt };
    } catch (error) {
      onError(error);
      return {
        error: {
          code: 'unavailable',
          message: 'The token could not be checked; try again shortly.',
          retryAfterMs: 1_000,
        },
      };
    }
  };
}

function unauthorized(message: string): { error: HttpError } {
  return { error: { code: 'unauthorized', message } };
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Compared in a time that tells nothing of the keys; every one is looked at. */
function isOneOf(keys: readonly Buffer[], token: string): boolean {
  const digest = digestOf(token);
  return keys.reduce((found, key) => timingSafeEqual(key, digest) || found, false);
}
