'use client';
import { forwardRef, type ComponentPropsWithoutRef, type ReactElement } from 'react';
import { classNames } from './classNames.ts';
import type { JobCardView } from '../../presentation/jobCardView.ts';
import { Heading } from './Heading.tsx';
import { Readout } from './Readout.tsx';
import { useWords } from '../../hooks/wordsContext.ts';
import type { WithRef } from './withRef.ts';

export interface JobCardHeaderProps extends Omit<ComponentPropsWithoutRef<'header'>, 'children' | 'onToggle'> {
  view: JobCardView;
  /** Becomes the `id` of the title, by which the card and its progress are named with `aria-labelledby`. */
  titleId: string;
  /** An open card shows its title whole, in up to two lines. */
  isOpen: boolean;
  /** Without it the card cannot be opened or closed. */
  onToggle?: (() => void) | undefined;
}

/** Title and readout on one baseline. */
export const JobCardHeader: WithRef<JobCardHeaderProps, HTMLElement> = forwardRef<HTMLElement, JobCardHeaderProps>(
  function JobCardHeader({ view, titleId, isOpen, onToggle, className, ...rest }, ref): ReactElement {
    const { job } = useWords();
    const name = view.title || job.untitled;
    const title = (
      <span dir="auto" className={isOpen ? 'rg-job-title-open' : 'rg:block rg:truncate'}>
        {name}
      </span>
    );
    return (
      <header
        data-rg=""
        {...rest}
        ref={ref}
        className={classNames(
          'rg:relative rg:grid rg:grid-cols-[minmax(0,1fr)_auto] rg:items-baseline rg:gap-x-4',
          className,
        )}
      >
        <Heading level={3} id={titleId} title={name} className="rg-job-title rg:text-l rg:font-strong">
          {onToggle === undefined ? (
            title
          ) : (
            <button type="button" aria-expanded={isOpen} onClick={onToggle} className="rg-job-toggle">
              {title}
            </button>
          )}
        </Heading>
        {view.readout === null ? null : <Readout readout={view.readout} />}
      </header>
    );
  },
);
