// A desktop client is compiled without the DOM's types.
declare const localStorage: { getItem(key: string): string | null };

/** Where a page keeps its access token, unless the application has another source. */
export const TOKEN_KEY = 'auth:token';

/** The token of this page; null, also where it is empty: nobody is signed in. */
export function storedToken(): string | null {
  try {
    const token = localStorage.getItem(TOKEN_KEY);
    return token === '' ? null : token;
  } catch {
    // No page, or one that may not use its storage: nobody is signed in.
    return null;
  }
}
