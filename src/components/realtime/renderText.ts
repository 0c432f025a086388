/** Writes a growing text into an element by appending, in blocks and groups of blocks. */
import type { TextSource } from '../../services/realtime/jobText.ts';
import type { TextGrowth } from './textGrowth.ts';
import { endsInHalf, firstBlockLength } from './textBlocks.ts';

/** Blocks that are skipped together while they are out of sight. */
const BLOCKS_PER_GROUP = 64;
/** Before a group was ever seen its height is guessed from its lines; px of one line. */
const LINE_HEIGHT = 20;

/** A block that is still growing, and its text. */
interface Tail {
  node: Text;
  text: string;
}

/**
 * Keeps `root` showing the text of `source`, until the returned function is called, which empties it. What is shown
 * is only appended to, so that a selection and the place of scrolling stay; dropped text leaves from the front.
 * `growth` is told of what is appended, but not of what was there at first.
 */
export function renderText(root: HTMLElement, source: TextSource, growth: TextGrowth | null = null): () => void {
  const page = root.ownerDocument;
  let group: HTMLElement | null = null;
  let linesInGroup = 0;
  let tail: Tail | null = null;
  /** The text that is shown reaches from `start` to `end`, in code units since the text's beginning. */
  let start = 0;
  let end = 0;
  let generation: number | null = null;

  function clear(): void {
    root.replaceChildren();
    group = null;
    tail = null;
  }

  function addBlock(text: string): Text {
    const node = page.createTextNode(text);
    const block = page.createElement('div');
    block.append(node);
    if (group === null || group.childElementCount >= BLOCKS_PER_GROUP) {
      group = page.createElement('div');
      linesInGroup = 0;
      group.append(block);
      root.append(group);
    } else {
      group.append(block);
    }
    return node;
  }

  /** Shows `text` in the block that is growing, or in a new one. */
  function grow(text: string): Tail {
    if (tail === null) return { node: addBlock(text), text };
    // Never by setting `data`: that would throw a selection in this block to its beginning.
    const shown = tail.node.length;
    if (shown > text.length) tail.node.deleteData(text.length, shown - text.length);
    else tail.node.appendData(text.slice(shown));
    return { node: tail.node, text };
  }

  function append(addition: string): void {
    let rest = (tail?.text ?? '') + addition;
    for (let length = firstBlockLength(rest); length !== null; length = firstBlockLength(rest)) {
      const sealed = grow(rest.slice(0, length));
      tail = null;
      linesInGroup += Math.max(1, sealed.text.split('\n').length - 1);
      group?.style.setProperty('contain-intrinsic-block-size', `auto ${String(linesInGroup * LINE_HEIGHT)}px`);
      rest = rest.slice(length);
    }
    if (rest.length > 0) tail = grow(rest);
  }

  /** Takes `count` code units away from the front. */
  function drop(count: number): void {
    let left = count;
    while (left > 0) {
      const block = root.firstElementChild?.firstElementChild;
      const node = block?.firstChild;
      if (block == null || !(node instanceof Text)) return;
      const taken = Math.min(left, node.length);
      left -= taken;
      if (tail?.node === node) tail.text = tail.text.slice(taken);
      if (taken < node.length || tail?.node === node) node.deleteData(0, taken);
      else if (block.parentElement?.childElementCount === 1 && block.parentElement !== group)
        block.parentElement.remove();
      else block.remove();
    }
  }

  function update(): void {
    const { rope, offset, generation: current, isComplete } = source.read();
    const isLonger = current === generation && offset >= start && offset <= end && offset + rope.length >= end;
    if (!isLonger) {
      clear();
      generation = current;
      start = offset;
      end = offset;
      growth?.replaced();
    }
    if (offset > start) {
      drop(offset - start);
      start = offset;
    }
    let addition = rope.slice(end - offset);
    // Drawn alone it would be a replacement character, and in the next frame another one.
    if (!isComplete && endsInHalf(addition)) addition = addition.slice(0, -1);
    if (addition === '') return;
    end += addition.length;
    append(addition);
    if (isLonger) growth?.appended(addition);
  }

  const unsubscribe = source.subscribe(update);
  update();
  return () => {
    unsubscribe();
    clear();
  };
}
