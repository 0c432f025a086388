'use client';
import { forwardRef, type ComponentPropsWithoutRef, type ReactElement } from 'react';
import { classNames } from './classNames.ts';
import { Glyph } from './Glyph.tsx';
import { Heading } from './Heading.tsx';
import type { HistoryRowView } from '../../presentation/panelView.ts';
import type { GlyphName, Tone } from '../../presentation/tone.ts';
import { useWords } from '../../hooks/wordsContext.ts';
import type { WithRef } from './withRef.ts';

export interface JobHistoryProps extends Omit<ComponentPropsWithoutRef<'section'>, 'children'> {
  rows: ReadonlyArray<HistoryRowView>;
}

const SIGNS: Readonly<Record<HistoryRowView['standing'], { glyph: GlyphName; tone: Tone }>> = {
  completed: { glyph: 'completed', tone: 'good' },
  failed: { glyph: 'failed', tone: 'lost' },
  cancelled: { glyph: 'stopped', tone: 'quiet' },
  gone: { glyph: 'gone', tone: 'lost' },
};

/** The last jobs that ended. Renders nothing without any. */
export const JobHistory: WithRef<JobHistoryProps, HTMLElement> = forwardRef<HTMLElement, JobHistoryProps>(
  function JobHistory({ rows, className, ...rest }, ref): ReactElement | null {
    const words = useWords();
    if (rows.length === 0) return null;
    return (
      <section
        data-rg=""
        aria-label={words.panel.history}
        {...rest}
        ref={ref}
        className={classNames('rg:pb-1.5', className)}
      >
        <Heading level={3} className="rg:px-4 rg:pt-4 rg:pb-1 rg:text-s rg:text-ink-3">
          {words.panel.history}
        </Heading>
        <ul role="list">
          {rows.map((row) => (
            <HistoryLine key={row.jobId} row={row} />
          ))}
        </ul>
      </section>
    );
  },
);

function HistoryLine({ row }: { row: HistoryRowView }): ReactElement {
  const words = useWords();
  const { glyph, tone } = SIGNS[row.standing];
  const more = row.late
    ? words.panel.late
    : row.standing === 'gone'
      ? words.job.status({ kind: 'gone' })
      : row.errorMessage;
  return (
    <li
      className={classNames(
        'rg:grid rg:grid-cols-[16px_minmax(0,1fr)_auto] rg:items-center rg:gap-x-2.5 rg:px-4 rg:py-1.5',
      )}
    >
      <Glyph name={glyph} tone={tone} />
      <span className="rg:truncate rg:text-ink-2">
        <span className="rg-spoken">{words.panel.ended[row.standing]}: </span>
        <bdi dir="auto">{row.title || words.job.untitled}</bdi>
      </span>
      <span className="rg:text-s rg:text-ink-3 rg:tabular-nums">
        {row.agoMs === null ? null : words.ago(row.agoMs)}
      </span>
      {more === null ? null : (
        <span dir="auto" className="rg:col-start-2 rg:col-end-4 rg:truncate rg:text-s rg:text-ink-3">
          {more}
        </span>
      )}
    </li>
  );
}
