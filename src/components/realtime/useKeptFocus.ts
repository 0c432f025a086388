'use client';
import { useCallback, useEffect, useRef, type FocusEvent, type RefCallback } from 'react';

interface FocusHandlers {
  onFocus(event: FocusEvent<HTMLElement>): void;
  onBlur(event: FocusEvent<HTMLElement>): void;
}

export interface KeptFocus extends FocusHandlers {
  /** The `ref` of an element inside, where all of it may go at once: then the focus goes to what follows it. */
  place: RefCallback<HTMLElement>;
}

/** What an application wants to hear of the same element. */
type GivenHandlers = { readonly [Name in keyof FocusHandlers]?: FocusHandlers[Name] | undefined };

/**
 * Focus that was on something which is gone after a render, such as a button that did its work, goes to what is
 * nearest to it: else a person at the keyboard would begin again at the top of the page. For the props of the element
 * around it.
 */
export function useKeptFocus(given: GivenHandlers = {}): KeptFocus {
  /** The element with the focus, then what is around it up to the element of the props. */
  const path = useRef<readonly HTMLElement[]>([]);
  const inside = useRef<HTMLElement | null>(null);
  const following = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const [focused, ...around] = path.current;
    if (focused === undefined || focused.isConnected) return;
    path.current = [];
    const { activeElement, body } = focused.ownerDocument;
    if (activeElement !== null && activeElement !== body) return;
    const isWhole = around.at(-1)?.isConnected !== true;
    const heir = isWhole ? following.current : nearest(around.filter((element) => element.isConnected));
    heir?.focus({ preventScroll: true });
  });

  const onFocus = (event: FocusEvent<HTMLElement>): void => {
    const { target, currentTarget } = event;
    const elements: HTMLElement[] = [];
    for (let element: Element | null = target; element !== null; element = element.parentElement) {
      if (element instanceof HTMLElement) elements.push(element);
      if (element === currentTarget) break;
    }
    path.current = elements;
    given.onFocus?.(event);
  };
  const onBlur = (event: FocusEvent<HTMLElement>): void => {
    // Of a window that loses it the page keeps the focus. React tells no blur of what it takes away itself.
    if (event.currentTarget.ownerDocument.hasFocus()) path.current = [];
    given.onBlur?.(event);
  };
  const place = useCallback((element: HTMLElement | null) => {
    // React tells it while the element is still in its place.
    if (element === null) following.current = whatFollows(inside.current, path.current);
    inside.current = element;
  }, []);
  return { onFocus, onBlur, place };
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

const FOCUSABLE =
  'a[href], area[href], button, input, select, textarea, summary, iframe, [tabindex], [contenteditable]';

/** Null where a pointer put the focus there: whoever has one in hand does not look for the focus. */
function whatFollows(place: HTMLElement | null, [focused, ...around]: readonly HTMLElement[]): HTMLElement | null {
  if (place === null || focused?.matches(':focus-visible') !== true) return null;
  const whole = around.at(-1) ?? focused;
  const others = [...place.ownerDocument.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (element) => !whole.contains(element) && canHaveFocus(element),
  );
  const after = others.find(
    (element) => (place.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0,
  );
  return after ?? others.at(-1) ?? null;
}

function canHaveFocus(element: HTMLElement): boolean {
  return element.tabIndex >= 0 && element.matches(':not(:disabled, [inert] *)') && element.getClientRects().length > 0;
}
