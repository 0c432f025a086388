'use client';
import { useCallback, useEffect, useRef, type FocusEvent } from 'react';

export interface KeptFocus {
  onFocus(event: FocusEvent<HTMLElement>): void;
  onBlur(event: FocusEvent<HTMLElement>): void;
}

/**
 * Focus that was on something which is gone after a render, such as a button that did its work, goes to what is
 * nearest to it: else a person at the keyboard would begin again at the top of the page. For the props of the element
 * around it.
 */
export function useKeptFocus(): KeptFocus {
  /** The element with the focus, then what is around it up to the element of the props. */
  const path = useRef<readonly HTMLElement[]>([]);
  useEffect(() => {
    const [focused, ...around] = path.current;
    if (focused === undefined || focused.isConnected) return;
    path.current = [];
    const { activeElement, body } = focused.ownerDocument;
    if (activeElement !== null && activeElement !== body) return;
    nearest(around.filter((element) => element.isConnected))?.focus({ preventScroll: true });
  });

  const onFocus = useCallback(({ target, currentTarget }: FocusEvent<HTMLElement>) => {
    const elements: HTMLElement[] = [];
    for (let element: Element | null = target; element !== null; element = element.parentElement) {
      if (element instanceof HTMLElement) elements.push(element);
      if (element === currentTarget) break;
    }
    path.current = elements;
  }, []);
  const onBlur = useCallback(({ currentTarget }: FocusEvent<HTMLElement>) => {
    // Of a window that loses it the page keeps the focus. React tells no blur of what it takes away itself.
    if (currentTarget.ownerDocument.hasFocus()) path.current = [];
  }, []);
  return { onFocus, onBlur };
}

/** Can have the focus and keep it: what stops Tab only while it has more to scroll may not in the next frame. */
const LASTING = '[tabindex]:not([data-more])';

function nearest(around: readonly HTMLElement[]): HTMLElement | null {
  const self = around.find((element) => element.matches(LASTING));
  if (self !== undefined) return self;
  for (const element of around) {
    const inside = element.querySelector<HTMLElement>(`${LASTING}[tabindex="0"], button:not(:disabled)`);
    if (inside !== null) return inside;
  }
  return null;
}
