/** Holds the panel's behaviour for one panel: carries out its timer, and keeps it over a reload of the tab. */
import type { Clock, ClockTimer } from '@regen/realtime-shared';
import type { SessionStore } from '../../services/realtime/ports.ts';
import type { ReadableStore } from '../../services/realtime/realtimeStore.ts';
import { transition, type PanelEvent, type PanelState } from '../../presentation/panelBehaviour.ts';
import { parsePanelState, serializePanelState } from '../../presentation/panelStorage.ts';

export interface PanelStore extends ReadableStore<PanelState> {
  dispatch(event: PanelEvent): void;
}

const KEY = 'regen:panel';

export function createPanelStore(clock: Clock, storage: SessionStore): PanelStore {
  const listeners = new Set<() => void>();
  let state = read(storage);
  let timer: ClockTimer | undefined;

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
    write(storage, state);
    for (const listener of [...listeners]) listener();
  }

  return {
    getState: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      plan();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) plan();
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
