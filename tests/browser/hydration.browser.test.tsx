import { StrictMode, type ReactElement } from 'react';
import { flushSync } from 'react-dom';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { threeJobs } from '../../mocks/scenarios/index.ts';
import { GlobalAIStatusBar } from '../../src/components/realtime/GlobalAIStatusBar.tsx';
import { JobTimelinePanel } from '../../src/components/realtime/JobTimelinePanel.tsx';
import { LiveJobCard } from '../../src/components/realtime/LiveJobCard.tsx';
import { SessionRestoreBanner } from '../../src/components/realtime/SessionRestoreBanner.tsx';
import { StreamText } from '../../src/components/realtime/StreamText.tsx';
import { RealtimeProvider, useRealtimeClient } from '../../src/hooks/RealtimeProvider.tsx';
import { useConnection } from '../../src/hooks/useConnection.ts';
import { useJobProgress } from '../../src/hooks/useJobProgress.ts';
import { useJobs } from '../../src/hooks/useJobs.ts';
import { useSessionRestore } from '../../src/hooks/sessionRestore.ts';
import { createSocketClient, type SocketClient } from '../../src/services/realtime/socketClient.ts';
import { play } from './playedPage.ts';

const JOB = 'c04e77d1';

function Hooks(): ReactElement {
  const { state, streamingText, isStreaming } = useJobProgress(JOB);
  const { resumeBannerText, dismissBanner, isRestoring } = useSessionRestore();
  return (
    <>
      <SessionRestoreBanner message={resumeBannerText} onDismiss={dismissBanner} isRestoring={isRestoring} />
      <p data-testid="hooks">
        {state.status} {useConnection().socketStatus} {useJobs().size} {String(isStreaming)} {streamingText.length}
      </p>
    </>
  );
}

function Text(): ReactElement {
  return <StreamText source={useRealtimeClient().textOf(JOB)} />;
}

function Application({ client }: { client: SocketClient }): ReactElement {
  return (
    <StrictMode>
      <RealtimeProvider client={client}>
        <GlobalAIStatusBar />
        <JobTimelinePanel />
        <LiveJobCard jobId={JOB} />
        <Hooks />
        <Text />
      </RealtimeProvider>
    </StrictMode>
  );
}

test('what a server rendered is taken over as it is, before and after the client knows its jobs', async () => {
  const said = (['error', 'warn', 'log', 'info', 'debug'] as const).map((name) => vi.spyOn(console, name));
  onTestFinished(() => {
    for (const spy of said) spy.mockRestore();
  });
  const { client, playTo } = await play(threeJobs);
  // The server's own client knows nothing and is never started.
  const server = createSocketClient({ url: 'http://localhost:3000' });
  const html = renderToString(<Application client={server} />);
  expect(html).toContain('idle');

  // A page that hydrates late, when its client knows its jobs already, must begin with the same HTML.
  client.watchJobs();
  await playTo(14_000);
  expect(client.store.getState().jobs.size).toBe(3);

  const container = document.createElement('div');
  container.innerHTML = html;
  document.body.append(container);
  const first = container.querySelector('[data-testid=hooks]');
  const problems: unknown[] = [];
  let root: ReturnType<typeof hydrateRoot> | undefined;
  flushSync(() => {
    root = hydrateRoot(container, <Application client={client} />, {
      onRecoverableError: (error) => problems.push(error),
      onCaughtError: (error) => problems.push(error),
      onUncaughtError: (error) => problems.push(error),
    });
  });
  await playTo(15_000);
  expect(problems).toEqual([]);
  expect(said.flatMap((spy) => spy.mock.calls)).toEqual([]);
  // React kept the server's element instead of making another, and then showed what is known.
  const hooks = container.querySelector('[data-testid=hooks]');
  expect(hooks).toBe(first);
  expect(hooks?.textContent).toMatch(/^running connected 3 true [1-9]\d*$/);
  expect(container.querySelector('.rg-stream')?.textContent?.length).toBeGreaterThan(10);
  flushSync(() => {
    root?.unmount();
  });
  container.remove();
});
