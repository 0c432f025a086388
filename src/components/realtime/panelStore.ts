/**
 * The panel's behaviour for one client: hears of its jobs, carries out its timer, and keeps it over a reload of the
 * tab. It does not depend on what is drawn, so a page that comes late, or a story that jumps, finds it as it would be.
 */
import type { ClockTimer } from '@regen/realtime-shared';
import {
  INITIAL_PANEL_STATE,
  panelJobOf,
  transition,
  type PanelEvent,
  type PanelState,
} from '../../presentation/panelBehaviour.ts';
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
  let state = INITIAL_PANEL_STATE;
  /** Whose jobs it has heard of; before that is known nothing is read or written, so that nobody sees another's. */
  let user: string | null = null;
  let userGeneration = 0;
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

  function become(next: PanelState): void {
    if (next === state) return;
    state = next;
    plan();
    if (user !== null) write(tabStorage, state, user);
    for (const listener of [...listeners]) listener();
  }

  function dispatch(event: PanelEvent): void {
    become(transition(state, event, clock.now()));
  }

  function hear(): () => void {
    let known = null as RealtimeState['jobs'] | null;
    const take = (): void => {
      const next = store.getState();
      if (next.userGeneration !== userGeneration) dispatch({ kind: 'userChanged' });
      userGeneration = next.userGeneration;
      if (next.user !== null && next.user !== user) {
        const isFirst = user === null;
        user = next.user;
        if (isFirst && state === INITIAL_PANEL_STATE) become(read(tabStorage, user));
        else write(tabStorage, state, user);
      }
      if (next.jobs === known) return;
      known = next.jobs;
      dispatch({ kind: 'jobsChanged', jobs: [...next.jobs.values()].flatMap((entry) => panelJobOf(entry) ?? []) });
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

function read(storage: SessionStore, user: string): PanelState {
  try {
    return parsePanelState(storage.get(KEY), user);
  } catch {
    // A page that may not use its storage has a panel that forgets.
    return INITIAL_PANEL_STATE;
  }
}

function write(storage: SessionStore, state: PanelState, user: string): void {
  try {
    storage.set(KEY, serializePanelState(state, user));
  } catch {
    // Full or forbidden: the panel forgets at the next reload, and nothing else happens.
  }
}
