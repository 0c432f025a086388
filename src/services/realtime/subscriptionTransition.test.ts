import type { JobEvent, SubscribeResult } from '@regen/realtime-shared';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  DEFAULT_SUBSCRIPTION_SETTINGS,
  clientReducer,
  createJobSubscription,
  isOver,
  positionOf,
  timerOf,
  type JobSubscription,
  type SubscriptionSettings,
} from './jobSubscription.ts';
import type { SubscriptionEffect, SubscriptionEvent } from './subscriptionStep.ts';
import { transition } from './subscriptionTransition.ts';
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
  resumed,
  snapshotOf,
  textOf,
} from './testing/fixtures.ts';

const settings = DEFAULT_SUBSCRIPTION_SETTINGS;
const log = logOf(40);

/** A subscription that is driven by hand, with what it asked for and dropped. */
function drive(start: JobSubscription = createJobSubscription(JOB, null), own: Partial<SubscriptionSettings> = {}) {
  let subscription = start;
  let now = START;
  const effects: SubscriptionEffect[] = [];
  const send = (...events: SubscriptionEvent[]): void => {
    for (const event of events) {
      const [next, more] = transition(subscription, event, { now, settings: { ...settings, ...own } });
      subscription = next;
      effects.push(...more);
    }
  };
  return {
    send,
    receive: (...events: JobEvent[]) => {
      send(...events.map((event) => ({ kind: 'received', event }) as const));
    },
    ack: (result: Partial<SubscribeResult> & Pick<SubscribeResult, 'outcome'>) => {
      send({ kind: 'acked', result: { position: { epoch: 'e1', sequence: 0 }, serverTime: now, ...result } });
    },
    wait: (ms: number) => {
      now += ms;
      const due = timerOf(subscription);
      if (due !== null && due <= now) send({ kind: 'timer' });
    },
    get: () => subscription,
    text: () => subscription.job?.channels['output']?.text.toString() ?? '',
    sequence: () => subscription.job?.sequence ?? 0,
    effects,
    asked: () => effects.filter((effect) => effect.kind === 'subscribe').length,
    now: () => now,
  };
}

/** Stands at `sequence` of the log and is live. */
function live(sequence: number, own: Partial<SubscriptionSettings> = {}) {
  const driver = drive(undefined, own);
  driver.send({ kind: 'sent', interrupted: false });
  driver.ack({ outcome: 'snapshot', job: snapshotOf(log.slice(0, sequence)) });
  return driver;
}

/** Stands at `sequence`, and has asked again from there. */
function asking(sequence: number, own: Partial<SubscriptionSettings> = {}) {
  const driver = live(sequence, own);
  driver.send({ kind: 'disconnected' }, { kind: 'sent', interrupted: true });
  return driver;
}

test('the first subscribe asks without a position, the next one from where the client stands', () => {
  expect(positionOf(createJobSubscription(JOB, null))).toBeNull();
  expect(positionOf(live(10).get())).toEqual({ epoch: 'e1', sequence: 10 });
});

test('events are applied in order and each is shown once', () => {
  const driver = live(10);
  driver.receive(...log.slice(10, 20), ...log.slice(15, 20));
  expect(driver.text()).toBe(textOf(20));
  expect(driver.effects).toEqual(Array.from({ length: 5 }, () => ({ kind: 'dropped', why: 'duplicate' })));
});

test('a merged chunk that overlaps what is known adds only the rest', () => {
  const driver = live(10);
  const text = textOf(15);
  driver.receive(chunk(15, text.slice(7 * 3), 7 * 3, { firstSequence: 9 }));
  expect(driver.text()).toBe(text);
  expect(driver.sequence()).toBe(15);
});

test('a hole is held for a moment, and what fills it is applied with what follows', () => {
  const driver = live(10);
  driver.receive(...log.slice(11, 14));
  expect(driver.text()).toBe(textOf(10));
  expect(timerOf(driver.get())).toBe(START + settings.holePatienceMs);
  driver.receive(...log.slice(10, 11));
  expect(driver.text()).toBe(textOf(14));
  expect(timerOf(driver.get())).toBeNull();
  expect(driver.asked()).toBe(0);
});

test('a hole that stays is answered by asking again from the last shown event', () => {
  const driver = live(10);
  driver.receive(...log.slice(12, 20));
  driver.wait(settings.holePatienceMs);
  expect(driver.asked()).toBe(1);
  expect(positionOf(driver.get())).toEqual({ epoch: 'e1', sequence: 10 });
  expect(driver.get().held).toEqual([]);
});

test('more events behind a hole do not postpone asking', () => {
  const driver = live(10);
  for (let index = 12; index < 30; index += 1) {
    driver.receive(...log.slice(index, index + 1));
    driver.wait(20);
  }
  expect(driver.asked()).toBe(1);
});

test('events that arrive before the answer wait for it', () => {
  const driver = asking(10);
  driver.receive(...log.slice(12, 16));
  expect(driver.text()).toBe(textOf(10));
  driver.ack({ outcome: 'replayed', position: { epoch: 'e1', sequence: 12 } });
  driver.receive(...log.slice(10, 12));
  expect(driver.text()).toBe(textOf(16));
});

test('catching up ends at the position of the answer', () => {
  const driver = asking(10);
  driver.ack({ outcome: 'replayed', position: { epoch: 'e1', sequence: 14 } });
  driver.receive(...log.slice(10, 13));
  expect(driver.get().phase).toEqual({ kind: 'synced', target: 14 });
  driver.receive(...log.slice(13, 14));
  expect(driver.get().phase).toEqual({ kind: 'synced', target: null });
});

test('a replay that stalls is asked for again, and one that moves on is not', () => {
  const driver = asking(10);
  driver.ack({ outcome: 'replayed', position: { epoch: 'e1', sequence: 30 } });
  driver.wait(settings.replayPatienceMs - 1);
  driver.receive(...log.slice(10, 12));
  driver.wait(settings.replayPatienceMs - 1);
  expect(driver.asked()).toBe(0);
  driver.wait(1);
  expect(driver.asked()).toBe(1);
});

test('a chunk whose offset does not fit asks for the whole state', () => {
  const driver = live(10);
  driver.receive(chunk(11, 'other', 5));
  expect(driver.asked()).toBe(1);
  expect(positionOf(driver.get())).toBeNull();
  expect(driver.text()).toBe(textOf(10));
});

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

test('a takeover that was seen to happen is no reset', () => {
  const driver = live(10);
  driver.receive(chunk(11, '011', 27, { epoch: 'e2' }));
  expect(positionOf(driver.get())).toEqual({ epoch: 'e2', sequence: 11 });
  expect(driver.get()).toMatchObject({ generation: 0, epochs: ['e1', 'e2'] });
});

test('a late event of an epoch that was followed is only old; one of an unknown epoch is looked up', () => {
  const driver = live(10);
  driver.receive(chunk(11, '011', 27, { epoch: 'e2' }));
  driver.receive(...log.slice(8, 9));
  expect(driver.asked()).toBe(0);
  driver.receive(chunk(9, 'xyz', 21, { epoch: 'e9' }));
  expect(driver.asked()).toBe(1);
});

test('while the server rebuilds its record, known events change nothing and the next one goes on', () => {
  const driver = asking(10);
  driver.ack({ outcome: 'holding', position: { epoch: 'e1', sequence: 6 } });
  driver.receive(...log.slice(6, 10));
  expect(driver.get().phase.kind).toBe('holding');
  driver.receive(...log.slice(10, 12));
  expect(driver.text()).toBe(textOf(12));
  expect(driver.get().phase.kind).toBe('synced');
});

test('after the last event nothing is applied', () => {
  const driver = live(10);
  driver.receive(completed(11), chunk(12, 'ghost', 27));
  expect(driver.get().job?.status).toBe('completed');
  expect(driver.text()).toBe(textOf(10));
  expect(driver.effects).toEqual([{ kind: 'dropped', why: 'ended' }]);
});

test('a retryable failure that is resumed goes on in the same text', () => {
  const driver = live(10);
  driver.receive(failed(11, true), resumed(12, { epoch: 'e2' }), chunk(13, '!', 27, { epoch: 'e2' }));
  expect(driver.get().job?.status).toBe('running');
  expect(driver.text()).toBe(`${textOf(10)}!`);
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

test('a hole in a replay is asked for as early as any other, and a live event that waits for the replay is none', () => {
  const driver = asking(10);
  driver.receive(...log.slice(20, 21));
  driver.ack({ outcome: 'replayed', position: { epoch: 'e1', sequence: 20 } });
  expect(timerOf(driver.get())).toBe(START + settings.replayPatienceMs);
  driver.receive(...log.slice(10, 12), ...log.slice(21, 22));
  expect(timerOf(driver.get())).toBe(START + settings.replayPatienceMs);
  driver.receive(...log.slice(13, 14));
  expect(timerOf(driver.get())).toBe(START + settings.holePatienceMs);
  driver.wait(settings.holePatienceMs - 1);
  driver.receive(...log.slice(14, 16));
  driver.wait(1);
  expect(driver.asked()).toBe(1);
});

test('a hole is not waited on as long as a listed end', () => {
  const driver = live(10);
  driver.send({ kind: 'listed', createdAt: START + 1, isFinished: true });
  driver.receive(...log.slice(11, 12));
  driver.wait(settings.holePatienceMs);
  expect(driver.asked()).toBe(1);
});

test('what was held behind a hole of a replaced history is not waited for', () => {
  const driver = live(10);
  driver.receive(...log.slice(11, 14));
  driver.send({ kind: 'reset', job: snapshotOf(logOf(4, { epoch: 'e2' })) });
  expect(driver.get().held).toEqual([]);
  expect(timerOf(driver.get())).toBeNull();
});

test('an event that was held and does not fit asks for the whole state', () => {
  const driver = asking(10);
  driver.receive(chunk(11, 'other', 5));
  driver.ack({ outcome: 'live', position: { epoch: 'e1', sequence: 10 } });
  expect(driver.asked()).toBe(1);
  expect(positionOf(driver.get())).toBeNull();
});

test('an old number of an unknown epoch that was held is looked up', () => {
  const driver = asking(10);
  driver.receive(chunk(9, 'xyz', 21, { epoch: 'e9' }));
  driver.ack({ outcome: 'live', position: { epoch: 'e1', sequence: 10 } });
  expect(driver.asked()).toBe(1);
});

test('of two held events with one number the one of another incarnation is looked up', () => {
  const driver = asking(10);
  driver.receive(...log.slice(10, 11), chunk(11, '011', 27, { epoch: 'e9' }));
  driver.ack({ outcome: 'live', position: { epoch: 'e1', sequence: 10 } });
  expect(driver.sequence()).toBe(11);
  expect(driver.asked()).toBe(1);
});

test('an id that no job can have is refused from the start, and stays so', () => {
  for (const jobId of ['', 'a b', `a${'b'.repeat(128)}`]) {
    const driver = drive(createJobSubscription(jobId, null));
    driver.send({ kind: 'disconnected' });
    expect(driver.get().phase).toEqual({ kind: 'refused', code: 'invalid_payload', retryAt: null });
    expect(timerOf(driver.get())).toBeNull();
  }
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

test('too many events behind a hole are not kept, but asked for at once', () => {
  const driver = live(10, { heldEvents: 5 });
  driver.receive(...log.slice(12, 18));
  expect(driver.asked()).toBe(1);
  expect(driver.effects).toContainEqual({ kind: 'dropped', why: 'overflow' });
});

test('of too many events during a subscribe the last one stays, so that the dropped ones are missed', () => {
  const driver = asking(10, { heldEvents: 5 });
  driver.receive(...log.slice(10, 20), completed(21));
  expect(driver.get().held.map((event) => event.sequence)).toEqual([11, 12, 13, 14, 21]);
  driver.ack({ outcome: 'live', position: { epoch: 'e1', sequence: 10 } });
  expect(driver.text()).toBe(textOf(14));
  driver.wait(settings.holePatienceMs);
  expect(driver.asked()).toBe(1);
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

/** Counts how often the sequence of any event is read: the work that a delivery costs, without a clock. */
function counting(events: readonly JobEvent[]): { events: JobEvent[]; reads(): number } {
  let reads = 0;
  const watched = events.map(
    (event) =>
      new Proxy(event, {
        get: (target, key, receiver) => {
          if (key === 'sequence') reads += 1;
          return Reflect.get(target, key, receiver) as unknown;
        },
      }),
  );
  return { events: watched, reads: () => reads };
}

test('a replay of 10,000 events costs in proportion to its length, also behind a late answer', () => {
  const cost = (length: number): number => {
    const { events, reads } = counting(logOf(length + 10).slice(10));
    const driver = asking(10, { heldEvents: 20_000 });
    driver.receive(...events.slice(0, length / 2));
    driver.ack({ outcome: 'replayed', position: { epoch: 'e1', sequence: length + 10 } });
    driver.receive(...events.slice(length / 2));
    expect(driver.sequence()).toBe(length + 10);
    return reads() / length;
  };
  const short = cost(1_000);
  expect(cost(10_000)).toBeLessThan(short * 1.2);
  expect(short).toBeLessThan(40);
});

test('whatever is lost, doubled or exchanged on the way, no hole is shown and everything arrives in the end', () => {
  const delivery = fc.array(
    fc.record({
      first: fc.integer({ min: 1, max: 39 }),
      length: fc.integer({ min: 1, max: 8 }),
      fate: fc.constantFrom('deliver', 'lose', 'double', 'merge', 'reverse'),
      pauseMs: fc.integer({ min: 0, max: 300 }),
    }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(delivery, fc.integer({ min: 1, max: 40 }), (deliveries, start) => {
      const driver = asking(start);
      let asked = 0;
      /** The server: answers each subscribe with a replay of all it has. */
      const answer = (): void => {
        if (driver.get().phase.kind !== 'subscribing') return;
        const { after } = driver.get().phase as { after: { sequence: number } | null };
        if (after === null) driver.ack({ outcome: 'snapshot', job: snapshotOf(log) });
        else {
          driver.ack({ outcome: 'replayed', position: { epoch: 'e1', sequence: log.length } });
          driver.receive(...log.slice(after.sequence));
        }
      };
      const check = (): void => {
        expect(driver.text()).toBe(textOf(Math.max(1, driver.sequence())));
        if (driver.asked() > asked) {
          asked = driver.asked();
          driver.send({ kind: 'sent', interrupted: false });
        }
      };
      let isFirstAnswer = true;
      for (const { first, length, fate, pauseMs } of deliveries) {
        const events = log.slice(first, first + length);
        const last = events.at(-1);
        if (fate === 'deliver') driver.receive(...events);
        else if (fate === 'double') driver.receive(...events, ...events);
        else if (fate === 'reverse') driver.receive(...events.toReversed());
        else if (fate === 'merge' && last !== undefined) {
          const text = textOf(last.sequence).slice((first - 1) * 3);
          driver.receive(chunk(last.sequence, text, (first - 1) * 3, { firstSequence: first + 1 }));
        }
        check();
        if (isFirstAnswer) driver.ack({ outcome: 'live', position: { epoch: 'e1', sequence: start } });
        isFirstAnswer = false;
        driver.wait(pauseMs);
        check();
      }
      // A last event is always heard of, and shows what is missing.
      if (isFirstAnswer) driver.ack({ outcome: 'live', position: { epoch: 'e1', sequence: start } });
      driver.receive(completed(log.length + 1));
      for (let round = 0; round < 4 && driver.sequence() < log.length; round += 1) {
        driver.wait(settings.holePatienceMs);
        check();
        answer();
      }
      expect(driver.text()).toBe(textOf(log.length));
    }),
  );
});
