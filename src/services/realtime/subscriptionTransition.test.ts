import { expect, test } from 'vitest';
import { clientReducer, createJobSubscription, isOver, positionOf, timerOf } from './jobSubscription.ts';
import { JOB, START, completed, failed, logOf, paused, resumed, snapshotOf, textOf } from './testing/fixtures.ts';
import { asking, drive, live, log, settings } from './testing/subscriptionDriver.ts';

test('the first subscribe asks without a position, the next one from where the client stands', () => {
  expect(positionOf(createJobSubscription(JOB, null))).toBeNull();
  expect(positionOf(live(10).get())).toEqual({ epoch: 'e1', sequence: 10 });
});

test('a job that the server does not have is gone until it is named again', () => {
  const driver = asking(10);
  driver.send({ kind: 'failed', code: 'not_found', retryAfterMs: null });
  expect(driver.get()).toMatchObject({ gone: true, phase: { kind: 'refused' } });
  expect(driver.text()).toBe(textOf(10));
  driver.send({ kind: 'listed', createdAt: START, isFinished: false });
  expect(driver.asked()).toBe(1);
  driver.send({ kind: 'sent', interrupted: false });
  driver.ack({ outcome: 'reset', job: snapshotOf(logOf(3, { epoch: 'e2' })) });
  expect(driver.get().gone).toBe(false);
});

test('a job that is over and is listed as another run keeps its text until the new record is here, which is no damage', () => {
  const driver = live(10);
  driver.receive(completed(11));
  const listed = { kind: 'listed', createdAt: START + 60_000, isFinished: false } as const;
  driver.send({ ...listed, createdAt: START + 1 });
  expect(driver.asked()).toBe(0);
  driver.send(listed, listed);
  expect(driver.asked()).toBe(1);
  expect(isOver(driver.get())).toBe(false);
  expect(driver.text()).toBe(textOf(10));
  expect(positionOf(driver.get())).toEqual({ epoch: 'e1', sequence: 11 });
  driver.send({ kind: 'sent', interrupted: false });
  driver.ack({ outcome: 'reset', job: snapshotOf(logOf(3, { epoch: 'e2', timestamp: START + 60_000 })) });
  expect(driver.text()).toBe(textOf(3));
  expect(driver.get()).toMatchObject({ generation: 1, replaced: false, relisted: null });
  expect(driver.effects.filter((effect) => effect.kind === 'replaced')).toEqual([]);
});

test('a job that is over stays as it was where its log knows nothing of another run', () => {
  for (const answer of ['live', 'not_found'] as const) {
    const driver = live(10);
    driver.receive(completed(11));
    driver.send({ kind: 'listed', createdAt: START + 60_000, isFinished: false }, { kind: 'sent', interrupted: false });
    if (answer === 'live') driver.ack({ outcome: 'live', position: { epoch: 'e1', sequence: 11 } });
    else driver.send({ kind: 'failed', code: 'not_found', retryAfterMs: null });
    expect(isOver(driver.get())).toBe(true);
    expect(driver.get()).toMatchObject({ gone: false, generation: 0, job: { status: 'completed' } });
  }
});

test('a job that is listed as finished and whose end does not come is asked for after a while', () => {
  const driver = live(10);
  driver.send({ kind: 'listed', createdAt: START + 1, isFinished: true });
  expect(timerOf(driver.get())).toBe(driver.now() + settings.replayPatienceMs);
  driver.wait(settings.replayPatienceMs);
  expect(driver.asked()).toBe(1);
  expect(positionOf(driver.get())).toEqual({ epoch: 'e1', sequence: 10 });
});

test('a listing that is repeated does not postpone asking, and where no answer is here none is due', () => {
  const listed = { kind: 'listed', createdAt: START + 1, isFinished: true } as const;
  const driver = live(10);
  driver.send(listed);
  driver.wait(settings.replayPatienceMs - 1);
  driver.send(listed);
  driver.wait(1);
  expect(driver.asked()).toBe(1);
  const waiting = asking(10);
  waiting.send(listed);
  expect(timerOf(waiting.get())).toBeNull();
  waiting.send({ kind: 'disconnected' }, listed);
  expect(timerOf(waiting.get())).toBeNull();
});

test('a failed job that is listed as finished is not asked for: it has ended', () => {
  const driver = live(10);
  driver.receive(failed(11, true));
  driver.send({ kind: 'listed', createdAt: START + 1, isFinished: true });
  expect(timerOf(driver.get())).toBeNull();
});

test('an id that no job can have is refused from the start, and stays so', () => {
  for (const jobId of ['', 'a b', `a${'b'.repeat(128)}`]) {
    const driver = drive(createJobSubscription(jobId, null));
    driver.send({ kind: 'disconnected' });
    expect(driver.get().phase).toEqual({ kind: 'refused', code: 'invalid_payload', retryAt: null });
    expect(timerOf(driver.get())).toBeNull();
  }
});

test('a pause that is over and a failure that is retried are counted, by events and by snapshots', () => {
  const driver = live(10);
  driver.receive(paused(11), resumed(12), failed(13, true));
  expect(driver.get()).toMatchObject({ retries: 0, resumptions: 1 });
  driver.receive(resumed(14), failed(15, true));
  expect(driver.get()).toMatchObject({ retries: 1, resumptions: 2 });
  driver.send({ kind: 'disconnected' }, { kind: 'sent', interrupted: false });
  const events = [...log.slice(0, 10), failed(11, true), resumed(12), failed(13, true, { timestamp: START + 99 })];
  driver.ack({ outcome: 'snapshot', job: snapshotOf(events) });
  expect(driver.get()).toMatchObject({ retries: 2, resumptions: 3 });
});

test('a notice that says nothing new returns the same subscription', () => {
  const driver = live(10);
  driver.send({ kind: 'notice', notice: { jobId: JOB, kind: 'cancel_requested' } });
  const before = driver.get();
  driver.send({ kind: 'notice', notice: { jobId: JOB, kind: 'cancel_requested' } });
  expect(driver.get()).toBe(before);
});

test('a saved job goes on from its position', () => {
  const saved = clientReducer.fromSnapshot(snapshotOf(log.slice(0, 10)));
  const driver = drive(createJobSubscription(JOB, saved));
  expect(positionOf(driver.get())).toEqual({ epoch: 'e1', sequence: 10 });
  driver.send({ kind: 'sent', interrupted: true });
  driver.ack({ outcome: 'replayed', position: { epoch: 'e1', sequence: 12 } });
  driver.receive(...log.slice(10, 12));
  expect(driver.text()).toBe(textOf(12));
});
