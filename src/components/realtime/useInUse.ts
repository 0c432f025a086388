'use client';
import { useEffect, useRef, type FocusEvent, type PointerEvent } from 'react';

interface UseHandlers {
  onPointerEnter(event: PointerEvent<HTMLDivElement>): void;
  onPointerLeave(event: PointerEvent<HTMLDivElement>): void;
  onFocus(event: FocusEvent<HTMLDivElement>): void;
  onBlur(event: FocusEvent<HTMLDivElement>): void;
}

/** What else is to hear of the same element. */
type GivenHandlers = { readonly [Name in keyof UseHandlers]?: UseHandlers[Name] | undefined };

/**
 * Tells whether the pointer or the focus is in an element, each time that this changes; not any more when the element
 * is gone, which the browser does not tell. For the props of that element.
 */
export function useInUse(onInUse: ((isInUse: boolean) => void) | undefined, given: GivenHandlers): UseHandlers {
  const element = useRef<HTMLElement | null>(null);
  const hasPointer = useRef(false);
  const hasFocus = useRef(false);
  const told = useRef(false);
  const listener = useRef(onInUse);

  function tell(): void {
    const isInUse = hasPointer.current || hasFocus.current;
    if (isInUse === told.current) return;
    told.current = isInUse;
    listener.current?.(isInUse);
  }

  useEffect(() => {
    listener.current = onInUse;
    if (element.current?.isConnected !== true) element.current = null;
    hasPointer.current &&= element.current !== null;
    // Nor does React tell that a button with the focus is gone.
    hasFocus.current &&= element.current?.matches(':focus-within') === true;
    tell();
  });
  useEffect(
    () => () => {
      if (told.current) listener.current?.(false);
      told.current = false;
    },
    [],
  );

  return {
    onPointerEnter: (event) => {
      given.onPointerEnter?.(event);
      element.current = event.currentTarget;
      hasPointer.current = true;
      tell();
    },
    onPointerLeave: (event) => {
      given.onPointerLeave?.(event);
      hasPointer.current = false;
      tell();
    },
    onFocus: (event) => {
      given.onFocus?.(event);
      element.current = event.currentTarget;
      hasFocus.current = true;
      tell();
    },
    onBlur: (event) => {
      given.onBlur?.(event);
      const { currentTarget, relatedTarget } = event;
      // Of a window that loses it the page keeps the focus.
      if (currentTarget.contains(relatedTarget) || !currentTarget.ownerDocument.hasFocus()) return;
      hasFocus.current = false;
      tell();
    },
  };
}
