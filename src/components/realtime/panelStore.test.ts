import { createPlayer, createVirtualClock, type PageSurroundings, type VirtualClock } from '@regen/realtime-mocks';
import type { JobStatus } from '@regen/realtime-shared';
import { expect, test } from 'vitest';
import {
  INITIAL_STATE,
  createStore,
  type JobEntry,
  type RealtimeState,
} from '../../services/realtime/realtimeStore.ts';
import type { SessionStore } from '../../services/realtime/ports.ts';
import type { RealtimeClient } from '../../services/realtime/realtimeClient.ts';
import { createSocketClient } from '../../services/realtime/socketClient.ts';
import { entryFacts } from '../../presentation/testFacts.ts';
import { COLLAPSE_DELAY_MS } from '../../presentation/panelJobs.ts';
import { INITIAL_PANEL_STATE } from '../../presentation/panelState.ts';
import { panelStoreOf, type PanelStore } from './panelStore.ts';

/** A client with a state of the test's own. */
async function clientWith(
  tabStorage?: SessionStore,
  url = 'http://server.test',
): Promise<{ client: RealtimeClient; show: (state: Partial<RealtimeState>) => void }> {
  let surroundings: PageSurroundings | undefined;
  const player = createPlayer({
    scenario: { id: 'none', title: 'Nothing', summary: '', durationMs: 1_000, steps: [] },
    createPage: (given) => {
      surroundings = given;
      const nothing = (): void => undefined;
      const never = (): Promise<void> => Promise.resolve();
      return {
        open: never,
        close: nothing,
        cancel: never,
        resume: never,
        retryNow: nothing,
        hold: nothing,
        release: nothing,
      };
    },
  });
  await player.seek(0);
  if (surroundings === undefined) throw new Error('no page was opened');
  const store = createStore<RealtimeState>(INITIAL_STATE, () => undefined);
  const client: RealtimeClient = {
    ...createSocketClient(surroundings),
    store,
    ...(tabStorage === undefined ? {} : { tabStorage }),
    url,
  };
  return {
    client,
    show: (state) => {
      store.setState({ ...store.getState(), ...state });
    },
  };
}

const failed = entryFacts({
  status: 'failed',
  title: 'Secret of Ada',
  error: { code: 'x', message: 'y', retryable: false },
});
const FAILED = { jobs: new Map([[failed.jobId, failed]]) };
const NO_JOBS = { jobs: new Map<string, JobEntry>() };

/** What is saved in the tab, all of it. */
function savedIn({ tabStorage }: RealtimeClient): string {
  return tabStorage
    .keys()
    .map((key) => tabStorage.get(key))
    .join();
}

test('all panels of a client are one', async () => {
  const { client } = await clientWith();
  expect(panelStoreOf(client)).toBe(panelStoreOf(client));
});

test('it hears of jobs whether or not it is drawn, so that what is drawn late is right at once', async () => {
  const { client, show } = await clientWith();
  const panel = panelStoreOf(client);
  show({ jobs: new Map([['a', entryFacts({}, { jobId: 'a' })]]) });
  expect(panel.getState()).toMatchObject({ isExpanded: true, order: ['a'] });
});

test('who leaves the panel with its page does not keep it open', async () => {
  const { client } = await clientWith();
  const panel = panelStoreOf(client);
  const leave = panel.subscribe(() => undefined);
  panel.dispatch({ kind: 'pointerEntered' });
  panel.dispatch({ kind: 'focusEntered' });
  leave();
  expect(panel.getState()).toMatchObject({ isPointerInside: false, isFocusInside: false });
});

test('when somebody else signs in nothing of the first person stays, in memory or in the tab', async () => {
  const { client, show } = await clientWith();
  const panel = panelStoreOf(client);
  show({ user: 'sub:ada', ...FAILED });
  panel.dispatch({ kind: 'dismissed', jobId: failed.jobId });
  expect(JSON.stringify(panel.getState())).toContain('Secret of Ada');
  expect(savedIn(client)).toContain('Secret of Ada');
  show({ ...NO_JOBS, user: 'sub:eve', userGeneration: 1 });
  expect(panel.getState()).toEqual(INITIAL_PANEL_STATE);
  expect(savedIn(client)).not.toContain('Ada');
});

test('who signs out leaves nothing in the tab, and who was nobody leaves nothing to who signs in', async () => {
  const { client, show } = await clientWith();
  panelStoreOf(client);
  show({ user: 'sub:ada', ...FAILED });
  show({ ...NO_JOBS, user: 'nobody', userGeneration: 1 });
  expect(savedIn(client)).not.toContain('Ada');
  show(FAILED);
  expect(savedIn(client)).toContain('Secret of Ada');
  show({ ...NO_JOBS, user: 'sub:eve', userGeneration: 2 });
  expect(savedIn(client)).not.toContain('Ada');
});

test('that somebody else has signed in is heard while no panel is mounted', async () => {
  const { client, show } = await clientWith();
  const leave = panelStoreOf(client).subscribe(() => undefined);
  show({ user: 'sub:ada', ...FAILED });
  leave();
  show({ ...NO_JOBS, user: 'sub:eve', userGeneration: 1 });
  expect(panelStoreOf(client).getState()).toEqual(INITIAL_PANEL_STATE);
  expect(savedIn(client)).not.toContain('Ada');
});

test('after a reload of the tab a person finds the panel as they left it', async () => {
  const first = await clientWith();
  panelStoreOf(first.client);
  first.show({ user: 'sub:ada', ...FAILED });
  const left = panelStoreOf(first.client).getState();
  const { client, show } = await clientWith(first.client.tabStorage);
  const panel = panelStoreOf(client);
  expect(panel.getState()).toBe(INITIAL_PANEL_STATE);
  show({ user: 'sub:ada' });
  expect(panel.getState()).toEqual({ ...left, holding: [] });
});

test('another person finds nothing of it after a reload, and it is gone from the tab', async () => {
  const first = await clientWith();
  panelStoreOf(first.client);
  first.show({ user: 'sub:ada', ...FAILED });
  const { client, show } = await clientWith(first.client.tabStorage);
  show({ user: 'sub:eve' });
  expect(panelStoreOf(client).getState()).toEqual(INITIAL_PANEL_STATE);
  expect(savedIn(client)).not.toContain('Ada');
});

test('a token that was renewed for the same person keeps their panel, under their new name', async () => {
  const { client, show } = await clientWith();
  const panel = panelStoreOf(client);
  show({ user: 'hash:1', ...FAILED });
  const before = panel.getState();
  show({ user: 'hash:2' });
  expect(panel.getState()).toBe(before);
  expect(savedIn(client)).toContain('hash:2');
});

test('who is known late finds what they left, as open as they made it meanwhile', async () => {
  const first = await clientWith();
  panelStoreOf(first.client);
  first.show({ user: 'sub:ada', ...FAILED });
  const { client, show } = await clientWith(first.client.tabStorage);
  const panel = panelStoreOf(client);
  panel.dispatch({ kind: 'expanded' });
  show({ user: 'sub:ada' });
  expect(panel.getState()).toMatchObject({ isExpanded: true, openedByHand: true, history: [{ jobId: failed.jobId }] });
});

test('who was nobody until they signed in finds what they left', async () => {
  const first = await clientWith();
  panelStoreOf(first.client);
  first.show({ user: 'sub:ada', ...FAILED });
  const { client, show } = await clientWith(first.client.tabStorage);
  const panel = panelStoreOf(client);
  show({ user: 'nobody' });
  panel.dispatch({ kind: 'expanded' });
  expect(panel.getState().history).toEqual([]);
  expect(savedIn(client)).toContain('Secret of Ada');
  show({ user: 'sub:ada', userGeneration: 1 });
  expect(panel.getState()).toMatchObject({ openedByHand: true, history: [{ title: 'Secret of Ada' }] });
});

test('the user of a server in development, who has no token, finds the panel again too', async () => {
  const first = await clientWith();
  panelStoreOf(first.client);
  first.show({ user: 'nobody', ...FAILED });
  const { client, show } = await clientWith(first.client.tabStorage);
  show({ user: 'nobody' });
  expect(panelStoreOf(client).getState().history).toHaveLength(1);
});

test('each server has a panel of its own', async () => {
  const first = await clientWith();
  panelStoreOf(first.client);
  first.show({ user: 'sub:ada', ...FAILED });
  const { client, show } = await clientWith(first.client.tabStorage, 'http://elsewhere.test');
  show({ user: 'sub:ada' });
  expect(panelStoreOf(client).getState().history).toEqual([]);
  expect(savedIn(client)).toContain('Secret of Ada');
});

test('a page that may not use its storage has a panel that forgets', async () => {
  const forbidden = (): never => {
    throw new Error('forbidden');
  };
  const storage = { get: forbidden, set: forbidden, remove: forbidden, keys: forbidden };
  const { client, show } = await clientWith(storage);
  const panel = panelStoreOf(client);
  show({ user: 'sub:ada', ...FAILED });
  expect(panel.getState().order).toEqual([failed.jobId]);
});

/** A panel whose one job has just ended, on a clock that the test moves. */
async function endedPanel(): Promise<{ panel: PanelStore; clock: VirtualClock; setBack: (ms: number) => void }> {
  const clock = createVirtualClock();
  let setBackMs = 0;
  const { client, show } = await clientWith();
  const panel = panelStoreOf({ ...client, clock: { ...clock, now: () => clock.now() - setBackMs } });
  const job = (status: JobStatus) => ({ jobs: new Map([['a', entryFacts({ status }, { jobId: 'a' })]]) });
  show(job('running'));
  show(job('completed'));
  const setBack = (ms: number): void => {
    setBackMs = ms;
  };
  return { panel, clock, setBack };
}

test('it collapses by itself 5 s after the last job ended', async () => {
  const { panel, clock } = await endedPanel();
  clock.advance(COLLAPSE_DELAY_MS - 1);
  expect(panel.getState().isExpanded).toBe(true);
  clock.advance(1);
  expect(panel.getState().isExpanded).toBe(false);
  expect(clock.pending()).toBe(0);
});

test('it collapses on a device whose clock is set back', async () => {
  const { panel, clock, setBack } = await endedPanel();
  setBack(900_000);
  clock.advance(COLLAPSE_DELAY_MS);
  expect(panel.getState().isExpanded).toBe(true);
  clock.advance(COLLAPSE_DELAY_MS);
  expect(panel.getState().isExpanded).toBe(false);
});

test('while somebody uses it no timer runs, and it collapses 5 s after they have left', async () => {
  const { panel, clock } = await endedPanel();
  panel.dispatch({ kind: 'focusEntered' });
  clock.advance(60_000);
  expect(panel.getState().isExpanded).toBe(true);
  expect(clock.pending()).toBe(0);
  panel.dispatch({ kind: 'focusLeft' });
  clock.advance(COLLAPSE_DELAY_MS);
  expect(panel.getState().isExpanded).toBe(false);
});
