import {
  StatusBarView,
  statusBarView,
  useAnnouncements,
  useNow,
  useRealtimeClient,
  useRealtimeSelector,
  type RealtimeState,
  type StatusBarFacts,
} from '../../src/index.ts';
import { useCallback, useEffect, type ReactElement } from 'react';

/** What the bar says. All else of its facts may wait for the next second: a token changes it too. */
const saysTheSame = (before: StatusBarFacts, after: StatusBarFacts): boolean =>
  JSON.stringify(before.state) === JSON.stringify(after.state);

/** The status bar with what it shows in one’s own hands. Renders once a second, and when it has something else to say. */
export function OwnBar(): ReactElement {
  const client = useRealtimeClient();
  useEffect(() => client.watchJobs(), [client]);
  useAnnouncements();
  const now = useNow(1_000, true);
  const select = useCallback((state: RealtimeState) => statusBarView(state, now), [now]);
  const view = useRealtimeSelector(select, saysTheSame);
  return <StatusBarView view={view} onRetry={client.retryNow} />;
}
