'use client';
import { forwardRef, type ComponentPropsWithoutRef, type ReactElement, type ReactNode } from 'react';
import { classNames } from './classNames.ts';
import { Glyph } from './Glyph.tsx';
import type { OutputView } from '../../presentation/jobCardView.ts';
import { NewLines } from './NewLines.tsx';
import { TextGrowthContext } from './textGrowth.ts';
import { useStickToEnd } from './useStickToEnd.ts';
import { useWords } from '../../hooks/wordsContext.ts';
import type { WithRef } from './withRef.ts';

export interface WellProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  /** What is said of the text in notes above it: a card's `output`. Null or left out: nothing. */
  output?: Pick<OutputView, 'droppedLength' | 'replaced'> | null | undefined;
  /** It stands by itself, not under a rail. */
  apart?: boolean;
  /** The text, such as a `StreamText`. */
  children: ReactNode;
}

/**
 * What a job wrote. It sticks to the end until the person scrolls up, and then leads back to the latest; the lines that
 * came meanwhile are counted where the text is a `StreamText`.
 */
export const Well: WithRef<WellProps, HTMLDivElement> = forwardRef<HTMLDivElement, WellProps>(function Well(
  { output, apart = false, className, children, ...rest },
  ref,
): ReactElement {
  const words = useWords();
  const { scroller, content, isReadingBack, newLines, growth, isCut, jump, onScroll } = useStickToEnd();
  return (
    <div
      data-rg=""
      {...rest}
      ref={ref}
      className={classNames(
        'rg-well rg:relative rg:bg-sunken',
        apart ? 'rg:mt-2 rg:rounded-m' : 'rg:rounded-b-m',
        className,
      )}
    >
      {output == null || output.droppedLength === 0 ? null : (
        <p className="rg:px-3 rg:pt-2 rg:text-s rg:text-ink-3">{words.well.leftOut(output.droppedLength)}</p>
      )}
      {output?.replaced === true ? (
        <p className="rg:px-3 rg:pt-2 rg:text-s rg:text-ink-3">{words.well.replaced}</p>
      ) : null}
      <div
        ref={scroller}
        role="group"
        aria-label={words.job.output}
        // A region that scrolls must be reachable by keyboard: https://www.w3.org/WAI/WCAG22/Understanding/keyboard
        tabIndex={0}
        data-rg-scroller=""
        data-cut={isCut ? '' : undefined}
        data-back={isReadingBack ? '' : undefined}
        onScroll={onScroll}
        className="rg-well-scroller"
      >
        <div ref={content} className="rg:p-3">
          <TextGrowthContext.Provider value={growth}>{children}</TextGrowthContext.Provider>
        </div>
      </div>
      {isReadingBack ? (
        <div className="rg-jump">
          <button type="button" onClick={jump}>
            <Glyph name="jump" className="rg-glyph-s rg:text-accent" />
            {words.well.jump}
            <NewLines count={newLines} />
          </button>
        </div>
      ) : null}
    </div>
  );
});
