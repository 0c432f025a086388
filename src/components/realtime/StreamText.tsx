'use client';
import { useEffect, useRef, type ComponentProps, type ReactElement } from 'react';
import type { TextSource } from '../../services/realtime/jobText.ts';
import { firstBlockLength } from './textBlocks.ts';

export interface StreamTextProps extends Omit<ComponentProps<'div'>, 'children'> {
  /** The text, such as `client.textOf(jobId)`. */
  source: TextSource;
  /** `mono` keeps columns and never joins letters to ligatures; `prose` uses the text's font. Default `mono`. */
  as?: 'mono' | 'prose';
  /** Draws the caret behind the last character: the text is being written now. */
  caret?: boolean;
}

/** Blocks that are skipped together while they are out of sight. */
const BLOCKS_PER_GROUP = 64;
/** Before a group was ever seen its height is guessed from its lines; px of one line. */
const LINE_HEIGHT = 20;

/**
 * Shows a growing text by appending to the page, without React: a token costs no render, and a long text costs no
 * more than a short one. The element's `textContent` is the text, to the letter.
 */
export function StreamText({ source, as = 'mono', caret = false, className, ...rest }: StreamTextProps): ReactElement {
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = root.current;
    return element === null ? undefined : renderInto(element, source);
  }, [source]);
  return (
    <div
      {...rest}
      ref={root}
      className={['rg-stream', className].filter(Boolean).join(' ')}
      data-rg=""
      data-as={as}
      data-caret={caret ? '' : undefined}
      onCopy={copyExactly}
    />
  );
}

/** A selection over several blocks gets line breaks of the layout; the clipboard gets the text as it was written. */
function copyExactly(event: React.ClipboardEvent<HTMLDivElement>): void {
  const selection = event.currentTarget.ownerDocument.getSelection();
  if (selection === null || selection.rangeCount === 0 || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  if (!event.currentTarget.contains(range.commonAncestorContainer)) return;
  event.clipboardData.setData('text/plain', range.toString());
  event.preventDefault();
}

function renderInto(root: HTMLElement, source: TextSource): () => void {
  const page = root.ownerDocument;
  let group: HTMLElement | null = null;
  let linesInGroup = 0;
  let tail: Text | null = null;
  let tailText = '';
  let rendered = 0;
  let start = 0;
  let generation = -1;

  function clear(): void {
    root.replaceChildren();
    group = null;
    tail = null;
    tailText = '';
    rendered = 0;
  }

  function addBlock(): Text {
    if (group === null || group.childElementCount === BLOCKS_PER_GROUP) {
      group = page.createElement('div');
      linesInGroup = 0;
      root.append(group);
    }
    const block = page.createElement('div');
    const text = page.createTextNode('');
    block.append(text);
    group.append(block);
    return text;
  }

  function seal(text: Text, length: number): void {
    const sealed = tailText.slice(0, length);
    if (text.data.length !== length) text.data = sealed;
    tailText = tailText.slice(length);
    linesInGroup += sealed.split('\n').length;
    group?.style.setProperty('contain-intrinsic-block-size', `auto ${String(linesInGroup * LINE_HEIGHT)}px`);
  }

  function update(): void {
    const view = source.read();
    const known = rendered + start;
    if (view.generation !== generation || view.offset !== start || view.offset + view.rope.length < known) {
      clear();
      generation = view.generation;
      start = view.offset;
    }
    if (view.rope.length === rendered) return;
    const addition = view.rope.slice(rendered);
    rendered = view.rope.length;
    tailText += addition;
    let cut = firstBlockLength(tailText);
    if (cut === null) {
      tail ??= addBlock();
      tail.appendData(addition);
      return;
    }
    for (; cut !== null; cut = firstBlockLength(tailText)) {
      tail ??= addBlock();
      seal(tail, cut);
      tail = null;
    }
    if (tailText.length === 0) return;
    tail = addBlock();
    tail.data = tailText;
  }

  const unsubscribe = source.subscribe(update);
  update();
  return () => {
    unsubscribe();
    clear();
  };
}
