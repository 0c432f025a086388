'use client';
import { useCallback, useState, type FocusEvent, type KeyboardEvent, type ReactElement } from 'react';
import { JobCard, type JobCardProps } from './JobCard.tsx';
import { JobHistory } from './JobHistory.tsx';
import type { PanelView } from '../../presentation/panelView.ts';
import type { PanelEvent } from '../../presentation/panelBehaviour.ts';
import { nextIndex } from './rovingFocus.ts';
import { useScrollEdge } from './useScrollEdge.ts';
import { useWords } from '../../hooks/wordsContext.ts';

export interface PanelCardsProps extends Pick<JobCardProps, 'onCancel' | 'onResume' | 'renderOutput' | 'readText'> {
  view: PanelView;
  onPanelEvent: (event: PanelEvent) => void;
}

/** The panel's list: cards with one stop for Tab, among which the arrow keys move, then the history. */
export function PanelCards({ view, onPanelEvent, ...cardProps }: PanelCardsProps): ReactElement {
  const words = useWords();
  const { scroller, hasMore, onScroll } = useScrollEdge();
  const [currentId, setCurrentId] = useState<string | null>(null);
  const { cards, history } = view;
  const current = Math.max(
    0,
    cards.findIndex((card) => card.view.jobId === currentId),
  );

  const toggle = useCallback(
    (jobId: string, isOpen: boolean) => {
      onPanelEvent({ kind: isOpen ? 'cardOpened' : 'cardClosed', jobId });
    },
    [onPanelEvent],
  );
  const dismiss = useCallback(
    (jobId: string) => {
      onPanelEvent({ kind: 'dismissed', jobId });
    },
    [onPanelEvent],
  );

  function move(event: KeyboardEvent<HTMLDivElement>): void {
    // In the output the same keys scroll.
    if (event.target instanceof Element && event.target.closest('[data-rg-scroller]') !== null) return;
    if (event.defaultPrevented) return;
    const next = nextIndex(event, current, cards.length, 'vertical');
    const card = next === null ? undefined : cards[next];
    if (card === undefined) return;
    event.preventDefault();
    setCurrentId(card.view.jobId);
    // Each card is the list's child at its own place.
    const element = event.currentTarget.children[next ?? 0];
    if (element instanceof HTMLElement) element.focus();
  }

  /** A click or Tab may bring the focus into another card: the keys go on from there. */
  function follow(event: FocusEvent<HTMLDivElement>): void {
    const at = [...event.currentTarget.children].findIndex((card) => card.contains(event.target));
    setCurrentId(cards[at]?.view.jobId ?? null);
  }

  return (
    <div
      ref={scroller}
      onScroll={onScroll}
      data-more={hasMore ? '' : undefined}
      // Without a card there is nothing in it that Tab could reach, and it may scroll.
      tabIndex={cards.length === 0 && hasMore ? 0 : undefined}
      className="rg-panel-body"
    >
      <div>
        {view.summary.kind === 'empty' ? (
          <p className="rg:px-4 rg:pt-5 rg:pb-3.5 rg:text-ink-2">
            {view.summary.everConnected ? words.panel.empty : words.panel.notConnected}
          </p>
        ) : null}
        <div onKeyDown={move} onFocus={follow}>
          {cards.map((card, index) => (
            <JobCard
              key={card.view.jobId}
              {...cardProps}
              view={card.view}
              isOpen={card.isOpen}
              isBannerDismissed={card.isBannerDismissed}
              tabIndex={index === current ? 0 : -1}
              data-job-id={card.view.jobId}
              onToggle={toggle}
              onDismiss={dismiss}
            />
          ))}
        </div>
        <JobHistory rows={history} />
      </div>
    </div>
  );
}
