'use client';
import { useWatchedJobs } from '../../hooks/useJobs.ts';
import { useNow } from '../../hooks/useNow.ts';
import { useRealtimeSelector } from '../../hooks/useRealtimeSelector.ts';
import { sameButForText } from '../../hooks/sameButForText.ts';
import { statusBarView, type StatusBarView } from '../../presentation/statusBarView.ts';
import type { RealtimeState } from '../../services/realtime/realtimeStore.ts';

const selectState = (state: RealtimeState): RealtimeState => state;

/**
 * Everything that the status bar shows now, for a bar of one's own. Live while mounted. Renders again when a fact
 * changes, and once a second after the first connection, but never for text.
 */
export function useStatusBar(): StatusBarView {
  useWatchedJobs();
  const state = useRealtimeSelector(selectState, sameButForText);
  return statusBarView(state, useNow(1_000, state.connection.everConnected));
}
