/** Checks the tokens of users. */
import type { Authenticate, Authentication } from '@regen/realtime-core';
import type { Clock } from '@regen/realtime-shared';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import type { UserTokens } from '../config.ts';

/** Fixed, so that no token chooses for itself how it is checked. */
const SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'];
const KEY_SET_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Clocks of those who sign and of those who check differ; s. */
const LEEWAY_S = 5;
const DEVELOPMENT_USER = 'dev';
const NAME = /^dev:([\w.@-]{1,128})$/;

/** Why a token does not count: the check's code, and the claim that it is about, if any. */
interface TokenFlaw {
  code: string;
  claim?: string;
}

/**
 * With `development` everybody is who they say: no token is the user `dev`, `dev:<name>` is that user. `onFlaw` is told
 * what whoever sent the token is not.
 */
export function checkUserTokens(
  users: UserTokens,
  clock: Pick<Clock, 'now'>,
  onFlaw: (flaw: TokenFlaw) => void = () => undefined,
): Authenticate {
  switch (users.kind) {
    case 'development':
      return (token) => Promise.resolve(developmentUser(token));
    case 'secret': {
      const secret = new TextEncoder().encode(users.secret);
      return verifyWith((token, options) => jwtVerify(token, secret, { ...options, algorithms: SECRET_ALGORITHMS }));
    }
    case 'jwks': {
      const keys = createRemoteJWKSet(users.url);
      return verifyWith(async (token, options) => {
        // So soon after it was fetched the set is not fetched again: a key that was added since is not known yet.
        const isStale = keys.coolingDown;
        try {
          return await jwtVerify(token, keys, { ...options, algorithms: KEY_SET_ALGORITHMS });
        } catch (error) {
          if (isStale && error instanceof errors.JWKSNoMatchingKey) throw new UnknownKeyError();
          throw error;
        }
      });
    }
  }

  function verifyWith(
    verify: (token: string, options: JWTVerifyOptions) => Promise<{ payload: JWTPayload }>,
  ): Authenticate {
    const { issuer, audience } = users as { issuer?: string; audience?: string };
    return async (token) => {
      if (token === undefined) return refused('unauthorized', 'There is no token; sign in first.');
      try {
        const { payload } = await verify(token, {
          ...(issuer === undefined ? {} : { issuer }),
          ...(audience === undefined ? {} : { audience }),
          clockTolerance: LEEWAY_S,
          currentDate: new Date(clock.now()),
        });
        const { exp } = payload;
        // Whatever its type says, what was signed may be anything.
        const sub: unknown = payload.sub;
        if (typeof sub !== 'string' || sub === '') {
          onFlaw({ code: errors.JWTClaimValidationFailed.code, claim: 'sub' });
          return refused('unauthorized', 'The token names no user: its "sub" must be text, and not empty.');
        }
        return { kind: 'user', ownerId: sub, expiresAt: exp === undefined ? null : (exp + LEEWAY_S) * 1_000 };
      } catch (error) {
        // Of a key set that cannot be read nothing is known: trying again may help.
        if (!(error instanceof errors.JOSEError) || UNREADABLE_KEY_SET.includes(error.code)) throw error;
        onFlaw({ code: error.code, ...('claim' in error ? { claim: String(error.claim) } : {}) });
        if (error instanceof errors.JWTExpired)
          return refused('token_expired', 'The token has expired; get a new one.');
        return refused('unauthorized', 'The token is not valid.');
      }
    };
  }
}

/** Of this token nothing is known for now. It says nothing of the server: anybody may send such a token. */
export class UnknownKeyError extends Error {
  override readonly name = 'UnknownKeyError';
  constructor() {
    super('The key of a token is not in the key set, which was fetched a moment ago.');
  }
}

/** The key set could not be fetched, or is none: of the token nothing is known. */
const UNREADABLE_KEY_SET: readonly string[] = ['ERR_JOSE_GENERIC', 'ERR_JWKS_INVALID', 'ERR_JWKS_TIMEOUT'];

function developmentUser(token: string | undefined): Authentication {
  if (token === undefined || token === '') return { kind: 'user', ownerId: DEVELOPMENT_USER, expiresAt: null };
  const name = NAME.exec(token)?.[1];
  return name === undefined
    ? refused('unauthorized', 'In development a token is "dev:<name>", or none for the user "dev".')
    : { kind: 'user', ownerId: name, expiresAt: null };
}

function refused(code: 'unauthorized' | 'token_expired', message: string): Authentication {
  return { kind: 'refused', code, message };
}
