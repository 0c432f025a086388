import { createVirtualClock } from '@regen/realtime-mocks';
import { expect, test } from 'vitest';
import { createShellEnvironment } from '../../apps/desktop/src/services/shellEnvironment.ts';

test('a shell that says nothing is online, visible and asks for no timer', () => {
  const clock = createVirtualClock();
  const environment = createShellEnvironment({}, clock);
  const signals: string[] = [];
  const stop = environment.subscribe((signal) => signals.push(signal));
  expect(environment.isOnline()).toBe(true);
  expect(environment.isVisible()).toBe(true);
  expect(clock.pending()).toBe(0);
  stop();
  expect(signals).toEqual([]);
});

test('the network is asked for every two seconds, and every change is told to all, once', () => {
  const clock = createVirtualClock();
  let network = false;
  const environment = createShellEnvironment({ isOnline: () => network }, clock);
  const signals: string[] = [];
  const stops = ['a', 'b'].map((name) => environment.subscribe((signal) => signals.push(`${name} ${signal}`)));
  expect(environment.isOnline()).toBe(false);
  network = true;
  // As it was told last, so that whoever began offline hears the change.
  expect(environment.isOnline()).toBe(false);
  clock.advance(2_000);
  expect(environment.isOnline()).toBe(true);
  clock.advance(6_000);
  network = false;
  clock.advance(2_000);
  expect(signals).toEqual(['a online', 'b online', 'a offline', 'b offline']);
  for (const stop of stops) stop();
  expect(clock.pending()).toBe(0);
});

test('a device that wakes is a page that is shown again, after what became of its network', () => {
  const clock = createVirtualClock();
  const wakes = new Set<() => void>();
  let network = true;
  const environment = createShellEnvironment(
    {
      isOnline: () => network,
      onWake: (listener) => {
        wakes.add(listener);
        return () => wakes.delete(listener);
      },
    },
    clock,
  );
  expect(wakes.size).toBe(0);
  const signals: string[] = [];
  const stop = environment.subscribe((signal) => signals.push(signal));
  network = false;
  for (const wake of wakes) wake();
  expect(signals).toEqual(['offline', 'pageshow']);
  stop();
  expect(wakes.size).toBe(0);
});

test('a shell that cannot tell counts as online', () => {
  const environment = createShellEnvironment(
    {
      isOnline: () => {
        throw new Error('not ready');
      },
    },
    createVirtualClock(),
  );
  expect(environment.isOnline()).toBe(true);
});
