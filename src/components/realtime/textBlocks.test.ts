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
  const word = fc.constantFrom('a ', 'bb', '\n', '中文', '👩‍👩‍👧‍👦', 'x'.repeat(700), 'لا', ' ');
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
