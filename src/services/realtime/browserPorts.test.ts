import { afterEach, expect, test, vi } from 'vitest';
import { browserPorts } from './browserPorts.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
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

/** Locks that grant at once, or refuse all. */
function stubLocks(query: { held?: string[]; pending?: string[] }, refuses = false): void {
  const named = (names: string[] = []) => names.map((name) => ({ name }));
  vi.stubGlobal('navigator', {
    locks: {
      query: () => Promise.resolve({ held: named(query.held), pending: named(query.pending) }),
      request: (_: string, action: () => Promise<unknown>) =>
        refuses ? Promise.reject(new DOMException('Not allowed.', 'SecurityError')) : action(),
    },
  });
}

test('a lock that another page holds or waits for is held', async () => {
  stubLocks({ held: ['a'], pending: ['b'] });
  const { tabs } = browserPorts();
  expect(await Promise.all(['a', 'b', 'c'].map((name) => tabs.isHeld(name)))).toEqual([true, true, false]);
});

test('what runs under a lock and fails, fails once; where there are no locks it runs all the same', async () => {
  let runs = 0;
  const fail = (): Promise<never> => {
    runs += 1;
    return Promise.reject(new Error('Broken.'));
  };
  stubLocks({});
  await expect(browserPorts().tabs.exclusively('a', fail)).rejects.toThrow('Broken.');
  expect(runs).toBe(1);
  stubLocks({}, true);
  expect(await browserPorts().tabs.exclusively('a', () => Promise.resolve('done'))).toBe('done');
  vi.stubGlobal('navigator', {});
  expect(await browserPorts().tabs.exclusively('a', () => Promise.resolve('done'))).toBe('done');
});

test('where locks are refused a page holds nothing, and goes on', async () => {
  stubLocks({}, true);
  const release = await browserPorts().tabs.hold('a');
  release();
});

test('the page says when it is hidden and when it is shown, and no more once nobody listens', () => {
  const document = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal('document', document);
  const told: string[] = [];
  const leave = browserPorts().environment.subscribe((signal) => told.push(signal));
  document.dispatchEvent(new Event('visibilitychange'));
  document.visibilityState = 'visible';
  document.dispatchEvent(new Event('visibilitychange'));
  window.dispatchEvent(new Event('pagehide'));
  leave();
  window.dispatchEvent(new Event('online'));
  expect(told).toEqual(['hidden', 'visible', 'pagehide']);
});
