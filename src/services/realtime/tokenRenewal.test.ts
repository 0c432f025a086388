import { createVirtualClock } from '@regen/realtime-mocks';
import { expect, test } from 'vitest';
import { RealtimeError } from './errors.ts';
import { createTokenRenewal } from './tokenRenewal.ts';
import { settled } from './testing/scriptedServer.ts';

function createBed() {
  const clock = createVirtualClock();
  const bed = {
    clock,
    asked: [] as number[],
    token: 'old',
    refusal: null as RealtimeError | null,
    errors: [] as string[],
  };
  const renewal = createTokenRenewal(
    clock,
    {
      lastToken: () => bed.token,
      refreshToken: () => {
        bed.asked.push(clock.now());
        return bed.refusal === null ? Promise.resolve() : Promise.reject(bed.refusal);
      },
    },
    (error) => bed.errors.push(error.code),
  );
  return Object.assign(bed, { renewal, start: clock.now() });
}

test('a token is asked for at once, and where it is the old one still, once more 5 s before the end', async () => {
  const bed = createBed();
  bed.renewal.expiring(bed.start + 60_000);
  await settled();
  bed.clock.advance(60_000);
  expect(bed.asked).toEqual([bed.start, bed.start + 55_000]);
});

test('one that was renewed is not asked for again', async () => {
  const bed = createBed();
  bed.renewal.expiring(bed.start + 60_000);
  bed.token = 'new';
  await settled();
  expect(bed.clock.pending()).toBe(0);
});

test('an end that is near is no reason to ask twice', () => {
  const bed = createBed();
  bed.renewal.expiring(bed.start + 4_000);
  bed.clock.advance(4_000);
  expect(bed.asked).toEqual([bed.start]);
});

test('of several ends the last that was told counts, and none once the connection has ended', () => {
  const bed = createBed();
  bed.renewal.expiring(bed.start + 60_000);
  bed.renewal.expiring(bed.start + 90_000);
  bed.clock.advance(90_000);
  expect(bed.asked).toEqual([bed.start, bed.start, bed.start + 85_000]);
  bed.renewal.expiring(bed.clock.now() + 60_000);
  bed.renewal.clear();
  expect(bed.clock.pending()).toBe(0);
});

test('a renewal that the server refuses is told, and tried once more', async () => {
  const bed = createBed();
  bed.refusal = new RealtimeError('unavailable', 'Later.');
  bed.renewal.expiring(bed.start + 60_000);
  await settled();
  expect(bed.errors).toEqual(['unavailable']);
  expect(bed.clock.pending()).toBe(1);
});
