/** Where the client's access token comes from. */
import { RealtimeError } from './errors.ts';

/**
 * The current access token; null signs in as nobody. Read anew for every attempt. Where it throws, rejects or gives what
 * is no text, the attempt has failed and is repeated like any other. Users are told apart by the `sub` of a JSON Web
 * Token; another opaque token counts as another user, and everything is forgotten, unless the server accepted it as a
 * refresh.
 */
export type TokenSource = () => string | null | Promise<string | null>;

/**
 * A source without types may give nothing, or an empty text, where it has no token: that is null. What is no text at all
 * rejects with `invalid_usage`.
 */
export function tokenSourceOf(source: TokenSource): TokenSource {
  return async () => {
    const token: unknown = await source();
    if (token === undefined || token === null || token === '') return null;
    if (typeof token === 'string') return token;
    // Its type alone: what is in it may be a token.
    const type = Object.prototype.toString.call(token).slice('[object '.length, -1);
    throw new RealtimeError(
      'invalid_usage',
      `The option "token" is a function that gave a ${type}, which is neither text nor null, so nobody can be signed ` +
        'in. Tried again.',
      { retryable: true },
    );
  };
}
