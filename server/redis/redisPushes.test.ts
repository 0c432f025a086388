import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { redisKeys } from './keys.ts';
import type { RedisListeners } from './redisListeners.ts';
import { createRedisPushes, type RedisPushes } from './redisPushes.ts';

let pushes: RedisPushes;

beforeEach(() => {
  vi.useFakeTimers();
  const listeners: Pick<RedisListeners, 'add' | 'remove' | 'onMessage' | 'onGap'> = {
    add: () => Promise.resolve(),
    remove: () => undefined,
    onMessage: () => undefined,
    onGap: () => undefined,
  };
  pushes = createRedisPushes(listeners, redisKeys('rg:'), (error) => {
    throw error;
  });
});

afterEach(() => {
  pushes.close();
  vi.useRealTimers();
});

test('each who listens to a plain channel is told to read again once in 30 s, and not all at once', () => {
  const told: string[] = [];
  const owners = Array.from({ length: 60 }, (_, index) => `owner-${String(index)}`);
  for (const owner of owners) pushes.onOwner(owner, ({ kind }) => told.push(`${owner} ${kind}`));
  pushes.onControl(({ kind }) => told.push(`control ${kind}`));
  vi.advanceTimersByTime(1_000);
  expect(told.length).toBeLessThanOrEqual(3);
  vi.advanceTimersByTime(29_000);
  expect(told.toSorted()).toEqual([...owners.map((owner) => `${owner} check`), 'control check'].toSorted());
  vi.advanceTimersByTime(30_000);
  expect(told).toHaveLength(122);
});

test('who follows a job compares by itself, and is told nothing without need', () => {
  const told: string[] = [];
  pushes.onJob('job-1', ({ kind }) => told.push(kind));
  vi.advanceTimersByTime(300_000);
  expect(told).toEqual([]);
});
