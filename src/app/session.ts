/** Who is signed in: the token that the client reads by itself at each attempt to connect. */
import { TOKEN_KEY } from '@/services/realtime/storedToken';

/** In development a name is enough: the server takes `dev:<name>` at its word. */
const DEVELOPMENT = 'dev:';

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
