'use client';
import { forwardRef, type ComponentPropsWithoutRef, type ReactElement } from 'react';
import { classNames } from './classNames.ts';
import type { ReadoutView } from '../../presentation/jobCardView.ts';
import { useWords } from '../../hooks/wordsContext.ts';
import type { WithRef } from './withRef.ts';

export interface ReadoutProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  readout: ReadoutView;
}

/** The percentage in large figures, or the step where no percentage is known. The rail says it to those who listen. */
export const Readout: WithRef<ReadoutProps, HTMLDivElement> = forwardRef<HTMLDivElement, ReadoutProps>(function Readout(
  { readout, className, ...rest },
  ref,
): ReactElement {
  const words = useWords();
  const tone = readout.muted ? 'rg:text-ink-3' : readout.kind === 'percent' ? 'rg:text-ink' : 'rg:text-ink-2';
  if (readout.kind === 'step') {
    return (
      <div
        data-rg=""
        {...rest}
        ref={ref}
        aria-hidden="true"
        className={classNames('rg:font-medium rg:whitespace-nowrap', tone, className)}
      >
        {words.job.stepOf(readout.index, readout.count)}
      </div>
    );
  }
  const { number, sign, signFirst } = words.percentParts(readout.percent);
  const unit = <small className="rg:mx-px rg:text-m rg:leading-none rg:tracking-[0] rg:text-ink-3">{sign}</small>;
  return (
    <div
      data-rg=""
      {...rest}
      ref={ref}
      aria-hidden="true"
      className={classNames(
        'rg:font-readout rg:text-xl rg:font-medium rg:tracking-[-0.025em] rg:whitespace-nowrap rg:tabular-nums',
        tone,
        className,
      )}
    >
      {signFirst ? unit : null}
      {number}
      {signFirst ? null : unit}
    </div>
  );
});
