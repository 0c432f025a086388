'use client';
import { forwardRef, type ComponentPropsWithoutRef, type ReactElement } from 'react';
import { classNames } from './classNames.ts';
import { Glyph } from './Glyph.tsx';
import type { StepTrailItem, StepTrailState } from '../../presentation/stepTrail.ts';
import { useWords } from '../../hooks/wordsContext.ts';
import type { WithRef } from './withRef.ts';

export interface StepTrailProps extends Omit<ComponentPropsWithoutRef<'ol'>, 'children'> {
  steps: ReadonlyArray<StepTrailItem>;
  /** The job is not live: its active step is not marked as now. */
  still?: boolean;
}

const LOOKS: Readonly<Record<StepTrailState, string>> = {
  done: 'rg:text-ink-2',
  active: 'rg:font-strong rg:text-ink',
  pending: 'rg:text-ink-3',
  skipped: 'rg:text-ink-3 rg:line-through rg:decoration-1',
  failed: 'rg:text-danger',
  stopped: 'rg:text-ink-2',
};

/** The steps as words strung on a line. Renders nothing without steps. */
export const StepTrail: WithRef<StepTrailProps, HTMLOListElement> = forwardRef<HTMLOListElement, StepTrailProps>(
  function StepTrail({ steps, still = false, className, ...rest }, ref): ReactElement | null {
    const words = useWords();
    if (steps.length === 0) return null;
    return (
      <ol
        data-rg=""
        role="list"
        aria-label={words.steps.label}
        {...rest}
        ref={ref}
        data-still={still ? '' : undefined}
        className={classNames('rg-steps rg:flex rg:flex-wrap rg:gap-x-2 rg:text-s', className)}
      >
        {steps.map((item, index) => (
          // By its place: ids are the worker's, which may give one twice, and a step keeps nothing from render to render.
          <Step key={index} item={item} />
        ))}
      </ol>
    );
  },
);

function Step({ item }: { item: StepTrailItem }): ReactElement {
  const words = useWords();
  const isFolded = item.kind === 'folded';
  return (
    <li
      data-step={item.state}
      aria-current={item.state === 'active' ? 'step' : undefined}
      className={classNames('rg:inline-flex rg:max-w-full rg:flex-none rg:items-center', LOOKS[item.state])}
    >
      {item.state === 'failed' ? <Glyph name="failed" className="rg-step-cross" /> : null}
      {isFolded ? (
        item.state === 'done' ? (
          words.steps.done(item.count)
        ) : (
          words.steps.more(item.count)
        )
      ) : (
        <>
          <bdi dir="auto" className="rg:truncate">
            {item.label}
          </bdi>
          <span className="rg-spoken">, {words.steps.state[item.state]}</span>
          {item.durationMs === null ? null : (
            <span className="rg:ms-1 rg:font-regular rg:text-ink-3 rg:tabular-nums">
              {words.duration(item.durationMs)}
            </span>
          )}
        </>
      )}
    </li>
  );
}
