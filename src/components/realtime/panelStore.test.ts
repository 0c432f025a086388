import { createPlayer, type PageSurroundings } from '@regen/realtime-mocks';
import { expect, test } from 'vitest';
import { INITIAL_STATE, createStore, type RealtimeState } from '../../services/realtime/realtimeStore.ts';
import type { SessionStore } from '../../services/realtime/ports.ts';
import type { RealtimeClient } from '../../services/realtime/realtimeClient.ts';
import { createSocketClient } from '../../services/realtime/socketClient.ts';
import { entryFacts } from '../../presentation/testFacts.ts';
import { INITIAL_PANEL_STATE } from '../../presentation/panelBehaviour.ts';
import { panelStoreOf } from './panelStore.ts';

/** A client with a state of the test's own. */
async function clientWith(
  tabStorage?: SessionStore,
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

test('all panels of a client are one', async () => {
  const { client } = await clientWith();
  expect(panelStoreOf(client)).toBe(panelStoreOf(client));
});

test('it hears of jobs while somebody subscribes, and not after', async () => {
  const { client, show } = await clientWith();
  const panel = panelStoreOf(client);
  const leave = panel.subscribe(() => undefined);
  show({ jobs: new Map([['a', entryFacts({}, { jobId: 'a' })]]) });
  expect(panel.getState()).toMatchObject({ isExpanded: true, order: ['a'] });
  leave();
  show({ jobs: new Map([['b', entryFacts({}, { jobId: 'b' })]]) });
  expect(panel.getState().order).toEqual(['a']);
});

test('when somebody else signs in nothing of the first person stays, in memory or in the tab', async () => {
  const { client, show } = await clientWith();
  const panel = panelStoreOf(client);
  panel.subscribe(() => undefined);
  show({ user: 'ada', jobs: new Map([[failed.jobId, failed]]) });
  panel.dispatch({ kind: 'dismissed', jobId: failed.jobId });
  expect(JSON.stringify(panel.getState())).toContain('Secret of Ada');
  expect(client.tabStorage.get('regen:panel')).toContain('Secret of Ada');
  show({ jobs: new Map(), user: 'eve', userGeneration: 1 });
  expect(panel.getState()).toEqual(INITIAL_PANEL_STATE);
  expect(client.tabStorage.get('regen:panel')).not.toContain('Ada');
});

test('after a reload of the tab a person finds the panel as they left it, and nobody else does', async () => {
  const first = await clientWith();
  panelStoreOf(first.client).subscribe(() => undefined);
  first.show({ user: 'ada', jobs: new Map([[failed.jobId, failed]]) });
  const left = panelStoreOf(first.client).getState();

  for (const [user, expected] of [
    ['ada', left],
    ['eve', INITIAL_PANEL_STATE],
  ] as const) {
    const { client, show } = await clientWith(first.client.tabStorage);
    const panel = panelStoreOf(client);
    panel.subscribe(() => undefined);
    expect(panel.getState()).toBe(INITIAL_PANEL_STATE);
    show({ user });
    expect(panel.getState().history).toEqual(expected.history);
  }
});

test('a token that was renewed for the same person keeps their panel', async () => {
  const { client, show } = await clientWith();
  const panel = panelStoreOf(client);
  panel.subscribe(() => undefined);
  show({ user: 'hash:1', jobs: new Map([[failed.jobId, failed]]) });
  const before = panel.getState();
  show({ user: 'hash:2' });
  expect(panel.getState()).toBe(before);
  expect(client.tabStorage.get('regen:panel')).toContain('hash:2');
});

test('what happened before the person was known is not undone by what was saved', async () => {
  const first = await clientWith();
  panelStoreOf(first.client).subscribe(() => undefined);
  first.show({ user: 'ada', jobs: new Map([[failed.jobId, failed]]) });
  const { client, show } = await clientWith(first.client.tabStorage);
  const panel = panelStoreOf(client);
  panel.subscribe(() => undefined);
  panel.dispatch({ kind: 'expanded' });
  show({ user: 'ada' });
  expect(panel.getState()).toMatchObject({ isExpanded: true, openedByHand: true, history: [] });
});
