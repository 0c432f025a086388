'use client';
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { useChanges } from './useChanges.ts';

export interface StickToEnd {
  /** The element that scrolls. */
  scroller: RefObject<HTMLDivElement | null>;
  /** What grows inside it. */
  content: RefObject<HTMLDivElement | null>;
  /** The person reads back: the place is kept, and what comes is counted. */
  isReadingBack: boolean;
  /** Whole lines that came since. */
  newLines: number;
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
  const place = useRef({ follows: true, top: 0, heightWhenLeft: 0 });
  const [isReadingBack, setReadingBack] = useState(false);
  const [newLines, setNewLines] = useChanges(0);
  const [isCut, setCut] = useChanges(false);

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
      setNewLines(0);
    } else if (!isAtEnd && movedUp && place.current.follows) {
      place.current.follows = false;
      place.current.heightWhenLeft = scrollHeight;
      setReadingBack(true);
    }
    setCut(scrollTop > 1);
  }, [setCut, setNewLines]);

  useEffect(() => {
    const outer = scroller.current;
    const inner = content.current;
    if (outer === null || inner === null) return undefined;
    const settle = (): void => {
      if (place.current.follows) {
        outer.scrollTop = outer.scrollHeight;
        place.current.top = outer.scrollTop;
        setCut(outer.scrollTop > 1);
        return;
      }
      const lineHeight = Number.parseFloat(getComputedStyle(inner).lineHeight) || 20;
      const grown = outer.scrollHeight - place.current.heightWhenLeft;
      setNewLines(Math.max(0, Math.round(grown / lineHeight)));
    };
    const observer = new ResizeObserver(settle);
    observer.observe(inner);
    observer.observe(outer);
    settle();
    return () => {
      observer.disconnect();
    };
  }, [setCut, setNewLines]);

  const jump = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    place.current.follows = true;
    element.scrollTop = element.scrollHeight;
    setReadingBack(false);
    setNewLines(0);
    element.focus({ preventScroll: true });
  }, [setNewLines]);

  return { scroller, content, isReadingBack, newLines, isCut, jump, onScroll };
}
