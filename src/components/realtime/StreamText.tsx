'use client';
import {
  forwardRef,
  useContext,
  useEffect,
  useImperativeHandle,
  useRef,
  type ClipboardEvent,
  type ComponentPropsWithoutRef,
  type ReactElement,
} from 'react';
import { RealtimeError } from '../../services/realtime/errors.ts';
import type { TextSource } from '../../services/realtime/jobText.ts';
import { classNames } from './classNames.ts';
import { renderText } from './renderText.ts';
import { TextGrowthContext } from './textGrowth.ts';
import type { WithRef } from './withRef.ts';

export interface StreamTextProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  /** The text, such as `client.textOf(jobId)`. */
  source: TextSource;
  /** `mono` keeps columns and never joins letters to ligatures; `prose` uses the text's font. Default `mono`. */
  as?: 'mono' | 'prose';
  /** Draws the caret behind the last character: the text is being written now. */
  caret?: boolean;
}

/**
 * Shows a growing text by appending to the page, without React: a token costs no render, and a long text costs no
 * more than a short one. The element's `textContent` is the text, to the letter; only half a character at the end
 * waits for its other half while the job may go on writing.
 */
export const StreamText: WithRef<StreamTextProps, HTMLDivElement> = forwardRef<HTMLDivElement, StreamTextProps>(
  function StreamText({ source, as = 'mono', caret = false, className, onCopy, ...rest }, ref): ReactElement {
    requireSource(source);
    const growth = useContext(TextGrowthContext);
    const root = useRef<HTMLDivElement>(null);
    useImperativeHandle<HTMLDivElement | null, HTMLDivElement | null>(ref, () => root.current, []);
    useEffect(() => {
      const element = root.current;
      return element === null ? undefined : renderText(element, source, growth);
    }, [source, growth]);
    return (
      <div
        data-rg=""
        {...rest}
        ref={root}
        className={classNames('rg-stream', className)}
        data-as={as}
        data-caret={caret ? '' : undefined}
        onCopy={(event) => {
          onCopy?.(event);
          if (!event.defaultPrevented) copyExactly(event);
        }}
      />
    );
  },
);

/** For callers without types: in an effect the lack of it would be a TypeError without a word of what to do. */
function requireSource(source: Partial<TextSource> | null | undefined): void {
  if (typeof source?.read === 'function' && typeof source.subscribe === 'function') return;
  throw new RealtimeError(
    'invalid_usage',
    'StreamText got no source of a text, so there is none to show. Give it one: ' +
      '<StreamText source={client.textOf(jobId)} />. A text that does not grow needs no StreamText.',
  );
}

/** A selection over several blocks gets line breaks of the layout; the clipboard gets the text as it was written. */
function copyExactly(event: ClipboardEvent<HTMLDivElement>): void {
  const selection = event.currentTarget.ownerDocument.getSelection();
  if (selection === null || selection.rangeCount === 0 || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  if (!event.currentTarget.contains(range.commonAncestorContainer)) return;
  event.clipboardData.setData('text/plain', range.toString());
  event.preventDefault();
}
