import {
  getSocketClient,
  GlobalAIStatusBar,
  JobTimelinePanel,
  Rail,
  SessionRestoreBanner,
  StreamText,
  railView,
  useJobProgress,
  useSessionRestore,
} from '@regen/realtime';
import '@regen/realtime/styles.css';
import { StrictMode, useEffect, useRef } from 'react';
import { createRoot } from 'react-dom/client';

function Job({ jobId }: { jobId: string }) {
  const { state, isStreaming, connection, lastSequence } = useJobProgress(jobId);
  return (
    <p data-testid="job">
      {state.status} {String(isStreaming)} {connection.socketStatus} {connection.retryCount} {lastSequence}
    </p>
  );
}

const rail = railView({ phase: { kind: 'running', live: true }, progress: 62, steps: [] });

function App() {
  const banner = useRef<HTMLDivElement>(null);
  const line = useRef<HTMLDivElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLElement>(null);
  const { isRestoring } = useSessionRestore({ autoSubscribe: true, onRestore: ({ jobId }) => void jobId });
  useEffect(() => {
    const { dataset } = document.documentElement;
    dataset['mounted'] = '';
    dataset['refs'] = [banner, line, text, panel].map(({ current }) => current?.tagName).join(' ');
  }, []);
  return (
    <>
      <GlobalAIStatusBar />
      <SessionRestoreBanner ref={banner} message="Welcome back" onDismiss={() => undefined} isRestoring={isRestoring} />
      <Job jobId="report-7" />
      {rail === null ? null : <Rail ref={line} view={rail} />}
      <StreamText ref={text} source={getSocketClient().textOf('report-7')} />
      <JobTimelinePanel ref={panel} />
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
