/** Where a growing text is cut into blocks. The cuts depend on the text alone, never on when it arrived. */

/** A block ends behind the first line break at or after this many UTF-16 code units. */
const SHORTEST_BLOCK = 1_024;
/** A line that is longer than this is cut behind a space, or else between two characters. */
const LONGEST_BLOCK = 4_096;
/** As far back as this a hard cut looks for a space. */
const SPACE_SEARCH = 512;

/** Length of the first block of `text` if it is complete, else null. */
export function firstBlockLength(text: string): number | null {
  const lineBreak = text.indexOf('\n', SHORTEST_BLOCK - 1);
  if (lineBreak !== -1 && lineBreak < LONGEST_BLOCK) return lineBreak + 1;
  if (text.length < LONGEST_BLOCK + SPACE_SEARCH) return null;
  const space = text.lastIndexOf(' ', LONGEST_BLOCK - 1);
  if (space >= LONGEST_BLOCK - SPACE_SEARCH) return space + 1;
  return lastCharacterStart(text, LONGEST_BLOCK);
}

/** The start of the user-perceived character that contains the code unit at `index`. */
function lastCharacterStart(text: string, index: number): number {
  const from = index - SPACE_SEARCH;
  const segment = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
    .segment(text.slice(from, index + SPACE_SEARCH))
    .containing(SPACE_SEARCH);
  // A "character" of hundreds of code units is no writing system's: then the cut falls where it falls.
  return segment === undefined || segment.index === 0 ? index : from + segment.index;
}
