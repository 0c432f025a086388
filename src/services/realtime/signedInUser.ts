/** Who a token belongs to, for telling users apart. */

/** Without a token. A server in development takes it for a user of its own; one in production refuses it. */
export const NOBODY = 'nobody';

/**
 * The `sub` of a JSON Web Token, the name in a development token, else a hash of the token; never the token itself. Two
 * opaque tokens count as two users, since nothing in them says otherwise. Without a token: `NOBODY`.
 */
export function whoOf(token: string | null): string {
  if (token === null) return NOBODY;
  // `dev:<name>`: the users of a server in development (PROTOCOL.md).
  if (token.startsWith('dev:')) return `sub:dev/${token.slice('dev:'.length)}`;
  const subject = subjectOf(token);
  return subject === null ? `hash:${hashOf(token)}` : `sub:${subject}`;
}

/**
 * Whether two of these are certainly two users, so that no server has to be asked: two names, or nobody and anybody. An
 * opaque token may be a refresh of the other one.
 */
export function areTwoUsers(one: string, other: string): boolean {
  if (one === other) return false;
  const names = [one, other];
  return names.includes(NOBODY) || names.every((name) => name.startsWith('sub:'));
}

/** The `sub` of a JSON Web Token, unchecked, as the server reads it; null where there is none. */
export function subjectOf(token: string): string | null {
  const payload = token.split('.')[1];
  if (payload === undefined) return null;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (byte) =>
      byte.charCodeAt(0),
    );
    const claims: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof claims !== 'object' || claims === null || !('sub' in claims)) return null;
    // No number: of two long ones that JSON reads as the same, one user would be the other.
    return typeof claims.sub === 'string' && claims.sub !== '' ? claims.sub : null;
  } catch {
    // Not a JSON Web Token: such tokens are told apart by their hash.
    return null;
  }
}

/** 64 bits of FNV-1a: enough to tell users of one browser apart, and not the token. */
function hashOf(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const character of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(character)) * 0x100000001b3n);
  }
  return hash.toString(16);
}
