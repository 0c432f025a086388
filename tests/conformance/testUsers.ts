import type { Authenticate } from '@regen/realtime-core';

/** A token that no user has. */
export const BAD_TOKEN = 'bad';

export function tokenOf(user: string, expiresAt?: number): string {
  return expiresAt === undefined ? user : `${user}@${String(expiresAt)}`;
}

/** A token whose check takes until a token has been checked that came after it. */
export function slowTokenOf(user: string, expiresAt: number): string {
  return `slow:${tokenOf(user, expiresAt)}`;
}

/** Users of a test server: everybody is who they say. */
export function createTestUsers(): Authenticate {
  let waiting: (() => void)[] = [];

  function identify(token: string | undefined): Awaited<ReturnType<Authenticate>> {
    if (token === undefined || token === BAD_TOKEN) {
      return { kind: 'refused', code: 'unauthorized', message: 'The token is not valid.' };
    }
    const [ownerId = '', expiresAt] = token.split('@');
    return { kind: 'user', ownerId, expiresAt: expiresAt === undefined ? null : Number(expiresAt) };
  }

  return async (token) => {
    if (token?.startsWith('slow:') === true) {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return identify(token.slice('slow:'.length));
    }
    const due = waiting;
    waiting = [];
    for (const resolve of due) resolve();
    return identify(token);
  };
}
