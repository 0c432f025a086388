'use client';
import { useCallback, useEffect, useMemo, useSyncExternalStore, type ReactElement, type ReactNode } from 'react';
import { useRealtimeClient } from '../../hooks/RealtimeProvider.tsx';
import { sameButForText } from '../../hooks/sameButForText.ts';
import { useWatchedJobs } from '../../hooks/useJobs.ts';
import { useNow } from '../../hooks/useNow.ts';
import { useRealtimeSelector } from '../../hooks/useRealtimeSelector.ts';
import type { RealtimeState } from '../../services/realtime/realtimeStore.ts';
import type { TextSource } from '../../services/realtime/jobText.ts';
import { ClockContext } from './clockContext.ts';
import { JobTimelinePanelView, type JobTimelinePanelViewProps } from './JobTimelinePanelView.tsx';
import { createJobCardViews } from './model/jobCardView.ts';
import { panelView } from './model/panelView.ts';
import { INITIAL_PANEL_STATE, panelJobOf } from './panelBehaviour.ts';
import { createPanelStore } from './panelStore.ts';
import { StreamText } from './StreamText.tsx';
import { useAnnouncements } from './useAnnouncements.ts';

export interface JobTimelinePanelProps extends Omit<
  JobTimelinePanelViewProps,
  'view' | 'onPanelEvent' | 'onCancel' | 'onResume' | 'renderOutput' | 'readText'
> {
  /** How output is set: in columns, or in the font of prose. Default `mono`. */
  output?: 'mono' | 'prose';
  /** Draws a job's text in place of `StreamText`, such as a Markdown renderer. Must keep its identity. */
  renderOutput?: (job: { jobId: string; source: TextSource; isGrowing: boolean }) => ReactNode;
}

const selectState = (state: RealtimeState): RealtimeState => state;

/**
 * The jobs at the lower end corner: opens when one starts, and closes 5 s after the last one completed. Live while
 * mounted.
 */
export function JobTimelinePanel({ output = 'mono', renderOutput, ...rest }: JobTimelinePanelProps): ReactElement {
  const client = useRealtimeClient();
  const panel = useMemo(() => createPanelStore(client.clock, client.tabStorage), [client]);
  const deriveCard = useMemo(() => createJobCardViews(), []);
  useWatchedJobs();
  useAnnouncements();
  const state = useRealtimeSelector(selectState, sameButForText);
  const panelState = useSyncExternalStore(panel.subscribe, panel.getState, () => INITIAL_PANEL_STATE);
  const now = useNow(1_000, state.jobs.size > 0);

  useEffect(() => {
    const jobs = [...state.jobs.values()].flatMap((entry) => panelJobOf(entry) ?? []);
    panel.dispatch({ kind: 'jobsChanged', jobs });
  }, [panel, state.jobs]);

  const onCancel = useCallback(
    (jobId: string) => {
      // What becomes of the request is in the job's entry, and so on its card.
      client.cancelJob(jobId).catch(() => undefined);
    },
    [client],
  );
  const onResume = useCallback(
    (jobId: string) => {
      client.resumeJob(jobId).catch(() => undefined);
    },
    [client],
  );
  const readText = useCallback((jobId: string) => client.textOf(jobId).read().rope.toString(), [client]);
  const drawOutput = useCallback(
    (jobId: string, isGrowing: boolean) => {
      const source = client.textOf(jobId);
      return renderOutput === undefined ? (
        <StreamText source={source} as={output} caret={isGrowing} />
      ) : (
        renderOutput({ jobId, source, isGrowing })
      );
    },
    [client, output, renderOutput],
  );

  return (
    <ClockContext.Provider value={client.clock}>
      <JobTimelinePanelView
        {...rest}
        view={panelView(state, panelState, now, deriveCard)}
        onPanelEvent={panel.dispatch}
        onCancel={onCancel}
        onResume={onResume}
        renderOutput={drawOutput}
        readText={readText}
      />
    </ClockContext.Provider>
  );
}
