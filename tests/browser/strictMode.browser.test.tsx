import { StrictMode, type ReactElement } from 'react';
import { expect, test } from 'vitest';
import { happyPath, reloadSeveral, threeJobs } from '../../mocks/scenarios/index.ts';
import { GlobalAIStatusBar } from '../../src/components/realtime/GlobalAIStatusBar.tsx';
import { JobTimelinePanel } from '../../src/components/realtime/JobTimelinePanel.tsx';
import { SessionRestoreBanner } from '../../src/components/realtime/SessionRestoreBanner.tsx';
import { RealtimeProvider } from '../../src/hooks/RealtimeProvider.tsx';
import { useSessionRestore } from '../../src/hooks/sessionRestore.ts';
import type { SocketClient } from '../../src/services/realtime/socketClient.ts';
import { mount } from './mount.ts';
import { play } from './playedPage.ts';

function Restore(): ReactElement {
  const { resumeBannerText, dismissBanner, isRestoring } = useSessionRestore();
  return <SessionRestoreBanner message={resumeBannerText} onDismiss={dismissBanner} isRestoring={isRestoring} />;
}

/** All of the document's parts, as an application in development mounts them. */
function application(client: SocketClient): ReactElement {
  return (
    <StrictMode>
      <RealtimeProvider client={client}>
        <Restore />
        <GlobalAIStatusBar />
        <JobTimelinePanel />
      </RealtimeProvider>
    </StrictMode>
  );
}

test('mounted twice, the parts open one socket, watch once and subscribe each job once', async () => {
  const { client, player, playTo } = await play(threeJobs);
  const { link, backend } = player.surroundings();
  const connections = new Set<number>();
  link.onPacket(({ connection }) => connections.add(connection));
  mount(application(client));
  await playTo(10_000);
  const { jobs } = client.store.getState();
  expect(jobs.size).toBe(3);
  expect([...jobs.values()].map((entry) => entry.sync.kind)).toEqual(['live', 'live', 'live']);
  expect([...connections]).toEqual([1]);
  expect(link.connections).toBe(1);
  expect(backend.commands().get('jobs:watch')).toBe(1);
  expect(backend.commands().get('job:subscribe')).toBe(3);
  expect(backend.commands().has('job:unsubscribe')).toBe(false);
});

test('the document has one live region for all parts of a client, and none after them', async () => {
  const { client, playTo } = await play(happyPath);
  const mounted = mount(application(client));
  await playTo(2_000);
  expect(document.querySelectorAll('[data-rg-announcer]')).toHaveLength(1);
  mounted.unmount();
  expect(document.querySelectorAll('[data-rg-announcer]')).toHaveLength(0);
});

test('unmounted and stopped, nothing is left: no socket, no timer, no element', async () => {
  const before = document.body.childElementCount;
  const { client, player, playTo } = await play(threeJobs);
  const { link, clock, backend } = player.surroundings();
  const mounted = mount(application(client));
  await playTo(10_000);
  expect(client.getStatus().subscriptions).toBe(3);
  mounted.unmount();
  client.stop();
  await playTo(player.scenario.durationMs);
  expect(link.connections).toBe(0);
  expect(client.getStatus()).toMatchObject({ connected: false });
  expect(document.body.childElementCount).toBe(before);
  const subscribes = backend.commands().get('job:subscribe');
  await player.dispose();
  expect(backend.commands().get('job:subscribe')).toBe(subscribes);
  expect(clock.pending()).toBe(0);
});

test('parts that leave let go of their jobs, and the socket stays for those that come', async () => {
  const { client, player, playTo } = await play(threeJobs);
  const { link, backend } = player.surroundings();
  const mounted = mount(application(client));
  await playTo(8_000);
  mounted.unmount();
  // A little later, so that a move from one place of the page to another costs nothing.
  await playTo(11_000);
  expect(client.getStatus()).toMatchObject({ connected: true, subscriptions: 0 });
  expect(link.connections).toBe(1);
  expect(backend.commands().get('job:unsubscribe')).toBe(3);
  mount(application(client));
  await playTo(13_000);
  expect(client.getStatus()).toMatchObject({ connected: true, subscriptions: 3 });
  expect(link.connections).toBe(1);
});

test('after a reload every job that was watched is subscribed once', async () => {
  const { player, playTo } = await play(reloadSeveral);
  const reload = reloadSeveral.steps.find((step) => step.do === 'device:reload');
  if (reload?.do !== 'device:reload') throw new Error('The scenario does not reload.');
  const first = player.getState().page;
  if (first === null) throw new Error('No page is open.');
  const mounted = mount(application(first.client));
  await playTo(reload.at - 1);
  await playTo(reload.at + 1);
  mounted.unmount();
  const { backend } = player.surroundings();
  const [watches, subscribes] = [
    backend.commands().get('jobs:watch') ?? 0,
    backend.commands().get('job:subscribe') ?? 0,
  ];
  await playTo(reload.at + reload.awayMs + 1);
  const second = player.getState().page;
  if (second === null || second === first) throw new Error('The page has not been opened again.');
  mount(application(second.client));
  await playTo(reload.at + reload.awayMs + 3_000);
  expect(second.client.store.getState().restored.length).toBeGreaterThan(1);
  expect((backend.commands().get('jobs:watch') ?? 0) - watches).toBe(1);
  expect((backend.commands().get('job:subscribe') ?? 0) - subscribes).toBe(second.client.store.getState().jobs.size);
});
