import { clockFrames, createDevice, createVirtualClock } from '@regen/realtime-mocks';
import type { Clock } from '@regen/realtime-shared';
import { expect, test } from 'vitest';
import { createFrameScheduler } from './frameScheduler.ts';
import type { FrameSource } from './ports.ts';

/** Frames at a display's own rate, on a clock of whole milliseconds. */
function displayFrames(clock: Clock, rate: number): FrameSource {
  const start = clock.now();
  const pending = new Map<number, ReturnType<Clock['setTimeout']>>();
  let handles = 0;
  return {
    request: (callback) => {
      handles += 1;
      const handle = handles;
      const elapsed = clock.now() - start;
      let frame = Math.floor((elapsed * rate) / 1_000);
      while (Math.round((frame * 1_000) / rate) <= elapsed) frame += 1;
      const delay = Math.round((frame * 1_000) / rate) - elapsed;
      pending.set(handle, clock.setTimeout(callback, delay));
      return handle;
    },
    cancel: (handle) => {
      clock.clearTimeout(pending.get(handle));
    },
  };
}

function createBed(options: { frames?: (clock: Clock) => FrameSource } = {}) {
  const clock = createVirtualClock();
  const device = createDevice();
  const deliveries: number[] = [];
  const start = clock.now();
  const scheduler = createFrameScheduler(
    { clock, frames: (options.frames ?? clockFrames)(clock), environment: device.environment },
    () => {
      deliveries.push(clock.now() - start);
    },
  );
  return { clock, device, scheduler, deliveries };
}

test('any number of changes within a frame are one delivery', () => {
  const bed = createBed();
  for (let change = 0; change < 1_000; change += 1) bed.scheduler.schedule();
  expect(bed.deliveries).toEqual([]);
  bed.clock.advance(16);
  bed.clock.advance(1_000);
  expect(bed.deliveries).toEqual([16]);
  expect(bed.clock.pending()).toBe(0);
});

for (const rate of [60, 75, 120, 144, 240]) {
  test(`a change every millisecond is delivered at most 60 times a second on a display of ${String(rate)} Hz`, () => {
    const bed = createBed({ frames: (clock) => displayFrames(clock, rate) });
    for (let change = 0; change < 10_000; change += 1) {
      bed.scheduler.schedule();
      bed.clock.advance(1);
    }
    expect(bed.deliveries.length).toBeLessThanOrEqual(602);
    expect(bed.deliveries.length).toBeGreaterThanOrEqual(rate === 60 ? 590 : 360);
  });
}

test('a hidden page is told every 250 ms at the latest, without frames', () => {
  const bed = createBed({ frames: () => ({ request: () => 0, cancel: () => undefined }) });
  bed.device.setVisible(false);
  for (let change = 0; change < 1_000; change += 1) {
    bed.scheduler.schedule();
    bed.clock.advance(1);
  }
  expect(bed.deliveries).toEqual([250, 500, 750, 1_000]);
});

test('a page that is hidden between a change and its frame is still told', () => {
  const bed = createBed({ frames: () => ({ request: () => 1, cancel: () => undefined }) });
  bed.scheduler.schedule();
  bed.device.setVisible(false);
  bed.clock.advance(250);
  expect(bed.deliveries).toEqual([250]);
});

test('a page that is shown again is told at once', () => {
  const bed = createBed();
  bed.device.setVisible(false);
  bed.scheduler.schedule();
  bed.clock.advance(100);
  bed.device.setVisible(true);
  expect(bed.deliveries).toEqual([100]);
});

test('a flush delivers now, and only what was asked for', () => {
  const bed = createBed();
  bed.scheduler.flush();
  bed.scheduler.schedule();
  bed.scheduler.flush();
  bed.scheduler.flush();
  bed.clock.advance(1_000);
  expect(bed.deliveries).toEqual([0]);
});

test('held, it delivers nothing, and released exactly once', () => {
  const bed = createBed();
  bed.scheduler.schedule();
  bed.scheduler.hold();
  bed.scheduler.hold();
  bed.scheduler.schedule();
  bed.scheduler.flush();
  bed.device.setVisible(false);
  bed.device.setVisible(true);
  bed.clock.advance(5_000);
  bed.scheduler.release();
  expect(bed.deliveries).toEqual([]);
  bed.scheduler.release();
  bed.clock.advance(5_000);
  expect(bed.deliveries).toEqual([5_000]);
});

test('released without a change, it delivers nothing', () => {
  const bed = createBed();
  bed.scheduler.hold();
  bed.scheduler.release();
  bed.clock.advance(1_000);
  expect(bed.deliveries).toEqual([]);
});

test('deliveries that take long become 30, then 15 a second, and fast ones 60 again', () => {
  const clock = createVirtualClock();
  const device = createDevice();
  let spent = 0;
  let costs = 10;
  const now = () => clock.now() + spent;
  const counts: number[] = [];
  let deliveries = 0;
  const scheduler = createFrameScheduler(
    {
      // The time that a delivery takes passes for the scheduler, while its timers stand still.
      clock: { ...clock, now },
      frames: displayFrames(clock, 60),
      environment: device.environment,
    },
    () => {
      deliveries += 1;
      spent += costs;
    },
  );
  for (const cost of [10, 10, 10, 0, 0]) {
    costs = cost;
    deliveries = 0;
    for (let ms = 0; ms < 1_000; ms += 1) {
      scheduler.schedule();
      clock.advance(1);
    }
    counts.push(deliveries);
  }
  expect(counts[2]).toBeGreaterThanOrEqual(14);
  expect(counts[2]).toBeLessThanOrEqual(16);
  expect(counts[4]).toBeGreaterThanOrEqual(58);
});

test('a change during a delivery is the next delivery, not the same one', () => {
  const clock = createVirtualClock();
  const device = createDevice();
  let deliveries = 0;
  const scheduler = createFrameScheduler({ clock, frames: clockFrames(clock), environment: device.environment }, () => {
    deliveries += 1;
    if (deliveries === 1) scheduler.schedule();
  });
  scheduler.schedule();
  clock.advance(16);
  expect(deliveries).toBe(1);
  clock.advance(20);
  expect(deliveries).toBe(2);
});

test('stopped, it leaves no timer and takes no change', () => {
  const bed = createBed();
  bed.scheduler.schedule();
  bed.scheduler.stop();
  bed.scheduler.schedule();
  expect(bed.clock.pending()).toBe(0);
  bed.device.setVisible(false);
  bed.device.setVisible(true);
  bed.clock.advance(5_000);
  expect(bed.deliveries).toEqual([]);
});

test('a release too many does not undo a later hold', () => {
  const bed = createBed();
  bed.scheduler.release();
  bed.scheduler.hold();
  bed.scheduler.schedule();
  bed.clock.advance(1_000);
  expect(bed.deliveries).toEqual([]);
});
