/** Where the client's access token comes from. */

/**
 * The current access token; null signs in as nobody. Read anew for every attempt. Where it throws or rejects, the
 * attempt has failed and is repeated like any other. Users are told apart by the `sub` of a JSON Web Token; another opaque
 * token counts as another user, and everything is forgotten, unless the server accepted it as a refresh.
 */
export type TokenSource = () => string | null | Promise<string | null>;

/** A source without types may give nothing, or an empty text, where it has no token: that is null. */
export function tokenSourceOf(source: TokenSource): TokenSource {
  return async () => {
    const token: string | null | undefined = await source();
    return token === undefined || token === '' ? null : token;
  };
}
