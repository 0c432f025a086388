import type { JobSnapshot } from '@regen/realtime-shared';
import { expect, test } from 'vitest';
import { isOver } from './jobSubscription.ts';
import { START, completed, logOf, snapshotOf } from './testing/fixtures.ts';
import { live } from './testing/subscriptionDriver.ts';

const SECOND = START + 60_000;
const THIRD = START + 120_000;
const listedAt = (createdAt: number) => ({ kind: 'listed', createdAt, isFinished: true }) as const;

/** Over after its first run, and asked for because the server listed a second one. */
function askingForSecondRun() {
  const driver = live(10);
  driver.receive(completed(11));
  driver.send(listedAt(SECOND), { kind: 'sent', interrupted: false });
  return driver;
}

function runAt(timestamp: number, isOver: boolean): JobSnapshot {
  const place = { epoch: `of ${String(timestamp)}`, timestamp };
  return snapshotOf([...logOf(3, place), ...(isOver ? [completed(4, place)] : [])]);
}

test('a run that is listed again while it is asked for is not asked for twice', () => {
  const driver = askingForSecondRun();
  driver.send(listedAt(SECOND));
  driver.ack({ outcome: 'live', position: { epoch: 'e1', sequence: 11 } });
  expect(driver.asked()).toBe(1);
  expect(isOver(driver.get())).toBe(true);
});

test('a third run that is listed while the second one is asked for is asked for where the answer knows nothing of it', () => {
  const behind = askingForSecondRun();
  behind.send(listedAt(THIRD));
  behind.ack({ outcome: 'reset', job: runAt(SECOND, true) });
  expect(behind.asked()).toBe(2);
  const ahead = askingForSecondRun();
  ahead.send(listedAt(THIRD));
  ahead.ack({ outcome: 'reset', job: runAt(THIRD, true) });
  expect(ahead.asked()).toBe(1);
  // One that goes on tells by itself what becomes of it.
  const following = askingForSecondRun();
  following.send(listedAt(THIRD));
  following.ack({ outcome: 'reset', job: runAt(SECOND, false) });
  expect(following.asked()).toBe(1);
  expect(following.get().relisted).toBeNull();
});

test('an answer that cannot be used does not end the asking for another run', () => {
  const driver = askingForSecondRun();
  driver.ack({ outcome: 'reset' });
  expect(driver.asked()).toBe(2);
  expect(isOver(driver.get())).toBe(false);
});
