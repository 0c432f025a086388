/**
 * The panel's behaviour for one client: hears of its jobs, carries out its timer, and keeps it over a reload of the
 * tab. It does not depend on what is drawn, so a page that comes late, or a story that jumps, finds it as it would be.
 */
import type { ClockTimer } from '@regen/realtime-shared';
import { panelJobOf, transition, type PanelEvent, type PanelState } from '../../presentation/panelBehaviour.ts';
import { parsePanelState, serializePanelState } from '../../presentation/panelStorage.ts';
import type { SessionStore } from '../../services/realtime/ports.ts';
import type { RealtimeClient } from '../../services/realtime/realtimeClient.ts';
import type { ReadableStore, RealtimeState } from '../../services/realtime/realtimeStore.ts';

export interface PanelStore extends ReadableStore<PanelState> {
  dispatch(event: PanelEvent): void;
}

const KEY = 'regen:panel';
const stores = new WeakMap<RealtimeClient, PanelStore>();

/** The one panel of a client: all panels of a page are the same. It hears of jobs while somebody subscribes. */
export function panelStoreOf(client: RealtimeClient): PanelStore {
  const store = stores.get(client) ?? createPanelStore(client);
  stores.set(client, store);
  return store;
}

function createPanelStore({ clock, tabStorage, store }: RealtimeClient): PanelStore {
  const listeners = new Set<() => void>();
  let state = read(tabStorage);
  let timer: ClockTimer | undefined;
  let stopHearing: (() => void) | null = null;

  function plan(): void {
    clock.clearTimeout(timer);
    timer =
      state.collapseAt === null || listeners.size === 0
        ? undefined
        : clock.setTimeout(
            () => {
              dispatch({ kind: 'timePassed' });
            },
            Math.max(0, state.collapseAt - clock.now()),
          );
  }

  function dispatch(event: PanelEvent): void {
    const next = transition(state, event, clock.now());
    if (next === state) return;
    state = next;
    plan();
    write(tabStorage, state);
    for (const listener of [...listeners]) listener();
  }

  function hear(): () => void {
    let known = null as RealtimeState['jobs'] | null;
    let user = store.getState().userGeneration;
    const take = (): void => {
      const { jobs, userGeneration } = store.getState();
      if (userGeneration !== user) dispatch({ kind: 'userChanged' });
      user = userGeneration;
      if (jobs === known) return;
      known = jobs;
      dispatch({ kind: 'jobsChanged', jobs: [...jobs.values()].flatMap((entry) => panelJobOf(entry) ?? []) });
    };
    take();
    return store.subscribe(take);
  }

  return {
    getState: () => state,
    subscribe: (listener) => {
      stopHearing ??= hear();
      listeners.add(listener);
      plan();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        plan();
        stopHearing?.();
        stopHearing = null;
      };
    },
    dispatch,
  };
}

function read(storage: SessionStore): PanelState {
  try {
    return parsePanelState(storage.get(KEY));
  } catch {
    // A page that may not use its storage has a panel that forgets.
    return parsePanelState(null);
  }
}

function write(storage: SessionStore, state: PanelState): void {
  try {
    storage.set(KEY, serializePanelState(state));
  } catch {
    // Full or forbidden: the panel forgets at the next reload, and nothing else happens.
  }
}
