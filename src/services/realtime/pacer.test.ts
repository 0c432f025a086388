import { createVirtualClock } from '@regen/realtime-mocks';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPacer } from './pacer.ts';

const options = { perSecond: 50, burst: 40 };

test('the first calls pass at once, the others at the given rate and in order', () => {
  const clock = createVirtualClock();
  const pacer = createPacer(clock, options);
  const start = clock.now();
  const passed: [call: number, at: number][] = [];
  for (let call = 0; call < 100; call += 1) pacer.run(() => passed.push([call, clock.now() - start]));
  expect(passed).toHaveLength(40);
  clock.advance(1_000);
  expect(passed).toHaveLength(90);
  clock.advance(1_000);
  expect(passed.map(([call]) => call)).toEqual(Array.from({ length: 100 }, (_, call) => call));
  expect(clock.pending()).toBe(0);
});

test('whatever is asked for and when, no second has more calls than burst and rate', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(200), fc.integer({ min: 1, max: 30 })), { maxLength: 40 }), (bursts) => {
      const clock = createVirtualClock();
      const pacer = createPacer(clock, options);
      const times: number[] = [];
      for (const [pause, calls] of bursts) {
        clock.advance(pause);
        for (let call = 0; call < calls; call += 1) pacer.run(() => times.push(clock.now()));
      }
      clock.advance(60_000);
      expect(times).toHaveLength(bursts.reduce((sum, [, calls]) => sum + calls, 0));
      for (const [index, time] of times.entries()) {
        const until = times.findIndex((other) => other >= time + 1_000);
        expect((until < 0 ? times.length : until) - index).toBeLessThanOrEqual(options.burst + options.perSecond);
      }
    }),
    { numRuns: 40 },
  );
});

test('a call that is taken back before its turn is not made', () => {
  const clock = createVirtualClock();
  const pacer = createPacer(clock, { perSecond: 10, burst: 1 });
  const passed: string[] = [];
  pacer.run(() => passed.push('first'));
  const takeBack = pacer.run(() => passed.push('second'));
  pacer.run(() => passed.push('third'));
  takeBack();
  clock.advance(1_000);
  expect(passed).toEqual(['first', 'third']);
});

test('a call that is made during another keeps its place behind those that wait', () => {
  const clock = createVirtualClock();
  const pacer = createPacer(clock, { perSecond: 10, burst: 2 });
  const passed: string[] = [];
  pacer.run(() => {
    passed.push('first');
    pacer.run(() => passed.push('third'));
  });
  pacer.run(() => passed.push('second or fourth'));
  clock.advance(1_000);
  expect(passed).toEqual(['first', 'third', 'second or fourth']);
});

test('cleared, it forgets what waits and leaves no timer', () => {
  const clock = createVirtualClock();
  const pacer = createPacer(clock, { perSecond: 10, burst: 1 });
  const passed: string[] = [];
  for (const name of ['first', 'second', 'third']) pacer.run(() => passed.push(name));
  pacer.clear();
  expect(clock.pending()).toBe(0);
  clock.advance(5_000);
  expect(passed).toEqual(['first']);
});
