'use client';
import { assertNever } from '@regen/realtime-shared';
import {
  forwardRef,
  useEffect,
  useRef,
  type ComponentPropsWithoutRef,
  type KeyboardEvent,
  type ReactElement,
} from 'react';
import { classNames } from './classNames.ts';
import type { PanelView } from '../../presentation/panelView.ts';
import type { PanelEvent } from '../../presentation/panelBehaviour.ts';
import { PanelCards, type PanelCardsProps } from './PanelCards.tsx';
import { Heading } from './Heading.tsx';
import { NotLiveWords, PanelPill } from './PanelPill.tsx';
import { IconButton } from './IconButton.tsx';
import { useKeptFocus } from './useKeptFocus.ts';
import { useWords } from '../../hooks/wordsContext.ts';
import type { WithRef } from './withRef.ts';

export interface JobTimelinePanelViewProps
  extends
    Omit<ComponentPropsWithoutRef<'section'>, 'children'>,
    Pick<PanelCardsProps, 'onCancel' | 'onResume' | 'renderOutput' | 'readText'> {
  view: PanelView;
  /** What the person did with the panel; `panelBehaviour` knows what follows from it. Must keep its identity. */
  onPanelEvent: (event: PanelEvent) => void;
}

/** The jobs at the lower end corner: a pill while collapsed, else a panel, on narrow screens a sheet. */
export const JobTimelinePanelView: WithRef<JobTimelinePanelViewProps, HTMLElement> = forwardRef<
  HTMLElement,
  JobTimelinePanelViewProps
>(function JobTimelinePanelView(
  { view, onPanelEvent, onCancel, onResume, renderOutput, readText, className, onKeyDown, ...rest },
  ref,
): ReactElement {
  const words = useWords();
  const pill = useRef<HTMLButtonElement>(null);
  const head = useRef<HTMLDivElement>(null);
  const focusAfter = useRef(false);
  const { isExpanded } = view;

  // Pill and panel take each other's place: who pressed one finds the focus in the other.
  useEffect(() => {
    if (!focusAfter.current) return;
    focusAfter.current = false;
    const target = isExpanded ? head.current?.querySelector('button') : pill.current;
    target?.focus({ preventScroll: true });
  }, [isExpanded]);

  const kept = useKeptFocus({
    onFocus: () => {
      onPanelEvent({ kind: 'focusEntered' });
    },
    onBlur: ({ currentTarget, relatedTarget }) => {
      if (!currentTarget.contains(relatedTarget)) onPanelEvent({ kind: 'focusLeft' });
    },
  });

  function toggled(kind: 'expanded' | 'collapsed'): void {
    focusAfter.current = true;
    onPanelEvent({ kind });
  }

  function pressed(event: KeyboardEvent<HTMLElement>): void {
    onKeyDown?.(event);
    if (event.key !== 'Escape' || !isExpanded || event.defaultPrevented) return;
    event.stopPropagation();
    toggled('collapsed');
  }

  return (
    <section
      data-rg=""
      aria-label={words.panel.title}
      {...rest}
      ref={ref}
      className={classNames('rg-dock rg:z-panel', className)}
      onKeyDown={pressed}
    >
      {isExpanded ? (
        <div
          className="rg-panel"
          onPointerEnter={() => {
            onPanelEvent({ kind: 'pointerEntered' });
          }}
          onPointerLeave={() => {
            onPanelEvent({ kind: 'pointerLeft' });
          }}
          onFocus={kept.onFocus}
          onBlur={kept.onBlur}
        >
          <div
            ref={head}
            className="rg:flex rg:h-11 rg:flex-none rg:items-center rg:gap-2 rg:border-b rg:border-line rg:ps-4 rg:pe-2"
          >
            <Heading level={2} className="rg:font-strong">
              {words.panel.title}
            </Heading>
            <p className="rg:min-w-0 rg:flex-1 rg:truncate rg:text-s rg:text-ink-3 rg:tabular-nums">
              <PanelSummary summary={view.summary} />
            </p>
            <IconButton
              glyph="chevronDown"
              label={words.panel.collapse}
              aria-expanded
              onClick={() => {
                toggled('collapsed');
              }}
            />
          </div>
          <PanelCards
            view={view}
            onPanelEvent={onPanelEvent}
            onCancel={onCancel}
            onResume={onResume}
            renderOutput={renderOutput}
            readText={readText}
          />
        </div>
      ) : (
        <PanelPill
          ref={pill}
          view={view.pill}
          onClick={() => {
            toggled('expanded');
          }}
        />
      )}
    </section>
  );
});

function PanelSummary({ summary }: { summary: PanelView['summary'] }): ReactElement | string | null {
  const { panel } = useWords();
  switch (summary.kind) {
    case 'empty':
      return null;
    case 'noneRunning':
      return panel.noneRunning;
    case 'notLive':
      return <NotLiveWords jobs={summary.jobs} />;
    case 'counts':
      return panel.counts(summary.counts, summary.all);
    default:
      return assertNever(summary);
  }
}
