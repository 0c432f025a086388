import type { JobEvent } from '@regen/realtime-shared';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { positionOf, timerOf } from './jobSubscription.ts';
import { START, chunk, completed, failed, logOf, resumed, snapshotOf, textOf } from './testing/fixtures.ts';
import { asking, live, log, settings } from './testing/subscriptionDriver.ts';

test('events are applied in order and each is shown once', () => {
  const driver = live(10);
  driver.receive(...log.slice(10, 20), ...log.slice(15, 20));
  expect(driver.text()).toBe(textOf(20));
  expect(driver.effects).toEqual(Array.from({ length: 5 }, () => ({ kind: 'dropped', why: 'duplicate' })));
});

test('when the job last moved on is noted by the clock of this page; what moves nothing is not', () => {
  const driver = live(10);
  driver.wait(500);
  driver.receive(...log.slice(9, 10));
  expect(driver.get().lastEventAt).toBeNull();
  driver.receive(...log.slice(10, 11));
  expect(driver.get().lastEventAt).toBe(START + 500);
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
