/** The device that a scripted page runs on: network, visibility, storage, tabs and sign-in, all in memory. */
import { createMemoryStorage, type MemoryStorage } from './memoryStorage.ts';

/** The same signals as the client's `Environment` port. */
export type DeviceSignal = 'online' | 'offline' | 'visible' | 'hidden' | 'pageshow' | 'pagehide';

export interface Device {
  environment: {
    isOnline(): boolean;
    isVisible(): boolean;
    subscribe(listener: (signal: DeviceSignal) => void): () => void;
  };
  /** What stays in the browser when a page ends. */
  sessions: MemoryStorage;
  /** What stays in the tab when its page is reloaded; a crash takes it away. */
  tabStorage: MemoryStorage;
  /** The same methods as the client's `TabLock` port. */
  tabs: {
    hold(name: string): Promise<() => void>;
    isHeld(name: string): Promise<boolean>;
    exclusively<Result>(name: string, action: () => Promise<Result>): Promise<Result>;
  };
  /** The access token in the browser; null = signed out. */
  token(): string | null;
  setToken(token: string | null): void;
  setOnline(online: boolean): void;
  setVisible(visible: boolean): void;
  /** The page is left, with a last word to it; its locks are freed. */
  leavePage(): void;
  /** The page is gone without a word; its locks are freed. */
  losePage(): void;
}

export function createDevice(): Device {
  const listeners = new Set<(signal: DeviceSignal) => void>();
  const tabRecords = new Map<string, string>();
  const held = new Set<string>();
  let turn: Promise<unknown> = Promise.resolve();
  let online = true;
  let visible = true;
  let token: string | null = null;

  const signal = (name: DeviceSignal): void => {
    for (const listener of [...listeners]) listener(name);
  };

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
    sessions: createMemoryStorage(),
    tabStorage: createMemoryStorage(tabRecords),
    tabs: {
      hold: (name) => {
        held.add(name);
        return Promise.resolve(() => {
          held.delete(name);
        });
      },
      isHeld: (name) => Promise.resolve(held.has(name)),
      exclusively: (_, action) => {
        const own = turn.then(action);
        turn = own.catch(() => undefined);
        return own;
      },
    },
    token: () => token,
    setToken: (next) => {
      token = next;
    },
    setOnline: (next) => {
      if (next === online) return;
      online = next;
      signal(next ? 'online' : 'offline');
    },
    setVisible: (next) => {
      if (next === visible) return;
      visible = next;
      signal(next ? 'visible' : 'hidden');
    },
    leavePage: () => {
      signal('pagehide');
      held.clear();
      listeners.clear();
    },
    losePage: () => {
      tabRecords.clear();
      held.clear();
      listeners.clear();
    },
  };
}
