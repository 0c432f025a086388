/**
 * Text that only grows, as blocks that are sealed once full. A rope is an immutable view: appending returns a new
 * view and shares the blocks, so holding an old one is safe and costs nothing.
 *
 * Cost: appending is proportional to the addition, `slice` to its result, `toString` to the whole text.
 */
import type { TextOperations } from '@regen/realtime-shared';

/** UTF-16 code units of a sealed block. Blocks are cut by length alone, so that equal texts have equal blocks. */
const BLOCK_LENGTH = 4_096;

interface Blocks {
  /** All but the last have exactly `BLOCK_LENGTH` code units; the last has fewer. */
  sealed: string[];
  tail: string;
}

export interface OutputRope {
  /** UTF-16 code units. */
  readonly length: number;
  /** The text from `start` up to, not including, `end`. */
  slice(start: number, end?: number): string;
  toString(): string;
  /** The longer text; this one stays as it is. */
  append(addition: string): OutputRope;
}

class SharedRope implements OutputRope {
  readonly #blocks: Blocks;
  readonly length: number;

  constructor(blocks: Blocks, length: number) {
    this.#blocks = blocks;
    this.length = length;
  }

  append(addition: string): OutputRope {
    if (addition.length === 0) return this;
    const blocks = this.#isNewest() ? this.#blocks : copyOf(this.toString());
    let rest = blocks.tail + addition;
    while (rest.length >= BLOCK_LENGTH) {
      blocks.sealed.push(flat(rest.slice(0, BLOCK_LENGTH)));
      rest = rest.slice(BLOCK_LENGTH);
    }
    blocks.tail = rest;
    return new SharedRope(blocks, this.length + addition.length);
  }

  slice(start: number, end: number = this.length): string {
    const last = Math.min(end, this.length);
    const first = Math.max(0, start);
    if (first >= last) return '';
    let result = '';
    for (let index = Math.floor(first / BLOCK_LENGTH); index * BLOCK_LENGTH < last; index += 1) {
      const from = index * BLOCK_LENGTH;
      const block = this.#blocks.sealed[index] ?? this.#blocks.tail;
      result += block.slice(Math.max(0, first - from), last - from);
    }
    return result;
  }

  toString(): string {
    return this.slice(0);
  }

  /** Whether nobody appended to the shared blocks since this view was made. */
  #isNewest(): boolean {
    return this.#blocks.sealed.length * BLOCK_LENGTH + this.#blocks.tail.length === this.length;
  }
}

function copyOf(text: string): Blocks {
  const blocks: Blocks = { sealed: [], tail: '' };
  let start = 0;
  for (; start + BLOCK_LENGTH <= text.length; start += BLOCK_LENGTH) {
    blocks.sealed.push(flat(text.slice(start, start + BLOCK_LENGTH)));
  }
  blocks.tail = text.slice(start);
  return blocks;
}

/** Makes an engine store the characters of a concatenated string once instead of its pieces. */
function flat(text: string): string {
  return text.charCodeAt(0) < 0 ? '' : text;
}

export function createRope(text = ''): OutputRope {
  return new SharedRope(copyOf(text), text.length);
}

/** The rope as the text of a job's fold. */
export const ropeText: TextOperations<OutputRope> = {
  from: createRope,
  append: (rope, addition) => rope.append(addition),
  lengthOf: (rope) => rope.length,
  dropFirst: (rope, count) => createRope(rope.slice(count)),
  codeUnitAt: (rope, index) => rope.slice(index, index + 1).charCodeAt(0),
  toString: (rope) => rope.toString(),
};
