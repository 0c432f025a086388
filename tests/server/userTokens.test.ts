import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair, type JWK } from 'jose';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { pino } from 'pino';
import { readConfig, startServer } from '../../server/index.ts';
import { checkUserTokens } from '../../server/auth/userTokens.ts';

const NOW = 1_800_000_000_000;
const NOW_S = NOW / 1_000;
const clock = { now: () => NOW };
const SECRET = 'a secret of more than 32 characters, really';
const LEEWAY_S = 5;

afterEach(() => {
  vi.useRealTimers();
});

function signed(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(SECRET));
}

test('a subject is text, and not empty', async () => {
  const check = checkUserTokens({ kind: 'secret', secret: SECRET }, clock);
  expect(await check(await signed({ sub: '42' }))).toMatchObject({ kind: 'user', ownerId: '42' });
  for (const sub of [42, { a: 1 }, ['42'], true, null, '', undefined]) {
    expect(await check(await signed({ sub })), JSON.stringify(sub)).toMatchObject({
      kind: 'refused',
      code: 'unauthorized',
    });
  }
});

test('clocks may differ by a few seconds, both ways', async () => {
  const check = checkUserTokens({ kind: 'secret', secret: SECRET }, clock);
  expect(await check(await signed({ sub: 'ann', nbf: NOW_S + LEEWAY_S }))).toMatchObject({ kind: 'user' });
  expect(await check(await signed({ sub: 'ann', nbf: NOW_S + LEEWAY_S + 1 }))).toMatchObject({ code: 'unauthorized' });
  // Who is let in late has the rest of it.
  expect(await check(await signed({ sub: 'ann', exp: NOW_S - LEEWAY_S + 2 }))).toMatchObject({
    kind: 'user',
    expiresAt: NOW + 2_000,
  });
  expect(await check(await signed({ sub: 'ann', exp: NOW_S - LEEWAY_S }))).toMatchObject({ code: 'token_expired' });
});

async function keyOf(kid: string): Promise<{ jwk: JWK; token: string }> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const token = await new SignJWT({ sub: 'ann' }).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);
  return { jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256' }, token };
}

/** Serves the keys as they are when they are asked for. */
async function keySet(keys: readonly JWK[]): Promise<URL> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return new URL(`http://127.0.0.1:${String(port)}/keys`);
}

test('a key that is not in the set yet may come; one that is not in a set that was just fetched is none', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const [first, second, foreign] = [await keyOf('1'), await keyOf('2'), await keyOf('3')];
  const keys = [first.jwk];
  const check = checkUserTokens({ kind: 'jwks', url: await keySet(keys) }, clock);
  expect(await check(first.token)).toMatchObject({ kind: 'user' });
  keys.push(second.jwk);
  await expect(check(second.token)).rejects.toThrow('not in the key set');
  expect(await check(first.token)).toMatchObject({ kind: 'user' });
  vi.setSystemTime(Date.now() + 31_000);
  expect(await check(second.token)).toMatchObject({ kind: 'user' });
  vi.setSystemTime(Date.now() + 31_000);
  expect(await check(foreign.token)).toMatchObject({ kind: 'refused', code: 'unauthorized' });
});

test('at debug a token that is refused is a line with why, and without the token', async () => {
  const lines: string[] = [];
  const server = await startServer(readConfig({ PORT: '0', AUTH_JWT_SECRET: SECRET, AUTH_JWT_AUDIENCE: 'our-app' }), {
    logger: pino({ level: 'debug', base: null, timestamp: false }, { write: (line: string) => lines.push(line) }),
  });
  onTestFinished(server.close);
  const token = await signed({ sub: 'ann', aud: 'their-app' });
  const { status } = await fetch(`${server.url}/v1/jobs`, { headers: { authorization: `Bearer ${token}` } });
  expect(status).toBe(401);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { level: 20, code: 'ERR_JWT_CLAIM_VALIDATION_FAILED', claim: 'aud', msg: 'token refused' },
  ]);
});

test('tokens with foreign keys fill no log', async () => {
  const [known, foreign] = [await keyOf('1'), await keyOf('2')];
  const url = await keySet([known.jwk]);
  const lines: string[] = [];
  const server = await startServer(readConfig({ PORT: '0', AUTH_JWKS_URL: url.href }), {
    logger: pino({ level: 'info' }, { write: (line: string) => lines.push(line) }),
  });
  onTestFinished(server.close);
  const statusFor = async (token: string) =>
    (await fetch(`${server.url}/v1/jobs`, { headers: { authorization: `Bearer ${token}` } })).status;
  expect(await statusFor(known.token)).toBe(200);
  expect(await statusFor(foreign.token)).toBe(503);
  expect(lines).toEqual([]);
});
