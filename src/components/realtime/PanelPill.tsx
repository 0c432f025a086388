'use client';
import { forwardRef, type ComponentPropsWithoutRef, type ReactElement } from 'react';
import { classNames } from './classNames.ts';
import { Glyph } from './Glyph.tsx';
import type { PillView } from '../../presentation/pillView.ts';
import { Ring } from './Ring.tsx';
import { SentenceText } from './SentenceText.tsx';
import { useWords } from '../../hooks/wordsContext.ts';
import type { WithRef } from './withRef.ts';

export interface PanelPillProps extends Omit<ComponentPropsWithoutRef<'button'>, 'children'> {
  view: PillView;
}

/** The collapsed panel: counts and a ring. */
export const PanelPill: WithRef<PanelPillProps, HTMLButtonElement> = forwardRef<HTMLButtonElement, PanelPillProps>(
  function PanelPill({ view, className, ...rest }, ref): ReactElement {
    return (
      <button
        type="button"
        data-rg=""
        aria-expanded={false}
        {...rest}
        ref={ref}
        className={classNames(
          'rg-pill rg:inline-flex rg:h-10 rg:items-center rg:gap-2.5 rg:rounded-full rg:bg-raised rg:ps-2.5 rg:pe-3',
          'rg:shadow-float rg:whitespace-nowrap',
          className,
        )}
      >
        <Ring arcs={view.arcs} />
        <PillWords view={view} />
        <Glyph name="chevronUp" className="rg:text-ink-3" />
      </button>
    );
  },
);

function PillWords({ view }: { view: PillView }): ReactElement {
  const { panel } = useWords();
  if (view.words.kind === 'nothing') return <strong>{panel.title}</strong>;
  if (view.words.kind === 'notLive') return <NotLiveWords jobs={view.words.jobs} />;
  const [first, second] = view.words.counts;
  return (
    <>
      {first === undefined ? null : <strong>{panel.count(first)}</strong>}
      {second === undefined ? null : <span className="rg:text-ink-2">{panel.count(second)}</span>}
    </>
  );
}

/** How many jobs are under way, and that nothing can be heard of them. */
export function NotLiveWords({ jobs }: { jobs: number }): ReactElement {
  const { headline, detail } = useWords().panel.notLive(jobs);
  return (
    <>
      <strong>{headline}</strong>{' '}
      <span className="rg:text-ink-2">
        <SentenceText sentence={detail} />
      </span>
    </>
  );
}
