import { afterEach, expect, test, vi } from 'vitest';
import { browserPorts } from './browserPorts.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('a delay that the platform cannot count is a long one, not none', () => {
  vi.useFakeTimers();
  const asked = vi.spyOn(globalThis, 'setTimeout');
  const { clock } = browserPorts();
  const timer = clock.setTimeout(() => undefined, 3_000_000_000);
  expect(asked.mock.lastCall?.[1]).toBe(2_147_483_647);
  clock.clearTimeout(timer);
  expect(vi.getTimerCount()).toBe(0);
});
