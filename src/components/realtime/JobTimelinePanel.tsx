'use client';
import { forwardRef, type ReactElement } from 'react';
import { useRealtimeClient } from '../../hooks/RealtimeProvider.tsx';
import { ClockContext } from './clockContext.ts';
import { JobTimelinePanelView, type JobTimelinePanelViewProps } from './JobTimelinePanelView.tsx';
import { useAnnouncements } from './useAnnouncements.ts';
import { useJobCallbacks, type JobOutputOptions } from './useJobCallbacks.tsx';
import { usePanel } from './usePanel.ts';
import type { WithRef } from './withRef.ts';

export interface JobTimelinePanelProps
  extends
    Omit<
      JobTimelinePanelViewProps,
      'view' | 'onPanelEvent' | 'onCancel' | 'onResume' | 'renderOutput' | 'readText' | 'output'
    >,
    JobOutputOptions {}

/**
 * The jobs at the lower end corner: opens when one starts, and closes 5 s after the last one completed. Live while
 * mounted.
 */
export const JobTimelinePanel: WithRef<JobTimelinePanelProps, HTMLElement> = forwardRef<
  HTMLElement,
  JobTimelinePanelProps
>(function JobTimelinePanel({ output, renderOutput, ...rest }, ref): ReactElement {
  const client = useRealtimeClient();
  const callbacks = useJobCallbacks({ ...(output === undefined ? {} : { output }), renderOutput });
  const panel = usePanel();
  useAnnouncements();
  return (
    <ClockContext.Provider value={client.clock}>
      <JobTimelinePanelView {...rest} ref={ref} {...callbacks} {...panel} />
    </ClockContext.Provider>
  );
});
