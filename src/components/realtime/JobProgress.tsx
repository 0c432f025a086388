'use client';
import { forwardRef, type ReactElement } from 'react';
import type { RailView } from '../../presentation/railView.ts';
import { Rail, type RailProps } from './Rail.tsx';
import { useBeat } from './useBeat.ts';
import type { WithRef } from './withRef.ts';

export interface JobProgressProps extends Omit<RailProps, 'view' | 'beat'> {
  rail: RailView | null;
  /** When the job was last heard of, ms since the Unix epoch: the needle's wake lights up for it. */
  lastEventAt: number | null;
}

/** A job's rail with its pulse; nothing where no progress was reported. */
export const JobProgress: WithRef<JobProgressProps, HTMLDivElement> = forwardRef<HTMLDivElement, JobProgressProps>(
  function JobProgress({ rail, lastEventAt, ...rest }, ref): ReactElement | null {
    const beat = useBeat(lastEventAt);
    return rail === null ? null : <Rail {...rest} ref={ref} view={rail} beat={beat} />;
  },
);
