/**
 * Where a growing text is cut into blocks. The cuts depend on the text alone, never on when it arrived, and never fall
 * before what could be shown already: a block that is on the screen only grows.
 */

/** A block ends behind the first line break at or after this many UTF-16 code units. */
const SHORTEST_BLOCK = 1_024;
/** A line that is longer than this is cut behind its next space. */
const LONG_LINE = 3_584;
/** A line without a space is cut between two characters, once it is longer than this. */
const LONGEST_WORD = 4_096;
/** Longer than any character of a writing system; what has no boundary within this is cut where it stands. */
const LONGEST_CHARACTER = 512;

/** Length of the first block of `text` if it is complete, else null. */
export function firstBlockLength(text: string): number | null {
  // Bounded, so that a long text costs its length once and not once per block.
  const window = text.slice(0, LONGEST_WORD + LONGEST_CHARACTER + 2);
  const lineBreak = window.indexOf('\n', SHORTEST_BLOCK - 1);
  const space = window.indexOf(' ', LONG_LINE - 1);
  const wordEnd = lineBreak === -1 || space === -1 ? Math.max(lineBreak, space) : Math.min(lineBreak, space);
  if (wordEnd !== -1 && wordEnd < LONGEST_WORD) return wordEnd + 1;
  return characterEnd(window);
}

/** Whether `text` ends in the first half of a character that needs two code units. */
export function endsInHalf(text: string): boolean {
  return isHighSurrogate(text.charCodeAt(text.length - 1));
}

/** The first boundary between two user-perceived characters at or after `LONGEST_WORD`, once what follows it is known. */
function characterEnd(window: string): number | null {
  // A character ends where the next one begins, and half a code point does not tell what it will be.
  const known = endsInHalf(window) ? window.length - 1 : window.length;
  if (known <= LONGEST_WORD) return null;
  const from = LONGEST_WORD - LONGEST_CHARACTER;
  const segments = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(window.slice(from, known));
  const segment = segments.containing(LONGEST_CHARACTER - 1);
  const end = segment === undefined ? known : from + segment.index + segment.segment.length;
  if (end < known) return end;
  const limit = LONGEST_WORD + LONGEST_CHARACTER;
  if (known <= limit) return null;
  return isHighSurrogate(window.charCodeAt(limit - 1)) ? limit + 1 : limit;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
