'use client';
import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { createLineCount, type LineCount } from './lineCount.ts';
import type { TextGrowth } from './textGrowth.ts';
import { useChanges } from './useChanges.ts';

export interface StickToEnd {
  /** The element that scrolls. */
  scroller: RefObject<HTMLDivElement | null>;
  /** What grows inside it. */
  content: RefObject<HTMLDivElement | null>;
  /** The person reads back: the place is kept, and what comes is counted. */
  isReadingBack: boolean;
  /** Lines that were written since. */
  newLines: LineCount;
  /** To be told how the content grows. */
  growth: TextGrowth;
  /** Something stands above the upper edge. */
  isCut: boolean;
  jump(): void;
  onScroll(): void;
}

/** px from the end that still count as the end: layouts round. */
const TOLERANCE = 4;

/**
 * Keeps a scrolling element at its end until the person scrolls up, and never moves it after that: only scrolling
 * back to the end, or `jump`, lets it follow again.
 */
export function useStickToEnd(): StickToEnd {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const place = useRef({ follows: true, top: 0 });
  const [isReadingBack, setReadingBack] = useState(false);
  const [isCut, setCut] = useChanges(false);
  const newLines = useMemo(() => createLineCount(), []);
  const growth = useMemo<TextGrowth>(
    () => ({
      appended: (text) => {
        if (!place.current.follows) newLines.add(text);
      },
      replaced: newLines.reset,
    }),
    [newLines],
  );

  const onScroll = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    const isAtEnd = scrollHeight - clientHeight - scrollTop <= TOLERANCE;
    // Text that grew since the last scroll also puts the end out of reach: only a move upwards is the person's.
    const movedUp = scrollTop < place.current.top - 1;
    place.current.top = scrollTop;
    if (isAtEnd && !place.current.follows) {
      place.current.follows = true;
      setReadingBack(false);
      newLines.reset();
    } else if (!isAtEnd && movedUp && place.current.follows) {
      place.current.follows = false;
      setReadingBack(true);
    }
    setCut(scrollTop > 1);
  }, [setCut, newLines]);

  useEffect(() => {
    const outer = scroller.current;
    const inner = content.current;
    if (outer === null || inner === null) return undefined;
    const settle = (): void => {
      if (!place.current.follows) return;
      outer.scrollTop = outer.scrollHeight;
      place.current.top = outer.scrollTop;
      setCut(outer.scrollTop > 1);
    };
    const observer = new ResizeObserver(settle);
    observer.observe(inner);
    observer.observe(outer);
    settle();
    return () => {
      observer.disconnect();
    };
  }, [setCut]);

  const jump = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    place.current.follows = true;
    element.scrollTop = element.scrollHeight;
    setReadingBack(false);
    newLines.reset();
    element.focus({ preventScroll: true });
  }, [newLines]);

  return { scroller, content, isReadingBack, newLines, growth, isCut, jump, onScroll };
}
