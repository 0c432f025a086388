/** Who signs the mock's users in: makes tokens, and knows whose each is and for how long it is valid. */
import type { Authenticate } from '@regen/realtime-core';
import type { Clock } from '@regen/realtime-shared';

/** Who is signed in at first, and whose jobs are those that name no owner. */
export const MOCK_USER = 'dev';
/** As a server in development takes it: everybody is who they say. */
const NAMED = /^dev:([\w.@-]{1,128})$/;

export interface SignIns {
  /** A new token of this user, valid for `validMs`; left out: for ever. */
  issue(user: string, validMs?: number): string;
  /** What a server says to a token: to one that was issued, and to `dev:<name>`, which is that user's for ever. */
  authenticate: Authenticate;
}

export function createSignIns(clock: Clock): SignIns {
  const issued = new Map<string, { user: string; until: number | null }>();
  return {
    issue: (user, validMs) => {
      // A token as an issuer would make it, so that two sign-ins are one user.
      const claims = btoa(JSON.stringify({ sub: user, n: issued.size + 1 })).replaceAll('=', '');
      const token = `mock.${claims}.unsigned`;
      issued.set(token, { user, until: validMs === undefined ? null : clock.now() + validMs });
      return token;
    },
    authenticate: (token = '') => {
      const name = NAMED.exec(token)?.[1];
      const signIn = name === undefined ? issued.get(token) : { user: name, until: null };
      if (signIn === undefined) {
        const message = token === '' ? 'There is no token; sign in first.' : 'This sign-in is not known.';
        return Promise.resolve({ kind: 'refused', code: 'unauthorized', message });
      }
      const { user, until } = signIn;
      return Promise.resolve(
        until !== null && until <= clock.now()
          ? { kind: 'refused', code: 'token_expired', message: 'Your sign-in has expired. Sign in again to go on.' }
          : { kind: 'user', ownerId: user, expiresAt: until },
      );
    },
  };
}
