'use client';
import { forwardRef, type ComponentPropsWithoutRef, type ReactElement } from 'react';
import { classNames } from './classNames.ts';
import { Glyph } from './Glyph.tsx';
import type { JobCardView } from '../../presentation/jobCardView.ts';
import { isStopAwaited } from '../../presentation/jobPhase.ts';
import { useBeat } from './useBeat.ts';
import { useCopy } from './useCopy.ts';
import { useWords } from '../../hooks/wordsContext.ts';
import type { WithRef } from './withRef.ts';

export interface JobCardMetaProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  view: JobCardView;
  /** In a collapsed card the active step stands for the status, and the id shows only under the pointer or in focus. */
  isOpen: boolean;
}

/** Status, time, remaining time and id. In a collapsed card the active step stands for "Running". */
export const JobCardMeta: WithRef<JobCardMetaProps, HTMLDivElement> = forwardRef<HTMLDivElement, JobCardMetaProps>(
  function JobCardMeta({ view, isOpen, className, ...rest }, ref): ReactElement {
    const words = useWords();
    const beat = useBeat(view.lastEventAt);
    const { phase } = view;
    // The longest of all statuses fill the line.
    const isFilled = (phase.kind === 'completed' && phase.late) || isStopAwaited(phase);
    const isStep = !isOpen && view.stepLabel !== null;
    const times = [
      ['elapsed', view.elapsedMs === null ? null : words.duration(view.elapsedMs)],
      ['remaining', view.remainingMs === null ? null : words.job.remaining(view.remainingMs)],
      ['ago', phase.kind === 'notLive' && phase.agoMs !== null ? words.ago(phase.agoMs) : null],
    ] as const;
    return (
      <div
        data-rg=""
        {...rest}
        ref={ref}
        className={classNames(
          'rg:mt-0.5 rg:grid rg:min-h-5 rg:grid-cols-[minmax(0,max-content)_minmax(0,1fr)] rg:items-center rg:text-s',
          'rg:leading-(--rg-leading-m) rg:whitespace-nowrap rg:text-ink-3',
          className,
        )}
      >
        <div className="rg:flex rg:items-center rg:gap-x-1.5">
          <span
            className={classNames(
              'rg:inline-flex rg:min-w-0 rg:items-center rg:gap-1.5 rg:font-medium',
              view.tone === 'lost' ? 'rg:text-danger' : view.tone === 'wait' ? 'rg:text-warning' : 'rg:text-ink-2',
            )}
          >
            <Glyph name={view.glyph} tone={view.tone} beat={beat} className="rg-glyph-s" />
            {isStep ? (
              <bdi dir="auto" className="rg:truncate">
                {view.stepLabel}
              </bdi>
            ) : (
              <span className="rg:whitespace-normal">{words.job.status(phase)}</span>
            )}
          </span>
          {times.map(([name, time]) =>
            time === null ? null : (
              <span key={name} className="rg-meta-time rg:flex-none rg:tabular-nums">
                <span>{time}</span>
              </span>
            ),
          )}
        </div>
        {isFilled ? null : <JobId jobId={view.jobId} isQuiet={!isOpen} />}
      </div>
    );
  },
);

function JobId({ jobId, isQuiet }: { jobId: string; isQuiet: boolean }): ReactElement {
  const words = useWords();
  const { isCopied, copy } = useCopy();
  return (
    <button
      type="button"
      aria-label={isCopied ? words.job.copied : words.job.copyId(jobId)}
      aria-live="polite"
      title={jobId}
      data-quiet={isQuiet ? '' : undefined}
      className="rg-job-id"
      onClick={() => {
        copy(jobId);
      }}
    >
      <Glyph name={isCopied ? 'completed' : 'copy'} />
      <bdi dir="ltr" className="rg:truncate">
        {isCopied ? words.job.copied : jobId}
      </bdi>
    </button>
  );
}
