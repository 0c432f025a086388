/** Who is signed in: the token that the client reads by itself at each attempt to connect. */

const TOKEN_KEY = 'auth:token';
/** In development a name is enough: the server takes `dev:<name>` at its word. */
const DEVELOPMENT = 'dev:';

/** What the server takes for a token; null: nobody is signed in. */
export function readToken(): string | null {
  try {
    return localStorage.getItem(TOKEN_KEY);
  } catch {
    // A page that may not use its storage: nobody is signed in.
    return null;
  }
}

/** `entered` is a name, in development, or a token: a name has no dots and no colon. Empty signs out. */
export function saveToken(entered: string): void {
  const text = entered.trim();
  if (text === '') localStorage.removeItem(TOKEN_KEY);
  else localStorage.setItem(TOKEN_KEY, /[.:]/.test(text) ? text : `${DEVELOPMENT}${text}`);
}

/** How the page names who is signed in. */
export function nameOf(token: string | null): string {
  if (token === null) return 'dev';
  return token.startsWith(DEVELOPMENT) ? token.slice(DEVELOPMENT.length) : (subjectOf(token) ?? 'a token of your own');
}

/** The `sub` of a JSON Web Token, unchecked: it is shown, and nothing more. */
function subjectOf(token: string): string | null {
  try {
    const [, payload = ''] = token.split('.');
    const claims = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { sub?: unknown };
    return typeof claims.sub === 'string' ? claims.sub : null;
  } catch {
    return null;
  }
}
