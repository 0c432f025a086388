'use client';
import { useEffect, useMemo, useSyncExternalStore, type ReactElement } from 'react';
import { useRealtimeClient } from '../../hooks/RealtimeProvider.tsx';
import { sameButForText } from '../../hooks/sameButForText.ts';
import { useWatchedJobs } from '../../hooks/useJobs.ts';
import { useNow } from '../../hooks/useNow.ts';
import { useRealtimeSelector } from '../../hooks/useRealtimeSelector.ts';
import type { RealtimeState } from '../../services/realtime/realtimeStore.ts';
import { ClockContext } from './clockContext.ts';
import { JobTimelinePanelView, type JobTimelinePanelViewProps } from './JobTimelinePanelView.tsx';
import { createJobCardViews } from '../../presentation/jobCardView.ts';
import { panelView } from '../../presentation/panelView.ts';
import { INITIAL_PANEL_STATE, panelJobOf } from '../../presentation/panelBehaviour.ts';
import { createPanelStore } from './panelStore.ts';
import { useAnnouncements } from './useAnnouncements.ts';
import { useJobCallbacks, type JobOutputOptions } from './useJobCallbacks.tsx';

export interface JobTimelinePanelProps
  extends
    Omit<
      JobTimelinePanelViewProps,
      'view' | 'onPanelEvent' | 'onCancel' | 'onResume' | 'renderOutput' | 'readText' | 'output'
    >,
    JobOutputOptions {}

const selectState = (state: RealtimeState): RealtimeState => state;

/**
 * The jobs at the lower end corner: opens when one starts, and closes 5 s after the last one completed. Live while
 * mounted.
 */
export function JobTimelinePanel({ output, renderOutput, ...rest }: JobTimelinePanelProps): ReactElement {
  const client = useRealtimeClient();
  const panel = useMemo(() => createPanelStore(client.clock, client.tabStorage), [client]);
  const deriveCard = useMemo(() => createJobCardViews(), []);
  const callbacks = useJobCallbacks({ ...(output === undefined ? {} : { output }), renderOutput });
  useWatchedJobs();
  useAnnouncements();
  const state = useRealtimeSelector(selectState, sameButForText);
  const panelState = useSyncExternalStore(panel.subscribe, panel.getState, () => INITIAL_PANEL_STATE);
  const now = useNow(1_000, state.jobs.size > 0);

  useEffect(() => {
    const jobs = [...state.jobs.values()].flatMap((entry) => panelJobOf(entry) ?? []);
    panel.dispatch({ kind: 'jobsChanged', jobs });
  }, [panel, state.jobs]);

  return (
    <ClockContext.Provider value={client.clock}>
      <JobTimelinePanelView
        {...rest}
        {...callbacks}
        view={panelView(state, panelState, now, deriveCard)}
        onPanelEvent={panel.dispatch}
      />
    </ClockContext.Provider>
  );
}
