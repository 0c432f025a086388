import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRope, ropeText, type OutputRope } from './outputRope.ts';

const piece = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.integer({ min: 0, max: 9_000 }).map((length) => 'abcdefghij'.repeat(Math.ceil(length / 10)).slice(0, length)),
);

test('a rope reads as the pieces that were appended, whole and in any part', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.nat(30_000), fc.nat(30_000), (pieces, start, end) => {
      const text = pieces.join('');
      const rope = pieces.reduce<OutputRope>((before, addition) => before.append(addition), createRope());
      expect(rope.length).toBe(text.length);
      expect(rope.toString()).toBe(text);
      expect(rope.slice(start, end)).toBe(start < end ? text.slice(start, end) : '');
      expect(rope.slice(start)).toBe(text.slice(start));
    }),
  );
});

test('a view stays what it was, whatever is appended to it and by whom', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), piece), { maxLength: 20 }), (steps) => {
      const views: { rope: OutputRope; text: string }[] = [{ rope: createRope('start'), text: 'start' }];
      for (const [which, addition] of steps) {
        const from = views[which % views.length];
        if (from === undefined) continue;
        views.push({ rope: from.rope.append(addition), text: from.text + addition });
      }
      for (const { rope, text } of views) expect(rope.toString()).toBe(text);
    }),
  );
});

test('a slice that starts before the text starts with it, and one past its end is empty', () => {
  const rope = createRope('x'.repeat(5_000));
  expect(rope.slice(-3, 2)).toBe('xx');
  expect(rope.slice(5_000)).toBe('');
  expect(rope.slice(4_999, 9_999)).toBe('x');
});

test('appending nothing is the same rope', () => {
  const rope = createRope('a');
  expect(rope.append('')).toBe(rope);
});

test('as the text of a fold it can drop its front and name a code unit', () => {
  const rope = createRope(`${'x'.repeat(4_095)}\u{1F600}end`);
  expect(ropeText.codeUnitAt(rope, 4_096)).toBe(0xde00);
  expect(ropeText.toString(ropeText.dropFirst(rope, 4_097))).toBe('end');
});
