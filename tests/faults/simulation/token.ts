/** A token as sign-in services give them: readable by everybody, and signed by nobody here. */
export function writeToken(ownerId: string, expiresAt: number | null): string {
  return `simulated.${btoa(JSON.stringify({ sub: ownerId, expiresAt }))}.unsigned`;
}

export function readToken(token: string | undefined): { ownerId: string; expiresAt: number | null } {
  const claims = JSON.parse(atob(token?.split('.')[1] ?? '')) as { sub: string; expiresAt: number | null };
  return { ownerId: claims.sub, expiresAt: claims.expiresAt };
}
