'use client';
import { useEffect, useRef, type ReactElement } from 'react';
import type { LineCount } from './lineCount.ts';
import { useWords } from '../../hooks/wordsContext.ts';

/** How many lines were written since the person began to read back; nothing while there is none. */
export function NewLines({ count }: { count: LineCount }): ReactElement {
  const { well } = useWords();
  const label = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const show = (): void => {
      const lines = count.read();
      // By hand: lines may come in every frame, and none of them is worth a render.
      if (label.current !== null) label.current.textContent = lines === 0 ? '' : well.newLines(lines);
    };
    show();
    return count.subscribe(show);
  }, [count, well]);
  return <span ref={label} className="rg:font-regular rg:text-ink-3 rg:tabular-nums rg:empty:hidden" />;
}
