import { StatusBarView, useAnnouncements, useRealtimeClient, useStatusBar } from '../../src/index.ts';
import type { ReactElement } from 'react';

/** The status bar with what it shows in one’s own hands. */
export function OwnBar(): ReactElement {
  const client = useRealtimeClient();
  useAnnouncements();
  return <StatusBarView view={useStatusBar()} onRetry={client.retryNow} />;
}
