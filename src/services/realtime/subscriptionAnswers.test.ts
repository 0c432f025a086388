import { expect, test } from 'vitest';
import { positionOf, timerOf } from './jobSubscription.ts';
import {
  JOB,
  START,
  chunk,
  completed,
  created,
  failed,
  logOf,
  paused,
  progress,
  snapshotOf,
  textOf,
} from './testing/fixtures.ts';
import { asking, drive, live, log, settings } from './testing/subscriptionDriver.ts';

test('a snapshot of another history replaces the text, is reported once, and counts as another generation', () => {
  const driver = live(10);
  driver.receive(chunk(11, 'other', 5));
  driver.send({ kind: 'sent', interrupted: false });
  driver.ack({
    outcome: 'snapshot',
    job: snapshotOf([created(), chunk(2, 'Quite another text', 0)], { sequence: 12 }),
  });
  expect(driver.text()).toBe('Quite another text');
  expect(driver.get()).toMatchObject({ generation: 1, replaced: true });
  expect(driver.effects.filter((effect) => effect.kind === 'replaced')).toHaveLength(1);
});

test('a snapshot without a position that continues the text is no other history', () => {
  const driver = live(10);
  driver.receive(chunk(11, 'other', 5));
  driver.send({ kind: 'sent', interrupted: false });
  driver.ack({ outcome: 'snapshot', job: snapshotOf(log.slice(0, 20)) });
  expect(driver.text()).toBe(textOf(20));
  expect(driver.get()).toMatchObject({ generation: 0, replaced: false });
});

test('a snapshot for a position keeps the beginning that the server left out', () => {
  const driver = asking(10);
  const whole = textOf(20);
  driver.ack({
    outcome: 'snapshot',
    job: snapshotOf(log.slice(0, 20), { channels: { output: { text: whole.slice(20), offset: 20 } } }),
  });
  expect(driver.text()).toBe(whole);
});

test('a reset replaces what was shown and is never silent', () => {
  const driver = asking(10);
  driver.ack({ outcome: 'reset', job: snapshotOf(logOf(4, { epoch: 'e2' })) });
  expect(driver.text()).toBe(textOf(4));
  expect(driver.get()).toMatchObject({ outcome: 'reset', generation: 1, replaced: true });
  expect(driver.effects).toContainEqual({ kind: 'replaced', why: expect.any(String) });
});

test('a reset notice replaces what was shown, but not while an answer is awaited that was written after it', () => {
  const driver = live(10);
  driver.send({ kind: 'reset', job: snapshotOf(logOf(4, { epoch: 'e2' })) });
  expect(driver.sequence()).toBe(4);
  const waiting = asking(10);
  waiting.send({ kind: 'reset', job: snapshotOf(logOf(4, { epoch: 'e2' })) });
  expect(waiting.sequence()).toBe(10);
});

test('a refusal is tried again later each time, and never before the server allows it', () => {
  const driver = asking(10);
  const delays: number[] = [];
  for (let round = 0; round < 7; round += 1) {
    driver.send({ kind: 'failed', code: 'unavailable', retryAfterMs: null });
    delays.push((timerOf(driver.get()) ?? 0) - driver.now());
    driver.send({ kind: 'timer' }, { kind: 'sent', interrupted: false });
  }
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  driver.send({ kind: 'disconnected' }, { kind: 'sent', interrupted: false });
  driver.send({ kind: 'failed', code: 'rate_limited', retryAfterMs: 9_000 });
  expect((timerOf(driver.get()) ?? 0) - driver.now()).toBe(9_000);
});

test('what was held behind a hole of a replaced history is not waited for', () => {
  const driver = live(10);
  driver.receive(...log.slice(11, 14));
  driver.send({ kind: 'reset', job: snapshotOf(logOf(4, { epoch: 'e2' })) });
  expect(driver.get().held).toEqual([]);
  expect(timerOf(driver.get())).toBeNull();
});

test('a refusal for good is not asked again on the same connection, but on the next one', () => {
  for (const code of ['invalid_payload', 'unauthorized']) {
    const driver = asking(10);
    driver.send({ kind: 'failed', code, retryAfterMs: null });
    expect(timerOf(driver.get())).toBeNull();
    expect(driver.get()).toMatchObject({ gone: false, phase: { kind: 'refused', code } });
    driver.send({ kind: 'disconnected' });
    expect(driver.get().phase).toEqual({ kind: 'idle' });
  }
});

test('another run that begins without a text is no continuation of the one that ended without one', () => {
  const driver = drive();
  driver.send({ kind: 'sent', interrupted: false });
  driver.ack({ outcome: 'snapshot', job: snapshotOf([created(), completed(2)]) });
  const listed = { kind: 'listed', createdAt: START + 60_001, isFinished: false } as const;
  driver.send(listed, { kind: 'sent', interrupted: false });
  driver.ack({ outcome: 'live', position: { epoch: 'e2', sequence: 1 } });
  driver.send({ ...listed, createdAt: START + 90_001 });
  for (let round = 0; round < 3; round += 1) {
    driver.send({ kind: 'sent', interrupted: false });
    driver.ack({ outcome: 'snapshot' });
  }
  driver.send({ kind: 'sent', interrupted: false });
  const again = snapshotOf([created({ timestamp: START + 90_001, epoch: 'e3' })]);
  driver.ack({ outcome: 'snapshot', job: again });
  expect(driver.get()).toMatchObject({ generation: 1, replaced: false, job: { status: 'queued' } });
});

test('another run begins without the note and the gaps of the one before', () => {
  const driver = live(10);
  driver.receive(progress(11, 45));
  driver.send({ kind: 'disconnected' }, { kind: 'sent', interrupted: true });
  driver.ack({ outcome: 'reset', job: snapshotOf([...logOf(4, { epoch: 'e2' }), completed(5, { epoch: 'e2' })]) });
  expect(driver.get()).toMatchObject({ replaced: true, generation: 1 });
  driver.send({ kind: 'listed', createdAt: START + 60_000, isFinished: false }, { kind: 'sent', interrupted: false });
  driver.ack({ outcome: 'reset', job: snapshotOf(logOf(2, { epoch: 'e3', timestamp: START + 60_000 })) });
  expect(driver.get()).toMatchObject({ replaced: false, generation: 2, gaps: [] });
});

test('a log that is begun anew under a job that runs is a damage, and is told', () => {
  const driver = asking(10);
  driver.ack({ outcome: 'reset', job: snapshotOf(logOf(4, { epoch: 'e2', timestamp: START + 60_000 })) });
  expect(driver.get().replaced).toBe(true);
  expect(driver.effects).toContainEqual({ kind: 'replaced', why: expect.any(String) });
});

test('an interruption of a job that does not run leaves no gap', () => {
  for (const event of [paused(12), failed(12, true)]) {
    const driver = live(10);
    driver.receive(progress(11, 45), event);
    driver.send({ kind: 'disconnected' }, { kind: 'sent', interrupted: true });
    driver.ack({ outcome: 'live', position: { epoch: 'e1', sequence: 12 } });
    expect(driver.get().gaps).toEqual([]);
  }
});

test('after three fruitless attempts the whole state is asked for', () => {
  const driver = live(10);
  const positions: unknown[] = [];
  for (let round = 0; round < 4; round += 1) {
    positions.push(positionOf(driver.get())?.sequence ?? null);
    driver.receive(...log.slice(20, 21));
    driver.wait(settings.holePatienceMs);
    driver.send({ kind: 'sent', interrupted: false });
    driver.ack({ outcome: 'live', position: { epoch: 'e1', sequence: 10 } });
  }
  expect(positions).toEqual([10, 10, 10, null]);
});

test('a server whose answers never fit is asked less and less often', () => {
  const driver = live(10);
  const waits: number[] = [];
  for (let round = 0; round < 12; round += 1) {
    const before = driver.asked();
    driver.receive(chunk(11, 'misfit', 5));
    const due = timerOf(driver.get());
    waits.push(due === null ? 0 : due - driver.now());
    if (due !== null) driver.wait(due - driver.now());
    expect(driver.asked()).toBe(before + 1);
    driver.send({ kind: 'sent', interrupted: false });
    driver.ack({ outcome: 'snapshot', job: snapshotOf(log.slice(0, 10)) });
  }
  expect(waits).toEqual([0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000, 30_000]);
  driver.receive(...log.slice(10, 11));
  driver.receive(chunk(12, 'misfit', 5));
  expect(timerOf(driver.get())).toBeNull();
});

test('an answer that leans on a position nobody gave asks for everything', () => {
  const driver = drive();
  driver.send({ kind: 'sent', interrupted: false });
  driver.ack({ outcome: 'live', position: { epoch: 'e1', sequence: 5 } });
  expect(driver.asked()).toBe(1);
  expect(positionOf(driver.get())).toBeNull();
});

test('an answer that nobody waits for any more changes nothing', () => {
  const driver = asking(10);
  driver.send({ kind: 'disconnected' });
  const before = driver.get();
  driver.ack({ outcome: 'reset', job: snapshotOf(logOf(3)) });
  driver.send({ kind: 'failed', code: 'not_found', retryAfterMs: null });
  expect(driver.get()).toBe(before);
});

test('an interruption that a person noticed leaves a gap at its progress, once', () => {
  const driver = live(10);
  driver.receive(progress(11, 45));
  for (let round = 0; round < 2; round += 1) {
    driver.send({ kind: 'disconnected' }, { kind: 'sent', interrupted: true });
    driver.ack({ outcome: 'live', position: { epoch: 'e1', sequence: 11 } });
  }
  expect(driver.get().gaps).toEqual([45]);
  driver.send({ kind: 'disconnected' }, { kind: 'sent', interrupted: false });
  driver.receive();
  driver.ack({ outcome: 'reset', job: snapshotOf(logOf(3, { epoch: 'e2' })) });
  expect(driver.get().gaps).toEqual([]);
});

test('what was said of a silent worker before a loss is not said after it', () => {
  const driver = live(10);
  driver.send({ kind: 'notice', notice: { jobId: JOB, kind: 'worker_silent', since: START } });
  expect(driver.get().job?.workerSilentSince).toBe(START);
  driver.send({ kind: 'disconnected' }, { kind: 'sent', interrupted: false });
  driver.ack({ outcome: 'live', position: { epoch: 'e1', sequence: 10 } });
  expect(driver.get().job).not.toHaveProperty('workerSilentSince');
});

test('a loss that nobody noticed leaves no gap', () => {
  const driver = live(10);
  driver.receive(progress(11, 45));
  driver.send({ kind: 'disconnected' }, { kind: 'sent', interrupted: false });
  driver.ack({ outcome: 'live', position: { epoch: 'e1', sequence: 11 } });
  expect(driver.get().gaps).toEqual([]);
});

test('an answer ends the row of refusals', () => {
  const driver = asking(10);
  for (let round = 0; round < 3; round += 1) {
    driver.send({ kind: 'failed', code: 'unavailable', retryAfterMs: null }, { kind: 'timer' });
    driver.send({ kind: 'sent', interrupted: false });
  }
  driver.ack({ outcome: 'live', position: { epoch: 'e1', sequence: 10 } });
  driver.receive(chunk(11, 'misfit', 5));
  driver.send({ kind: 'sent', interrupted: false }, { kind: 'failed', code: 'unavailable', retryAfterMs: null });
  expect((timerOf(driver.get()) ?? 0) - driver.now()).toBe(1_000);
});
