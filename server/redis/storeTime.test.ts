import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { steadyTime } from '../steadyTime.ts';
import { createStoreTime, type StoreTime } from './storeTime.ts';

const HOUR_MS = 3_600_000;

let local = 1_700_000_000_000;
let redisTime: number | null = 0;
let steps = 0;
let time: StoreTime;

beforeEach(() => {
  vi.useFakeTimers();
  local = 1_700_000_000_000;
  redisTime = local + HOUR_MS;
  steps = 0;
  time = createStoreTime({
    redis: {
      time: () =>
        redisTime === null
          ? Promise.reject(new Error('gone'))
          : Promise.resolve([Math.floor(redisTime / 1_000), (redisTime % 1_000) * 1_000]),
    },
    local: { now: () => local },
    onStep: () => {
      steps += 1;
    },
  });
});

afterEach(() => {
  time.close();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('the time is that of Redis, and goes on evenly between two measurements', async () => {
  await time.measure();
  expect(time.now()).toBe(local + HOUR_MS);
  local += 5_000;
  expect(time.now()).toBe(local + HOUR_MS);
  expect(steps).toBe(0);
});

test('the way to Redis and back is halved', async () => {
  const measured = time.measure();
  local += 100;
  await measured;
  expect(time.now()).toBe(1_700_000_000_000 + HOUR_MS + 50);
});

test('it is measured each minute; what drifted is no step', async () => {
  await time.measure();
  local += 60_000;
  redisTime = local + HOUR_MS + 40;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(time.now()).toBe(local + HOUR_MS + 40);
  expect(steps).toBe(0);
});

test('a clock of Redis that was set is told, after the time has followed it', async () => {
  await time.measure();
  redisTime = local + 2 * HOUR_MS;
  await time.measure();
  expect([time.now(), steps]).toEqual([local + 2 * HOUR_MS, 1]);
  redisTime = local;
  await time.measure();
  expect([time.now(), steps]).toEqual([local, 2]);
});

test('while Redis cannot say the time, what was known of it stays', async () => {
  await time.measure();
  redisTime = null;
  await time.measure();
  expect(time.now()).toBe(local + HOUR_MS);
});

test('the local time does not follow a clock that is set', () => {
  const before = steadyTime.now();
  vi.spyOn(Date, 'now').mockReturnValue(before + HOUR_MS);
  vi.setSystemTime(before + HOUR_MS);
  expect(Math.abs(steadyTime.now() - before)).toBeLessThan(HOUR_MS / 2);
  expect(Number.isInteger(steadyTime.now())).toBe(true);
});
