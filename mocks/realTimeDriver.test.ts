import { expect, test } from 'vitest';
import { createActivity } from './activity.ts';
import { createRealTimeDriver, type RealTimeDriverOptions } from './realTimeDriver.ts';
import { createVirtualClock } from './virtualClock.ts';

/** A driver whose frames and real time are moved by the test. */
function rig(options: RealTimeDriverOptions = {}) {
  const clock = createVirtualClock({ start: 0 });
  const activity = createActivity();
  const frames = new Map<number, () => void>();
  let handles = 0;
  let real = 0;
  const driver = createRealTimeDriver(clock, {
    settle: () => activity.settled(),
    realNow: () => real,
    frames: {
      request: (callback) => {
        frames.set((handles += 1), callback);
        return handles;
      },
      cancel: (handle) => {
        frames.delete(handle);
      },
    },
    ...options,
  });
  const frame = async (ms: number): Promise<void> => {
    real += ms;
    const due = [...frames.values()];
    frames.clear();
    for (const callback of due) callback();
    // The frame's own move is queued before this one, and its follow-up runs before the next macrotask.
    await clock.advanceTo(clock.now());
    await activity.settled();
  };
  return { clock, driver, frames, frame };
}

test('a driver is made paused', async () => {
  const { clock, driver, frame } = rig();
  await frame(100);
  expect(driver.isPlaying).toBe(false);
  expect(clock.now()).toBe(0);
});

test('playing moves the clock with real time at its speed', async () => {
  const { clock, driver, frame } = rig({ speed: 2 });
  driver.play();
  await frame(16);
  await frame(20);
  expect(clock.now()).toBe(72);
  driver.setSpeed(0.5);
  await frame(10);
  expect(clock.now()).toBe(77);
});

test('the clock keeps to whole ms, and no fraction is lost', async () => {
  const { clock, driver, frame } = rig({ speed: 0.5 });
  driver.play();
  const times: number[] = [];
  for (let count = 0; count < 5; count += 1) {
    await frame(17);
    times.push(clock.now());
  }
  expect(times).toEqual([8, 17, 25, 34, 42]);
});

test('while paused real time passes unseen', async () => {
  const { clock, driver, frame, frames } = rig();
  driver.play();
  await frame(10);
  driver.pause();
  expect(frames.size).toBe(0);
  await frame(200);
  driver.play();
  await frame(5);
  expect(clock.now()).toBe(15);
});

test('a frame that comes very late does not make the time leap', async () => {
  const { clock, driver, frame } = rig();
  driver.play();
  await frame(60_000);
  expect(clock.now()).toBe(250);
});

test('a step pauses at the next timer and fires all that are due then', async () => {
  const { clock, driver } = rig();
  const fired: string[] = [];
  clock.setTimeout(() => fired.push('a'), 40);
  clock.setTimeout(() => fired.push('b'), 40);
  clock.setTimeout(() => fired.push('c'), 50);
  driver.play();
  await driver.step();
  expect(driver.isPlaying).toBe(false);
  expect(clock.now()).toBe(40);
  expect(fired).toEqual(['a', 'b']);
});

test('a step without timers moves nothing', async () => {
  const { clock, driver } = rig();
  await driver.step();
  expect(clock.now()).toBe(0);
});

test('seeking forwards fires everything on the way, and playing goes on from there', async () => {
  const { clock, driver, frame } = rig();
  const fired: number[] = [];
  clock.setTimeout(() => fired.push(clock.now()), 900);
  driver.play();
  await driver.seek(1000);
  expect(fired).toEqual([900]);
  expect(driver.isPlaying).toBe(true);
  await frame(10);
  expect(clock.now()).toBe(1010);
});

test('seeking backwards is refused', async () => {
  const { clock, driver } = rig();
  clock.advance(500);
  await expect(driver.seek(100)).rejects.toThrow(RangeError);
  expect(clock.now()).toBe(500);
});

test('a later seek ends the one that is under way', async () => {
  const { clock, driver } = rig();
  const fired: number[] = [];
  for (let at = 10; at <= 100; at += 10) clock.setTimeout(() => fired.push(at), at);
  const far = driver.seek(100);
  const near = driver.seek(20);
  await Promise.all([far, near]);
  expect(clock.now()).toBe(20);
  expect(fired).toEqual([10, 20]);
});

test('a speed that is no speed is refused', () => {
  const { driver } = rig();
  for (const speed of [0, -1, Number.NaN, Infinity]) expect(() => driver.setSpeed(speed)).toThrow(RangeError);
  expect(() => rig({ speed: 0 })).toThrow(RangeError);
});

test('a timer that throws while playing pauses and is reported', async () => {
  const errors: unknown[] = [];
  const { clock, driver, frame, frames } = rig({ onError: (error) => errors.push(error) });
  clock.setTimeout(() => {
    throw new Error('broken');
  }, 5);
  driver.play();
  await frame(10);
  expect(errors).toEqual([new Error('broken')]);
  expect(driver.isPlaying).toBe(false);
  expect(frames.size).toBe(0);
});

test('subscribers hear of every change until the driver stops', async () => {
  const { driver, frame, frames } = rig();
  let changes = 0;
  driver.subscribe(() => (changes += 1));
  driver.play();
  await frame(10);
  driver.setSpeed(2);
  driver.pause();
  expect(changes).toBe(4);
  driver.play();
  driver.stop();
  driver.play();
  await driver.seek(100);
  expect(changes).toBe(5);
  expect(driver.isPlaying).toBe(false);
  expect(frames.size).toBe(0);
});

test('a seek to no finite time is refused, and it goes on playing', async () => {
  const { clock, driver, frame } = rig();
  driver.play();
  for (const time of [Number.NaN, Infinity]) await expect(driver.seek(time)).rejects.toThrow(RangeError);
  await frame(16);
  expect(clock.now()).toBe(16);
});
