import {
  getSocketClient,
  GlobalAIStatusBar,
  JobTimelinePanel,
  SessionRestoreBanner,
  useJobProgress,
  useSessionRestore,
} from '@regen/realtime';
import '@regen/realtime/styles.css';
import { StrictMode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';

function Job({ jobId }: { jobId: string }) {
  const { state, isStreaming, connection, lastSequence } = useJobProgress(jobId);
  return (
    <p data-testid="job">
      {state.status} {String(isStreaming)} {connection.socketStatus} {connection.retryCount} {lastSequence}
    </p>
  );
}

function App() {
  const { isRestoring } = useSessionRestore({ autoSubscribe: true, onRestore: ({ jobId }) => void jobId });
  useEffect(() => {
    document.documentElement.dataset['mounted'] = '';
  }, []);
  return (
    <>
      <GlobalAIStatusBar />
      <SessionRestoreBanner message="Welcome back" onDismiss={() => undefined} isRestoring={isRestoring} />
      <Job jobId="report-7" />
      <JobTimelinePanel />
    </>
  );
}

const { connected, reconnectCount, subscriptions } = getSocketClient().getStatus();
document.documentElement.dataset['status'] = `${connected} ${reconnectCount} ${subscriptions}`;

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
