/**
 * The panel's behaviour for one client: hears of its jobs and its user, carries out its timer, and keeps it over a
 * reload of the tab. It does not depend on what is drawn, so a page that comes late, or a story that jumps, finds it as
 * it would be.
 */
import type { ClockTimer } from '@regen/realtime-shared';
import { transition, type PanelChange, type PanelEvent } from '../../presentation/panelBehaviour.ts';
import { panelJobOf } from '../../presentation/panelJob.ts';
import { INITIAL_PANEL_STATE, type PanelState } from '../../presentation/panelState.ts';
import { parsePanelState, serializePanelState } from '../../presentation/panelStorage.ts';
import type { SessionStore } from '../../services/realtime/ports.ts';
import type { RealtimeClient } from '../../services/realtime/realtimeClient.ts';
import { INITIAL_STATE, type ReadableStore, type RealtimeState } from '../../services/realtime/realtimeStore.ts';
import { NOBODY } from '../../services/realtime/signedInUser.ts';

export interface PanelStore extends ReadableStore<PanelState> {
  dispatch(event: PanelEvent): void;
}

const stores = new WeakMap<RealtimeClient, PanelStore>();

/** The one panel of a client, for as long as the client is: all panels of a page are the same. */
export function panelStoreOf(client: RealtimeClient): PanelStore {
  const store = stores.get(client) ?? createPanelStore(client);
  stores.set(client, store);
  return store;
}

function createPanelStore({ clock, tabStorage, store, url }: RealtimeClient): PanelStore {
  const listeners = new Set<() => void>();
  let state = INITIAL_PANEL_STATE;
  let known: RealtimeState = INITIAL_STATE;
  let timer: ClockTimer | undefined;

  function plan(): void {
    clock.clearTimeout(timer);
    timer =
      state.collapseAt === null
        ? undefined
        : clock.setTimeout(
            () => {
              dispatch({ kind: 'timePassed' });
              // By a clock that was set back it is not due yet. What somebody uses is planned when they leave it.
              if (state.collapseAt !== null && state.collapseAt > clock.now()) plan();
            },
            Math.max(0, state.collapseAt - clock.now()),
          );
  }

  function become(next: PanelState): void {
    if (next === state) return;
    state = next;
    plan();
    save();
    for (const listener of [...listeners]) listener();
  }

  /** Before it is known whose jobs these are nothing is written, so that nobody finds another's. */
  function save(): void {
    if (known.user !== null) write(tabStorage, keyOf(url, known.user), serializePanelState(state, known.user));
  }

  function dispatch(event: PanelChange): void {
    become(transition(state, event, clock.now()));
  }

  function hear(): void {
    const before = known;
    known = store.getState();
    const { user } = known;
    if (user !== null && isAnother(before, known)) {
      if (before.user !== null) remove(tabStorage, keyOf(url, before.user));
      dispatch({ kind: 'userChanged', saved: parsePanelState(read(tabStorage, keyOf(url, user)), user) });
    }
    // Also where the state is the same: what another person left goes, and a token that was renewed has another name.
    if (user !== before.user) save();
    if (known.jobs === before.jobs) return;
    dispatch({ kind: 'jobsChanged', jobs: [...known.jobs.values()].flatMap((entry) => panelJobOf(entry) ?? []) });
  }

  store.subscribe(hear);
  hear();

  return {
    getState: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        // What is not drawn any more is not used, and nobody will say so.
        dispatch({ kind: 'pointerLeft' });
        dispatch({ kind: 'focusLeft' });
      };
    },
    dispatch,
  };
}

/** A renewed token may have another name for the same person; the client tells when it is not the same. */
function isAnother(before: RealtimeState, after: RealtimeState): boolean {
  if (before.userGeneration !== after.userGeneration) return true;
  return before.user !== after.user && (before.user === null || before.user === NOBODY);
}

/** Each server's panel by itself, and that of nobody apart from a person's: neither takes the other's place. */
function keyOf(url: string, user: string): string {
  return user === NOBODY ? `regen:panel:nobody:${url}` : `regen:panel:${url}`;
}

function read(storage: SessionStore, key: string): string | null {
  try {
    return storage.get(key);
  } catch {
    // A page that may not use its storage has a panel that forgets.
    return null;
  }
}

function remove(storage: SessionStore, key: string): void {
  try {
    storage.remove(key);
  } catch {
    // Forbidden: then nothing was written either.
  }
}

function write(storage: SessionStore, key: string, text: string): void {
  try {
    storage.set(key, text);
  } catch {
    // Full or forbidden: the panel forgets at the next reload, and nothing else happens.
  }
}
