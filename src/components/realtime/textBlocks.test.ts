import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstBlockLength } from './textBlocks.ts';

function blocksOf(pieces: readonly string[]): string[] {
  const blocks: string[] = [];
  let tail = '';
  for (const piece of pieces) {
    tail += piece;
    for (let cut = firstBlockLength(tail); cut !== null; cut = firstBlockLength(tail)) {
      blocks.push(tail.slice(0, cut));
      tail = tail.slice(cut);
    }
  }
  return [...blocks, tail];
}

test('a text arrives in any pieces and is cut into the same blocks', () => {
  const word = fc.constantFrom('a ', 'bb', '\n', '中文', '👩‍👩‍👧‍👦', '👍🏽', 'x'.repeat(700), 'x'.repeat(4_094), 'لا', ' ');
  fc.assert(
    fc.property(fc.array(word, { maxLength: 60 }), fc.array(fc.nat(20_000), { maxLength: 12 }), (words, cuts) => {
      const text = words.join('');
      const places = [0, ...cuts.filter((cut) => cut < text.length).toSorted((a, b) => a - b), text.length];
      const pieces = places.slice(1).map((place, index) => text.slice(places[index], place));
      expect(blocksOf(pieces)).toEqual(blocksOf([text]));
      expect(blocksOf(pieces).join('')).toBe(text);
    }),
  );
});

test('what could be shown before a cut was known is never behind the cut', () => {
  const word = fc.constantFrom(
    'a ',
    '\n',
    '👩‍👩‍👧‍👦',
    '👍🏽',
    'e\u0301',
    'x'.repeat(600),
    'x'.repeat(4_090),
    '\u0301'.repeat(550),
  );
  fc.assert(
    fc.property(fc.array(word, { minLength: 4, maxLength: 30 }), (words) => {
      const text = words.join('');
      const cut = firstBlockLength(text);
      if (cut === null) return;
      for (let length = cut - 1; length > Math.max(0, cut - 600); length -= 7) {
        expect(firstBlockLength(text.slice(0, length))).toBeNull();
      }
    }),
  );
});

test('a text without any boundary is cut all the same, and between two code points', () => {
  expect(firstBlockLength(`x${'\u0301'.repeat(9_000)}`)).toBe(4_608);
  expect(firstBlockLength(`x${'👍'}${'🏽'.repeat(4_000)}`)).toBe(4_609);
});

test('a block ends behind a line break', () => {
  const text = `${'a'.repeat(1_500)}\n${'b'.repeat(100)}`;
  expect(firstBlockLength(text)).toBe(1_501);
});

test('a line without a break is cut behind a space', () => {
  const text = `${'word '.repeat(2_000)}`;
  const cut = firstBlockLength(text) ?? 0;
  expect(text.slice(0, cut)).toMatch(/ $/);
  expect(cut).toBeLessThanOrEqual(4_096);
});

test('a cut never falls inside an emoji that is joined of several', () => {
  const family = '👩‍👩‍👧‍👦';
  const cut = firstBlockLength(family.repeat(1_000)) ?? 0;
  expect(cut % family.length).toBe(0);
});
