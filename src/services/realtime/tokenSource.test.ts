import { expect, test } from 'vitest';
import type { RealtimeError } from './errors.ts';
import { createBed, userToken } from './testing/clientBed.ts';
import { settled } from './testing/scriptedServer.ts';
import { tokenSourceOf } from './tokenSource.ts';

test.each([
  ['text', 'secret', 'secret'],
  ['null', null, null],
  ['nothing', undefined, null],
  ['an empty text', '', null],
])('a source may give %s', async (_, given, token) => {
  expect(await tokenSourceOf(() => given as string)()).toBe(token);
  expect(await tokenSourceOf(() => Promise.resolve(given as string))()).toBe(token);
});

const NO_TEXT: [type: string, given: unknown][] = [
  ['Number', 42],
  ['Boolean', false],
  ['Object', { token: 'secret' }],
  ['Array', ['secret']],
  ['Uint8Array', new TextEncoder().encode('secret')],
  ['Function', () => 'secret'],
];

test.each(NO_TEXT)(
  'what is no text fails the attempt, is named and not shown, and is read again: %s',
  async (type, given) => {
    let gives = given;
    const bed = createBed({ token: () => gives as string });
    const told: RealtimeError[] = [];
    bed.client.onError((error) => told.push(error));
    await Promise.all([bed.client.start(), settled()]);
    await bed.advance(5_000);
    expect(bed.server.attempts).toHaveLength(0);
    expect(told).toMatchObject([{ code: 'invalid_usage', message: expect.stringContaining(`a ${type},`) as unknown }]);
    expect(told[0]?.message).not.toMatch(/secret|42/);
    gives = userToken('ada');
    await bed.advance(30_000);
    bed.server.attempt().accept();
    await bed.advance(20);
    expect(bed.client.store.getState()).toMatchObject({ user: 'sub:ada', connection: { socketStatus: 'connected' } });
  },
);

test('while open, what is no text changes nothing', async () => {
  let gives: unknown = userToken('ada');
  const bed = createBed({ token: () => gives as string });
  await bed.connect();
  gives = 42;
  bed.client.retryNow();
  await bed.advance(20);
  expect(bed.server.attempts).toHaveLength(1);
  expect(bed.client.getStatus().connected).toBe(true);
  expect(bed.errors).toEqual([]);
});
