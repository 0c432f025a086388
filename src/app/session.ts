/** Who is signed in: the token that the client reads by itself at each attempt to connect. */
import { useSyncExternalStore } from 'react';
import { subjectOf } from '@/services/realtime/signedInUser';
import { TOKEN_KEY, storedToken } from '@/services/realtime/storedToken';

/** In development a name is enough: the server takes `dev:<name>` at its word. */
const DEVELOPMENT = 'dev:';
const NAME = /^[\w.@-]{1,128}$/;
const JSON_WEB_TOKEN = /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/;
/** What HTTP takes in a header. */
const TOKEN = /^[\x21-\x7e]+$/;

const listeners = new Set<() => void>();

/** Why somebody could not be signed in; the message says what to do. */
class SignInError extends Error {
  override readonly name = 'SignInError';
}

/** `entered` is a name, in development, or a token. Empty signs out. Throws a `SignInError`, and changes nothing then. */
export function signIn(entered: string): void {
  const text = entered.trim();
  const isToken = text.startsWith(DEVELOPMENT) ? NAME.test(text.slice(DEVELOPMENT.length)) : JSON_WEB_TOKEN.test(text);
  if (text !== '' && !isToken && !NAME.test(text) && !(text.length > 128 && TOKEN.test(text))) {
    throw new SignInError('A name has letters without accents, digits, and the signs . _ @ -');
  }
  try {
    if (text === '') localStorage.removeItem(TOKEN_KEY);
    else localStorage.setItem(TOKEN_KEY, isToken || !NAME.test(text) ? text : `${DEVELOPMENT}${text}`);
  } catch {
    throw new SignInError('This browser stores nothing for this page (full, or forbidden), so nobody can sign in.');
  }
  for (const listener of [...listeners]) listener();
}

/** Calls back when somebody may have signed in, here or in another window. Returns its unsubscribe. */
export function onSignIn(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('storage', listener);
  // A page that slept was told of nothing.
  addEventListener('pageshow', listener);
  document.addEventListener('visibilitychange', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', listener);
    removeEventListener('pageshow', listener);
    document.removeEventListener('visibilitychange', listener);
  };
}

/** The token of this page now; null: nobody is signed in. */
export function useToken(): string | null {
  return useSyncExternalStore(onSignIn, storedToken);
}

/** How the page names who is signed in. */
export function nameOf(token: string | null): string {
  if (token === null) return 'dev';
  return token.startsWith(DEVELOPMENT) ? token.slice(DEVELOPMENT.length) : (subjectOf(token) ?? 'a token of your own');
}
