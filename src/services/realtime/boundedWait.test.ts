import { createVirtualClock } from '@regen/realtime-mocks';
import { expect, test } from 'vitest';
import { boundedWait } from './boundedWait.ts';

const never = (): Promise<never> => new Promise(() => undefined);

test('what comes in time is the result, and leaves no timer', async () => {
  const clock = createVirtualClock();
  expect(await boundedWait(clock, 1_000, 'nothing', () => Promise.resolve('something')).result).toBe('something');
  expect(clock.pending()).toBe(0);
  await expect(boundedWait(clock, 1_000, '', () => Promise.reject(new Error('Broken.'))).result).rejects.toThrow(
    'Broken.',
  );
  expect(clock.pending()).toBe(0);
});

test('at the deadline, or when it is ended, the result is the fallback, and what began can tell', async () => {
  const clock = createVirtualClock();
  let isOver: () => boolean = () => false;
  const begin = (over: () => boolean): Promise<string> => {
    isOver = over;
    return never();
  };
  const late = boundedWait(clock, 1_000, 'nothing', begin);
  clock.advance(999);
  expect(isOver()).toBe(false);
  clock.advance(1);
  expect(isOver()).toBe(true);
  expect(await late.result).toBe('nothing');
  const ended = boundedWait(clock, 1_000, 'nothing', begin);
  ended.end();
  ended.end();
  expect(isOver()).toBe(true);
  expect(await ended.result).toBe('nothing');
  expect(clock.pending()).toBe(0);
});

test('what fails after the deadline fails nobody', async () => {
  const clock = createVirtualClock();
  let fail: (error: Error) => void = () => undefined;
  const wait = boundedWait<string>(
    clock,
    1_000,
    'nothing',
    () =>
      new Promise((_, reject) => {
        fail = reject;
      }),
  );
  clock.advance(1_000);
  fail(new Error('Too late.'));
  expect(await wait.result).toBe('nothing');
});
