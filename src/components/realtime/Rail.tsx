'use client';
import { forwardRef, type ComponentPropsWithoutRef, type ReactElement } from 'react';
import { classNames } from './classNames.ts';
import type { RailView } from '../../presentation/railView.ts';
import { Mark, markKey, placed, Strokes } from './Strokes.tsx';
import { useWords } from '../../hooks/wordsContext.ts';
import type { WithRef } from './withRef.ts';

export interface RailProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  view: RailView;
  beat?: number;
}

const TENTHS = 'M10 0v4M20 0v4M30 0v4M40 0v4M50 0v4M60 0v4M70 0v4M80 0v4M90 0v4';

/** One line that says what is known of a job's progress. */
export const Rail: WithRef<RailProps, HTMLDivElement> = forwardRef<HTMLDivElement, RailProps>(function Rail(
  { view, beat, className, ...rest },
  ref,
): ReactElement {
  const words = useWords();
  const { percent } = view.value;
  return (
    <div
      data-rg=""
      role="progressbar"
      aria-label={words.job.progress}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
      aria-valuetext={words.job.progressValue(view.value)}
      {...rest}
      ref={ref}
      className={classNames('rg-rail', className)}
    >
      {view.scaleFrom === null ? null : (
        <svg
          className="rg-rail__scale"
          style={placed({ '--at': view.scaleFrom })}
          viewBox="0 0 100 4"
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          <path vectorEffect="non-scaling-stroke" shapeRendering="crispEdges" d={TENTHS} />
        </svg>
      )}
      <Strokes segments={view.segments} />
      {view.stepMarks.map((step) => (
        <i
          key={step.at}
          className="rg-rail__step"
          data-tone="done"
          data-ahead={step.ahead ? '' : undefined}
          style={placed({ '--at': step.at, '--apart': step.apart })}
        />
      ))}
      {view.gaps.map((at) => (
        <i key={at} className="rg-rail__gap" style={placed({ '--at': at })} />
      ))}
      {view.endStop ? <i className="rg-rail__end" /> : null}
      {view.mark === null ? null : (
        <Mark key={markKey(view.mark.kind)} mark={view.mark} {...(beat === undefined ? {} : { beat })} />
      )}
    </div>
  );
});
