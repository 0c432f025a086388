import { expect, test } from 'vitest';
import { titleOf } from './jobTitle.ts';

test.each([
  ['as it is', 'Market study', 'Market study'],
  ['line breaks and tabs', ' Market\r\n\tstudy\u0000 2\u2028', 'Market study 2'],
  ['right to left, with its marks', '\u200f\u062f\u0631\u0627\u0633\u0629', '\u200f\u062f\u0631\u0627\u0633\u0629'],
  ['an emoji of several parts', '\u{1f469}\u200d\u{1f52c}', '\u{1f469}\u200d\u{1f52c}'],
  ['nothing', '', ''],
  ['spaces', ' \n\u00a0 ', ''],
  ['characters without a width', '\u200b\u2060\ufeff\u3164', ''],
])('a title in one line: %s', (_, title, expected) => {
  expect(titleOf({ title })).toBe(expected);
});
