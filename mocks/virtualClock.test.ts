import { expect, test } from 'vitest';
import { createActivity } from './activity.ts';
import { createVirtualClock } from './virtualClock.ts';

test('time stands still until it is moved', () => {
  const clock = createVirtualClock({ start: 1000 });
  expect(clock.now()).toBe(1000);
  clock.advance(250);
  expect(clock.now()).toBe(1250);
  clock.runTo(2000);
  expect(clock.now()).toBe(2000);
});

test('timers fire by time, then in the order in which they were set', () => {
  const clock = createVirtualClock({ start: 0 });
  const fired: string[] = [];
  for (const [name, delay] of [
    ['c', 20],
    ['a', 10],
    ['d', 20],
    ['b', 10],
  ] as const) {
    clock.setTimeout(() => fired.push(`${name}@${clock.now()}`), delay);
  }
  clock.advance(100);
  expect(fired).toEqual(['a@10', 'b@10', 'c@20', 'd@20']);
});

test('a timer never fires before the caller has returned, and one without a delay fires at this moment', () => {
  const clock = createVirtualClock({ start: 5 });
  const fired: number[] = [];
  clock.setTimeout(() => fired.push(clock.now()), 0);
  clock.setTimeout(() => fired.push(clock.now()), -3);
  clock.setTimeout(() => fired.push(clock.now()), Number.NaN);
  expect(fired).toEqual([]);
  clock.advance(0);
  expect(fired).toEqual([5, 5, 5]);
});

test('a fraction of a ms is waited for whole, so that every timer sees whole ms', () => {
  const clock = createVirtualClock({ start: 0 });
  const fired: number[] = [];
  clock.setTimeout(() => fired.push(clock.now()), 333.4);
  clock.advance(333);
  expect(fired).toEqual([]);
  clock.advance(1);
  expect(fired).toEqual([334]);
});

test('timers set on the way fire within the same move', () => {
  const clock = createVirtualClock({ start: 0 });
  const fired: number[] = [];
  const repeat = (): void => {
    fired.push(clock.now());
    clock.setTimeout(repeat, 30);
  };
  clock.setTimeout(repeat, 30);
  clock.runTo(100);
  expect(fired).toEqual([30, 60, 90]);
  expect(clock.nextTimerAt()).toBe(120);
});

test('a cleared timer does not fire, and clearing it again or nothing at all is ignored', () => {
  const clock = createVirtualClock();
  const fired: string[] = [];
  const kept = clock.setTimeout(() => fired.push('kept'), 1);
  const cleared = clock.setTimeout(() => fired.push('cleared'), 1);
  clock.clearTimeout(cleared);
  clock.clearTimeout(cleared);
  clock.clearTimeout(undefined);
  expect(clock.pending()).toBe(1);
  clock.advance(1);
  clock.clearTimeout(kept);
  expect(fired).toEqual(['kept']);
  expect(clock.pending()).toBe(0);
  expect(clock.nextTimerAt()).toBeUndefined();
});

test('time never goes back', async () => {
  const clock = createVirtualClock({ start: 100 });
  clock.runTo(50);
  expect(() => clock.advance(-10)).toThrow(RangeError);
  await clock.advanceTo(20);
  expect(clock.now()).toBe(100);
});

test('what a timer throws comes out of the move, and the later timers stay', () => {
  const clock = createVirtualClock({ start: 0 });
  const fired: string[] = [];
  clock.setTimeout(() => {
    throw new Error('broken');
  }, 10);
  clock.setTimeout(() => fired.push('later'), 20);
  expect(() => clock.advance(100)).toThrow('broken');
  expect(clock.now()).toBe(10);
  clock.advance(100);
  expect(fired).toEqual(['later']);
});

test('a timer that sets itself again without a delay is reported instead of hanging', () => {
  const clock = createVirtualClock();
  const again = (): void => {
    clock.setTimeout(again, 0);
  };
  again();
  expect(() => clock.advance(1)).toThrow(/sets? itself again without a delay/);
});

test('a timer cannot move the clock that fires it', () => {
  const clock = createVirtualClock();
  clock.setTimeout(() => clock.advance(1), 1);
  expect(() => clock.advance(1)).toThrow(/one of its own timers/);
});

test('settling comes before every timer and once at the end', async () => {
  const clock = createVirtualClock({ start: 0 });
  const log: string[] = [];
  clock.setTimeout(() => log.push('first'), 10);
  clock.setTimeout(() => log.push('second'), 20);
  await clock.advanceTo(50, {
    settle: () => {
      log.push(`settled at ${clock.now()}`);
      return Promise.resolve();
    },
  });
  expect(log).toEqual(['settled at 0', 'first', 'settled at 10', 'second', 'settled at 20']);
  expect(clock.now()).toBe(50);
});

test('a timer that settling brings about still fires at its own time', async () => {
  const clock = createVirtualClock({ start: 0 });
  const fired: number[] = [];
  let hasLanded = false;
  await clock.advanceTo(50, {
    settle: () => {
      if (!hasLanded) clock.setTimeout(() => fired.push(clock.now()), 5);
      hasLanded = true;
      return Promise.resolve();
    },
  });
  expect(fired).toEqual([5]);
});

test('moves that overlap run one after the other', async () => {
  const clock = createVirtualClock({ start: 0 });
  const fired: number[] = [];
  for (const delay of [10, 20, 30]) clock.setTimeout(() => fired.push(clock.now()), delay);
  const activity = createActivity();
  const options = { settle: () => activity.settled() };
  await Promise.all([clock.advanceTo(15, options), clock.advanceTo(25, options), clock.advanceTo(12, options)]);
  expect(fired).toEqual([10, 20]);
  expect(clock.now()).toBe(25);
});

test('a move that fails does not stop the next one', async () => {
  const clock = createVirtualClock({ start: 0 });
  clock.setTimeout(() => {
    throw new Error('broken');
  }, 10);
  const failing = clock.advanceTo(20);
  const next = clock.advanceTo(30);
  await expect(failing).rejects.toThrow('broken');
  await next;
  expect(clock.now()).toBe(30);
});

test('an aborted move stops between two timers', async () => {
  const clock = createVirtualClock({ start: 0 });
  const abort = new AbortController();
  clock.setTimeout(() => abort.abort(), 10);
  clock.setTimeout(() => expect.unreachable(), 20);
  await clock.advanceTo(50, { settle: () => Promise.resolve(), signal: abort.signal });
  expect(clock.now()).toBe(10);
});

test.each([Number.NaN, Infinity, -Infinity])('a move to or by %d is refused and moves nothing', async (time) => {
  const clock = createVirtualClock({ start: 1_000 });
  expect(() => clock.advance(time)).toThrow(RangeError);
  expect(() => clock.runTo(time)).toThrow(RangeError);
  await expect(clock.advanceTo(time)).rejects.toThrow(RangeError);
  expect(clock.now()).toBe(1_000);
});
