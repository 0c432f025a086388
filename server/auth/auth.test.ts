import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SignJWT, UnsecuredJWT, exportJWK, generateKeyPair } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { identifyCallers } from './callers.ts';
import { allowOrigins } from './origins.ts';
import { checkUserTokens } from './userTokens.ts';

const NOW = 1_800_000_000_000;
const clock = { now: () => NOW };
const SECRET = 'a secret of more than 32 characters, really';
const key = new TextEncoder().encode(SECRET);
const signed = (claims: Record<string, unknown>, algorithm = 'HS256', secret = key): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: algorithm }).sign(secret);

test('a token that was signed with the secret is its subject, until it ends', async () => {
  const check = checkUserTokens({ kind: 'secret', secret: SECRET }, clock);
  expect(await check(await signed({ sub: 'ann' }))).toEqual({ kind: 'user', ownerId: 'ann', expiresAt: null });
  const exp = NOW / 1_000 + 60;
  expect(await check(await signed({ sub: 'ann', exp }))).toMatchObject({ expiresAt: NOW + 65_000 });
  expect(await check(await signed({ sub: 'ann', exp: exp - 120 }))).toMatchObject({ code: 'token_expired' });
});

test('a token that proves nothing is refused', async () => {
  const check = checkUserTokens({ kind: 'secret', secret: SECRET, issuer: 'us', audience: 'app' }, clock);
  const good = { sub: 'ann', iss: 'us', aud: 'app' };
  expect(await check(await signed(good))).toMatchObject({ kind: 'user' });
  const other = new TextEncoder().encode('another secret of more than 32 characters');
  const bad = [
    undefined,
    '',
    'nonsense',
    new UnsecuredJWT(good).encode(),
    await signed(good, 'HS256', other),
    await signed({ ...good, iss: 'them' }),
    await signed({ ...good, aud: 'other' }),
    await signed({ ...good, nbf: NOW / 1_000 + 60 }),
    await signed({ iss: 'us', aud: 'app' }),
  ];
  for (const token of bad) expect(await check(token)).toMatchObject({ kind: 'refused', code: 'unauthorized' });
});

test('why a token does not count is told to the server alone, without the token', async () => {
  const flaws: unknown[] = [];
  const users = { kind: 'secret', secret: SECRET, issuer: 'us', audience: 'app' } as const;
  const check = checkUserTokens(users, clock, (flaw) => flaws.push(flaw));
  const good = { sub: 'ann', iss: 'us', aud: 'app' };
  await check(await signed(good));
  expect(flaws).toEqual([]);
  const bad = [
    await signed({ ...good, aud: 'other' }),
    await signed({ ...good, sub: '' }),
    await signed({ ...good, exp: NOW / 1_000 - 60 }),
    await signed(good, 'HS256', new TextEncoder().encode('another secret of more than 32 characters')),
    'nonsense',
  ];
  const answers = [];
  for (const token of bad) answers.push(await check(token));
  expect(flaws).toEqual([
    { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED', claim: 'aud' },
    { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED', claim: 'sub' },
    { code: 'ERR_JWT_EXPIRED', claim: 'exp' },
    { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' },
    { code: 'ERR_JWS_INVALID' },
  ]);
  expect(answers[0]).toEqual({ kind: 'refused', code: 'unauthorized', message: 'The token is not valid.' });
});

test('keys come from a key set; where that cannot be read nothing is known', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' };
  let isUp = false;
  const server = createServer((_, response) => {
    if (isUp) response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
    else response.writeHead(500).end();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/keys`);
  const check = checkUserTokens({ kind: 'jwks', url }, clock);
  const token = await new SignJWT({ sub: 'ann' }).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(privateKey);
  await expect(check(token)).rejects.toThrow();
  isUp = true;
  expect(await check(token)).toMatchObject({ kind: 'user', ownerId: 'ann' });
  // The public key is no secret, so nothing may be signed with it.
  expect(await check(await signed({ sub: 'ann' }, 'HS256', key))).toMatchObject({ code: 'unauthorized' });
});

test('in development everybody is who they say', async () => {
  const check = checkUserTokens({ kind: 'development' }, clock);
  expect(await check(undefined)).toMatchObject({ ownerId: 'dev' });
  expect(await check('dev:ann')).toMatchObject({ ownerId: 'ann' });
  expect(await check('ann')).toMatchObject({ code: 'unauthorized' });
});

test('a worker is known by any of its keys, a user by a token, nobody by anything else', async () => {
  const identify = identifyCallers(['old-key', 'new-key'], checkUserTokens({ kind: 'development' }, clock), () => {
    throw new Error('not expected');
  });
  expect(await identify('Bearer new-key')).toEqual({ kind: 'worker' });
  expect(await identify('bearer old-key')).toEqual({ kind: 'worker' });
  expect(await identify('Bearer dev:ann')).toMatchObject({ kind: 'user', ownerId: 'ann' });
  expect(await identify(undefined)).toMatchObject({ kind: 'user', ownerId: 'dev' });
  for (const header of ['new-key', 'Bearer', 'Basic bmV3LWtleQ==', 'Bearer new-key2']) {
    expect(await identify(header)).toMatchObject({ error: { code: 'unauthorized' } });
  }
});

test('who calls as a worker with a wrong key is told of the worker key', async () => {
  const identify = identifyCallers(['worker-key'], checkUserTokens({ kind: 'development' }, clock), () => {
    throw new Error('not expected');
  });
  expect(await identify('Bearer worker-key', 'worker')).toEqual({ kind: 'worker' });
  expect(await identify('Bearer wrong', 'worker')).toMatchObject({
    error: {
      code: 'unauthorized',
      message: expect.stringMatching(/no worker key of this server.*WORKER_KEY/) as unknown,
    },
  });
});

test('origins are compared whole', () => {
  const isAllowed = allowOrigins(['https://app.example']);
  expect(isAllowed(undefined)).toBe(true);
  expect(isAllowed('https://APP.example')).toBe(true);
  for (const origin of ['null', '', 'https://app.example.evil', 'https://evil-app.example', 'http://app.example']) {
    expect(isAllowed(origin), origin).toBe(false);
  }
  const isLocal = allowOrigins(null);
  for (const origin of ['http://localhost:6006', 'http://127.0.0.1', 'https://[::1]:8'])
    expect(isLocal(origin)).toBe(true);
  for (const origin of ['http://localhost.evil', 'http://localhost:6006.evil', 'null'])
    expect(isLocal(origin)).toBe(false);
});
