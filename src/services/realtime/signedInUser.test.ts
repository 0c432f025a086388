import { expect, test } from 'vitest';
import { NOBODY, areTwoUsers, subjectOf, whoOf } from './signedInUser.ts';

function jwt(claims: unknown): string {
  return jwtOf(new TextEncoder().encode(JSON.stringify(claims)));
}

function jwtOf(payload: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...payload));
  return `header.${base64.replaceAll('=', '').replaceAll('+', '-').replaceAll('/', '_')}.signature`;
}

test('a token tells its user by its subject, else by a hash, and is never readable in the record', () => {
  expect(whoOf(jwt({ sub: 'ada', exp: 1 }))).toBe('sub:ada');
  expect(whoOf(jwt({ sub: 'ada', exp: 2 }))).toBe('sub:ada');
  expect(whoOf(null)).toBe(NOBODY);
  const opaque = ['secret', 'a.b.c', jwt({ sub: { name: 'ada' } }), jwt({})];
  for (const token of opaque) {
    expect(whoOf(token)).toMatch(/^hash:[0-9a-f]{1,16}$/);
    expect(whoOf(token)).toBe(whoOf(token));
  }
  expect(new Set(opaque.map(whoOf)).size).toBe(opaque.length);
});

test('the name in a development token is its user, and no subject of another token', () => {
  expect(whoOf('dev:ada')).toBe('sub:dev/ada');
  expect(whoOf('dev:ada')).not.toBe(whoOf('dev:grace'));
  expect(whoOf('dev:ada')).not.toBe(whoOf(jwt({ sub: 'ada' })));
});

test('a subject is read as it is written, in any script', () => {
  for (const name of ['Zoë Müller', '~~~???>>>', '李雷', '\u{1F600}', ' ']) {
    expect(subjectOf(jwt({ sub: name }))).toBe(name);
    expect(whoOf(jwt({ sub: name }))).toBe(`sub:${name}`);
  }
});

test('a token that names nobody, or is none of the web, has no subject', () => {
  const claims = [{}, { sub: '' }, { sub: null }, { sub: ['ada'] }, { sub: 7 }, null, [], 'ada', 7];
  const notUtf8 = jwtOf(Uint8Array.from([...new TextEncoder().encode('{"sub":"'), 0xff, 0x22, 0x7d]));
  for (const token of [...claims.map(jwt), notUtf8, 'opaque', 'a.b.c', 'header..signature', '']) {
    expect([token, subjectOf(token)]).toEqual([token, null]);
    expect(whoOf(token)).toMatch(/^hash:/);
  }
});

test('no token can claim to be nobody', () => {
  for (const token of [NOBODY, '', `dev:${NOBODY}`, jwt({ sub: NOBODY })]) expect(whoOf(token)).not.toBe(NOBODY);
});

test('two names are two users, and nobody is another one than anybody; of an opaque token only the server can say', () => {
  const [ada, grace, opaque, other] = [whoOf('dev:ada'), whoOf('dev:grace'), whoOf('opaque-1'), whoOf('opaque-2')];
  const certain: [string, string][] = [
    [ada, grace],
    [NOBODY, ada],
    [opaque, NOBODY],
  ];
  const open: [string, string][] = [
    [ada, ada],
    [NOBODY, NOBODY],
    [ada, opaque],
    [opaque, grace],
    [opaque, other],
  ];
  for (const [one, two] of certain) expect([one, two, areTwoUsers(one, two)]).toEqual([one, two, true]);
  for (const [one, two] of open) expect([one, two, areTwoUsers(one, two)]).toEqual([one, two, false]);
});
