/** The device that a scripted page runs on: network, visibility, storage, tabs and sign-in, all in memory. */
import type { Clock } from '@regen/realtime-shared';

/** The same signals as the client's `Environment` port. */
export type DeviceSignal = 'online' | 'offline' | 'visible' | 'hidden' | 'pageshow' | 'pagehide';

/** Key and value storage in memory; the same methods as the client's `SessionStore` port. */
export interface DeviceStorage {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): readonly string[];
}

export interface Device {
  environment: {
    isOnline(): boolean;
    isVisible(): boolean;
    subscribe(listener: (signal: DeviceSignal) => void): () => void;
  };
  /** What stays in the browser when a page ends. */
  sessions: DeviceStorage;
  /** What stays in the tab when its page is reloaded; a crash takes it away. */
  tabStorage: DeviceStorage;
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
  const tab = new Map<string, string>();
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
    sessions: storageOn(new Map()),
    tabStorage: storageOn(tab),
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
      tab.clear();
      held.clear();
      listeners.clear();
    },
  };
}

function storageOn(records: Map<string, string>): DeviceStorage {
  return {
    get: (key) => records.get(key) ?? null,
    set: (key, value) => {
      records.set(key, value);
    },
    remove: (key) => {
      records.delete(key);
    },
    keys: () => [...records.keys()],
  };
}

/** Frames on a clock: 60 a second of its time. */
export function clockFrames(clock: Clock): { request(callback: () => void): number; cancel(handle: number): void } {
  const timers = new Map<number, ReturnType<Clock['setTimeout']>>();
  let last = 0;
  return {
    request: (callback) => {
      last += 1;
      const handle = last;
      timers.set(
        handle,
        clock.setTimeout(() => {
          timers.delete(handle);
          callback();
        }, 16),
      );
      return handle;
    },
    cancel: (handle) => {
      clock.clearTimeout(timers.get(handle));
      timers.delete(handle);
    },
  };
}
