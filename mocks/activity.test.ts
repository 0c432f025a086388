import { expect, test } from 'vitest';
import { createActivity } from './activity.ts';

test('settling waits for the last piece of work to end', async () => {
  const activity = createActivity();
  const log: string[] = [];
  const endFirst = activity.begin();
  const endSecond = activity.begin();
  const settled = activity.settled().then(() => log.push('settled'));
  setImmediate(() => {
    log.push('first');
    endFirst();
    setImmediate(() => {
      log.push('second');
      endSecond();
    });
  });
  await settled;
  expect(log).toEqual(['first', 'second', 'settled']);
  expect(activity.inFlight).toBe(0);
});

test('work that the last piece starts is waited for too', async () => {
  const activity = createActivity();
  const log: string[] = [];
  const end = activity.begin();
  const settled = activity.settled().then(() => log.push('settled'));
  setImmediate(() => {
    end();
    void Promise.resolve().then(() => {
      const endNext = activity.begin();
      setImmediate(() => {
        log.push('next');
        endNext();
      });
    });
  });
  await settled;
  expect(log).toEqual(['next', 'settled']);
});

test('a macrotask in which something began and ended is not yet quiet', async () => {
  const activity = createActivity();
  const log: string[] = [];
  setImmediate(() => {
    activity.begin()();
    setImmediate(() => log.push('what followed'));
  });
  await activity.settled().then(() => log.push('settled'));
  expect(log).toEqual(['what followed', 'settled']);
});

test('promise jobs and process.nextTick are empty when it has settled', async () => {
  const activity = createActivity();
  let depth = 0;
  const dig = (): void => {
    if ((depth += 1) < 50) process.nextTick(() => void Promise.resolve().then(dig));
  };
  dig();
  await activity.settled();
  expect(depth).toBe(50);
});

test('ending twice counts once', () => {
  const activity = createActivity();
  const end = activity.begin();
  activity.begin();
  end();
  end();
  expect(activity.inFlight).toBe(1);
});

test('a tracked promise is in flight until it settles, whichever way', async () => {
  const activity = createActivity();
  const failing = activity.track(Promise.reject(new Error('no')));
  const value = activity.track(Promise.resolve(7));
  expect(activity.inFlight).toBe(2);
  await expect(failing).rejects.toThrow('no');
  expect(await value).toBe(7);
  expect(activity.inFlight).toBe(0);
});
