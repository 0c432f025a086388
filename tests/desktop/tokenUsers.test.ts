import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { checkUserTokens } from '../../server/auth/userTokens.ts';
import { subjectOf } from '../../src/services/realtime/signedInUser.ts';

const SECRET = 'a secret of at least 32 characters';

/** Who the server lets in with this token; null where it refuses it. */
async function ownerOf(token: string): Promise<string | null> {
  const check = checkUserTokens({ kind: 'secret', secret: SECRET }, { now: () => 0 });
  const user = await check(token);
  return user.kind === 'user' ? user.ownerId : null;
}

test.each([['ann'], ['Zoë Müller'], ['~~~???>>>'], ['李雷 \u{1F600}'], [7], [''], [undefined]])(
  'the user whom a client reads in a token is the one whom the server lets in: %s',
  async (sub) => {
    const token = await new SignJWT({ sub } as { sub: string })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(SECRET));
    expect(subjectOf(token)).toBe(typeof sub === 'string' && sub !== '' ? sub : null);
    expect(subjectOf(token)).toBe(await ownerOf(token));
  },
);
