/** A browser with several tabs, each with the saved sessions of its own. */
import { createMemoryStorage, createVirtualClock, type VirtualClock } from '@regen/realtime-mocks';
import { clientReducer } from '../jobSubscription.ts';
import type { SessionStore, TabLock } from '../ports.ts';
import type { ClientJobState } from '../realtimeStore.ts';
import { createSessions, type Sessions } from '../sessionStorage.ts';
import { logOf, snapshotOf } from './fixtures.ts';

export const WHO = 'sub:dev';
export const SERVER = 'http://server.test/';

export interface TabOptions {
  server?: string;
  sessions?: Partial<SessionStore>;
  tabs?: Partial<TabLock>;
  /** Of the tab that the page is in; a new one has none. */
  tabStorage?: Map<string, string>;
}

export interface Tab {
  sessions: Sessions;
  /** What its page keeps in the tab. */
  tabStorage: Map<string, string>;
  /** Ends without a word. */
  crash(): void;
  /** The next page in the same tab. */
  reload(): Tab;
}

export interface Browser {
  clock: VirtualClock;
  records: Map<string, string>;
  /** What was reported. */
  errors: string[];
  /** Every tab that is open ends without a word. */
  crashAll(): void;
  /** Another page claims until `action` ends. */
  exclusively(action: () => Promise<void>): Promise<void>;
  openTab(options?: TabOptions): Tab;
}

/** A browser: its storage, and which of its tabs live. */
export function createBrowser(): Browser {
  const clock = createVirtualClock();
  const records = new Map<string, string>();
  const held = new Set<string>();
  let turn: Promise<unknown> = Promise.resolve();
  const errors: string[] = [];
  let tabs = 0;
  const storage = createMemoryStorage(records);

  function openTab({
    server = SERVER,
    sessions = {},
    tabs: locks = {},
    tabStorage = new Map<string, string>(),
  }: TabOptions = {}): Tab {
    tabs += 1;
    const own = new Set<string>();
    const random = tabs / 100;
    const crash = (): void => {
      for (const name of own) held.delete(name);
    };
    return {
      sessions: createSessions(
        server,
        {
          clock,
          random: () => random,
          sessions: { ...storage, ...sessions },
          tabStorage: createMemoryStorage(tabStorage),
          tabs: {
            hold: (name) => {
              own.add(name);
              held.add(name);
              return Promise.resolve(() => {
                held.delete(name);
              });
            },
            isHeld: (name) => Promise.resolve(held.has(name)),
            exclusively: (_, action) => {
              const claimed = turn.then(action);
              turn = claimed.catch(() => undefined);
              return claimed;
            },
            ...locks,
          },
        },
        (message) => errors.push(message),
      ),
      tabStorage,
      crash,
      reload: () => {
        crash();
        return openTab({ server, sessions, tabs: locks, tabStorage });
      },
    };
  }

  return {
    clock,
    records,
    errors,
    /** Every tab that is open ends without a word. */
    crashAll: () => {
      held.clear();
    },
    /** Another page claims until `action` ends. */
    exclusively: (action: () => Promise<void>): Promise<void> => {
      const claimed = turn.then(action);
      turn = claimed.catch(() => undefined);
      return claimed;
    },
    openTab,
  };
}

export function jobOf(length: number, jobId = 'job-1'): ClientJobState {
  return clientReducer.fromSnapshot(snapshotOf(logOf(length, { jobId })));
}
