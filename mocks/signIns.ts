/** Who signs the mock's user in: makes tokens, and knows for how long each is valid. */
import type { Authenticate } from '@regen/realtime-core';
import type { Clock } from '@regen/realtime-shared';

export const MOCK_USER = 'dev';

export interface SignIns {
  /** A new token, valid for `validMs`; left out: for ever. */
  issue(validMs?: number): string;
  /** What a server says to a token. */
  authenticate: Authenticate;
}

export function createSignIns(clock: Clock): SignIns {
  const validUntil = new Map<string, number | null>();
  return {
    issue: (validMs) => {
      // A token as an issuer would make it, so that two sign-ins are one user.
      const claims = btoa(JSON.stringify({ sub: MOCK_USER, n: validUntil.size + 1 })).replaceAll('=', '');
      const token = `mock.${claims}.unsigned`;
      validUntil.set(token, validMs === undefined ? null : clock.now() + validMs);
      return token;
    },
    authenticate: (token) => {
      const until = validUntil.get(token ?? '');
      if (until === undefined) {
        return Promise.resolve({ kind: 'refused', code: 'unauthorized', message: 'This sign-in is not known.' });
      }
      return Promise.resolve(
        until !== null && until <= clock.now()
          ? { kind: 'refused', code: 'token_expired', message: 'Your sign-in has expired. Sign in again to go on.' }
          : { kind: 'user', ownerId: MOCK_USER, expiresAt: until },
      );
    },
  };
}
