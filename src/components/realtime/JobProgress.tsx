'use client';
import type { ReactElement } from 'react';
import type { RailView } from '../../presentation/railView.ts';
import { Rail, type RailProps } from './Rail.tsx';
import { useBeat } from './useBeat.ts';

export interface JobProgressProps extends Omit<RailProps, 'view' | 'beat'> {
  rail: RailView | null;
  /** When the job was last heard of, ms since the Unix epoch: the needle's wake lights up for it. */
  lastEventAt: number | null;
}

/** A job's rail with its pulse; nothing where no progress was reported. */
export function JobProgress({ rail, lastEventAt, ...rest }: JobProgressProps): ReactElement | null {
  const beat = useBeat(lastEventAt);
  return rail === null ? null : <Rail {...rest} view={rail} beat={beat} />;
}
