'use client';
import type { ClockTimer } from '@regen/realtime-shared';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useClock } from './clockContext.ts';

/** How long "Copied" stands. */
const COPIED_MS = 2_000;

export interface Copy {
  isCopied: boolean;
  /** Puts text into the clipboard; where that is refused nothing is claimed. */
  copy(text: string): void;
}

export function useCopy(): Copy {
  const clock = useClock();
  const [isCopied, setCopied] = useState(false);
  const timer = useRef<ClockTimer | undefined>(undefined);
  const isMounted = useRef(false);

  useEffect(() => {
    isMounted.current = true;
    return () => {
      isMounted.current = false;
      clock.clearTimeout(timer.current);
    };
  }, [clock]);

  const copy = useCallback(
    (text: string) => {
      const written = (): void => {
        if (!isMounted.current) return;
        setCopied(true);
        clock.clearTimeout(timer.current);
        timer.current = clock.setTimeout(() => {
          setCopied(false);
        }, COPIED_MS);
      };
      // Absent in an insecure context, whatever its type says.
      const clipboard = navigator.clipboard as Clipboard | undefined;
      clipboard?.writeText(text).then(written, () => undefined);
    },
    [clock],
  );
  return { isCopied, copy };
}
