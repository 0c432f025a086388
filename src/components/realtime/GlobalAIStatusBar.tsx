'use client';
import { forwardRef, type ReactElement } from 'react';
import { useWatchedJobs } from '../../hooks/useJobs.ts';
import { useNow } from '../../hooks/useNow.ts';
import { useRealtimeClient } from '../../hooks/RealtimeProvider.tsx';
import { useRealtimeSelector } from '../../hooks/useRealtimeSelector.ts';
import { sameButForText } from '../../hooks/sameButForText.ts';
import type { RealtimeState } from '../../services/realtime/realtimeStore.ts';
import { ClockContext } from './clockContext.ts';
import { statusBarView } from '../../presentation/statusBarView.ts';
import { StatusBarView, type StatusBarViewProps } from './StatusBarView.tsx';
import { useAnnouncements } from './useAnnouncements.ts';
import type { WithRef } from './withRef.ts';

export interface GlobalAIStatusBarProps extends Omit<StatusBarViewProps, 'view' | 'onRetry'> {
  /** The person wants to sign in again. When a new token is there, `client.retryNow()` connects with it. */
  onSignIn?: (() => void) | undefined;
  // Inherited, and said again for the table of props: its reader does not look into `Omit`.
  /** Shows the connection's details from the start. Default false. */
  defaultDetailsOpen?: boolean;
}

const selectState = (state: RealtimeState): RealtimeState => state;

/**
 * The connection and the life of the jobs in one line at the top of the screen. Live while mounted. Until the page's
 * first connection it says “Connecting…” during the first attempt, and renders nothing once that has failed.
 */
export const GlobalAIStatusBar: WithRef<GlobalAIStatusBarProps, HTMLDivElement> = forwardRef<
  HTMLDivElement,
  GlobalAIStatusBarProps
>(function GlobalAIStatusBar(props, ref): ReactElement | null {
  const client = useRealtimeClient();
  useWatchedJobs();
  useAnnouncements();
  const state = useRealtimeSelector(selectState, sameButForText);
  const now = useNow(1_000, state.connection.everConnected);
  return (
    <ClockContext.Provider value={client.clock}>
      <StatusBarView {...props} ref={ref} view={statusBarView(state, now)} onRetry={client.retryNow} />
    </ClockContext.Provider>
  );
});
