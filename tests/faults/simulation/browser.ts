import { createMemoryStorage } from '../../../mocks/memoryStorage.ts';
import type { Environment, EnvironmentSignal, SessionStore, TabLock } from '../../../src/services/realtime/ports.ts';

/** One browser: what stays in it when pages end, and the locks that living pages hold. */
export interface SimulatedBrowser {
  readonly sessions: SessionStore;
  /** A new page in it. */
  openPage(): PageSurroundings;
  /** Listeners and locks that pages hold. */
  held(): number;
}

export interface PageSurroundings {
  environment: Environment;
  tabs: TabLock;
  tabStorage: SessionStore;
  signal(signal: EnvironmentSignal): void;
  /** Gone, with or without a word. */
  end(): void;
}

export function createBrowser(): SimulatedBrowser {
  const locks = new Map<string, object>();
  let turn: Promise<unknown> = Promise.resolve();
  const pages = new Set<Set<unknown>>();
  return {
    sessions: createMemoryStorage(),
    openPage: () => {
      const listeners = new Set<(signal: EnvironmentSignal) => void>();
      const page = {};
      let online = true;
      let visible = true;
      pages.add(listeners);
      return {
        environment: {
          isOnline: () => online,
          isVisible: () => visible,
          subscribe: (listener) => {
            listeners.add(listener);
            return () => {
              listeners.delete(listener);
            };
          },
        },
        tabStorage: createMemoryStorage(),
        tabs: {
          hold: (name) => {
            locks.set(name, page);
            return Promise.resolve(() => {
              locks.delete(name);
            });
          },
          isHeld: (name) => Promise.resolve(locks.has(name)),
          exclusively: (_, action) => {
            const own = turn.then(action);
            turn = own.catch(() => undefined);
            return own;
          },
        },
        signal: (signal) => {
          if (signal === 'online' || signal === 'offline') online = signal === 'online';
          if (signal === 'visible' || signal === 'hidden') visible = signal === 'visible';
          for (const listener of [...listeners]) listener(signal);
        },
        end: () => {
          for (const [name, holder] of locks) if (holder === page) locks.delete(name);
          listeners.clear();
          pages.delete(listeners);
        },
      };
    },
    held: () => [...pages].reduce((sum, listeners) => sum + listeners.size, 0),
  };
}
