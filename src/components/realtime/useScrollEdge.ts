'use client';
import { useCallback, useEffect, useRef, type RefObject } from 'react';
import { useChanges } from './useChanges.ts';

/** Whether a scrolling element has more below its lower edge. */
export function useScrollEdge(): {
  scroller: RefObject<HTMLDivElement | null>;
  hasMore: boolean;
  onScroll: () => void;
} {
  const scroller = useRef<HTMLDivElement>(null);
  const [hasMore, setHasMore] = useChanges(false);
  const measure = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    setHasMore(element.scrollHeight - element.clientHeight - element.scrollTop > 1);
  }, [setHasMore]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    if (element.firstElementChild !== null) observer.observe(element.firstElementChild);
    measure();
    return () => {
      observer.disconnect();
    };
  }, [measure]);

  return { scroller, hasMore, onScroll: measure };
}
