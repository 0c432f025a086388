import { createJobReducer, stringText, type JobEvent, type JobState } from '@regen/realtime-shared';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeChunks } from './mergeChunks.ts';

const at = (sequence: number, epoch = 'e1') => ({ jobId: 'job-1', epoch, sequence, timestamp: 1_000 + sequence });

function chunk(
  sequence: number,
  text: string,
  offset: number,
  more: { channel?: 'reasoning'; epoch?: string } = {},
): JobEvent {
  const { epoch, ...channel } = more;
  return { type: 'model:chunk:v1', ...at(sequence, epoch), text, offset, ...channel };
}

test('consecutive chunks become one with the first offset and timestamp and the whole range', () => {
  expect(mergeChunks([chunk(2, 'a', 0), chunk(3, 'b', 1), chunk(4, 'c', 2)])).toEqual([
    { type: 'model:chunk:v1', ...at(4), timestamp: 1_002, text: 'abc', offset: 0, firstSequence: 2 },
  ]);
});

test('a single chunk and what is no chunk pass through as they are', () => {
  const events: JobEvent[] = [chunk(2, 'a', 0), { type: 'job:started', ...at(3) }, chunk(4, 'b', 1)];
  const merged = mergeChunks(events);
  expect(merged).toHaveLength(3);
  merged.forEach((event, index) => {
    expect(event).toBe(events[index]);
  });
});

test('another channel, another epoch, a hole or an offset that does not follow ends a merge', () => {
  for (const next of [
    chunk(3, 'b', 0, { channel: 'reasoning' }),
    chunk(3, 'b', 1, { epoch: 'e2' }),
    chunk(4, 'b', 1),
    chunk(3, 'b', 2),
  ]) {
    expect(mergeChunks([chunk(2, 'a', 0), next])).toHaveLength(2);
  }
});

test('chunks that were merged before merge again', () => {
  const [first] = mergeChunks([chunk(2, 'a', 0), chunk(3, 'b', 1)]);
  const [second] = mergeChunks([chunk(4, 'c', 2), chunk(5, 'd', 3)]);
  if (first === undefined || second === undefined) throw new Error('nothing merged');
  expect(mergeChunks([first, second])).toMatchObject([{ firstSequence: 2, sequence: 5, text: 'abcd', offset: 0 }]);
});

test('a merged chunk keeps to the limits; a longer single one stays whole', () => {
  const events = Array.from({ length: 10 }, (_, index) => chunk(index + 2, 'xxxx', index * 4));
  const byEvents = mergeChunks(events, { maxEvents: 4, maxLength: 1_000 });
  expect(byEvents.map((event) => event.sequence)).toEqual([5, 9, 11]);
  const byLength = mergeChunks(events, { maxEvents: 100, maxLength: 8 });
  expect(byLength).toHaveLength(5);
  expect(mergeChunks([chunk(2, 'x'.repeat(50), 0)], { maxEvents: 4, maxLength: 8 })).toHaveLength(1);
});

test('any merging folds to the same state as the events one by one', () => {
  const reducer = createJobReducer(stringText);
  const piece = fc.record({
    text: fc.string({ maxLength: 6 }),
    channel: fc.constantFrom('output', 'reasoning', 'none'),
  });
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 20 }),
      (pieces, maxEvents, maxLength) => {
        const ends: Record<string, number> = {};
        const events: JobEvent[] = [{ type: 'job:created', ...at(1), title: 'A job' }];
        for (const { text, channel } of pieces) {
          const sequence = events.length + 1;
          if (channel === 'none') {
            events.push({ type: 'job:progress', ...at(sequence), progress: sequence % 100 });
            continue;
          }
          const offset = ends[channel] ?? 0;
          ends[channel] = offset + text.length;
          events.push(chunk(sequence, text, offset, channel === 'reasoning' ? { channel } : {}));
        }
        const fold = (all: readonly JobEvent[]): JobState | null =>
          all.reduce<JobState | null>((state, event) => {
            expect(reducer.fit(state, event)).toBe('next');
            return reducer.reduce(state, event);
          }, null);
        expect(fold(mergeChunks(events, { maxEvents, maxLength }))).toEqual(fold(events));
      },
    ),
  );
});
