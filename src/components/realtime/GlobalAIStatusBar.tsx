'use client';
import { forwardRef, type ReactElement } from 'react';
import { useRealtimeClient } from '../../hooks/RealtimeProvider.tsx';
import { ClockContext } from './clockContext.ts';
import { StatusBarView, type StatusBarViewProps } from './StatusBarView.tsx';
import { useAnnouncements } from './useAnnouncements.ts';
import { useStatusBar } from './useStatusBar.ts';
import type { WithRef } from './withRef.ts';

export interface GlobalAIStatusBarProps extends Omit<StatusBarViewProps, 'view' | 'onRetry'> {
  /** The person wants to sign in again. When a new token is there, `client.retryNow()` connects with it. */
  onSignIn?: (() => void) | undefined;
  // Inherited, and said again for the table of props: its reader does not look into `Omit`.
  /** Shows the connection's details from the start. Default false. */
  defaultDetailsOpen?: boolean;
}

/**
 * The connection and the life of the jobs in one line at the top of the screen. Live while mounted. Until the page's
 * first connection it says “Connecting…” during the first attempt, and renders nothing once that has failed.
 */
export const GlobalAIStatusBar: WithRef<GlobalAIStatusBarProps, HTMLDivElement> = forwardRef<
  HTMLDivElement,
  GlobalAIStatusBarProps
>(function GlobalAIStatusBar(props, ref): ReactElement | null {
  const client = useRealtimeClient();
  useAnnouncements();
  const view = useStatusBar();
  return (
    <ClockContext.Provider value={client.clock}>
      <StatusBarView {...props} ref={ref} view={view} onRetry={client.retryNow} />
    </ClockContext.Provider>
  );
});
