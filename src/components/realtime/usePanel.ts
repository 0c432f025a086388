'use client';
import { useMemo, useSyncExternalStore } from 'react';
import { useRealtimeClient } from '../../hooks/RealtimeProvider.tsx';
import { sameButForText } from '../../hooks/sameButForText.ts';
import { useWatchedJobs } from '../../hooks/useJobs.ts';
import { useNow } from '../../hooks/useNow.ts';
import { useRealtimeSelector } from '../../hooks/useRealtimeSelector.ts';
import { createJobCardViews } from '../../presentation/jobCardView.ts';
import type { PanelEvent } from '../../presentation/panelBehaviour.ts';
import { INITIAL_PANEL_STATE } from '../../presentation/panelState.ts';
import { panelView, type PanelView } from '../../presentation/panelView.ts';
import type { RealtimeState } from '../../services/realtime/realtimeStore.ts';
import { panelStoreOf } from './panelStore.ts';

export interface Panel {
  /** Everything that the panel shows now. */
  view: PanelView;
  /** To be told of what the person does with the panel. The same function as long as the client is. */
  onPanelEvent: (event: PanelEvent) => void;
}

const selectState = (state: RealtimeState): RealtimeState => state;

/**
 * The panel's facts and behaviour, for a panel of one's own: opens when a job starts, closes 5 s after the last one
 * completed, survives a reload of the tab. Watches the user's jobs while mounted. All panels of a client are one.
 */
export function usePanel(): Panel {
  const client = useRealtimeClient();
  const panel = panelStoreOf(client);
  const deriveCard = useMemo(() => createJobCardViews(), []);
  useWatchedJobs();
  const state = useRealtimeSelector(selectState, sameButForText);
  const panelState = useSyncExternalStore(panel.subscribe, panel.getState, () => INITIAL_PANEL_STATE);
  const now = useNow(1_000, state.jobs.size > 0);

  return { view: panelView(state, panelState, now, deriveCard), onPanelEvent: panel.dispatch };
}
