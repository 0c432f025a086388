/** The ports of a page in a browser; where there is none (a server, a worker), what is missing stays quiet. */
import { systemClock } from '@regen/realtime-shared';
import type { Environment, EnvironmentSignal, FrameSource, Ports, SessionStore, TabLock } from './ports.ts';

/** Of `localStorage` and `sessionStorage` what is used here. */
interface PageStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

interface PageLocks {
  request<Result>(name: string, action: () => Promise<Result>): Promise<Result>;
  query(): Promise<{ held?: { name?: string }[]; pending?: { name?: string }[] }>;
}

// A desktop client is compiled without the DOM's types, so what is used of a page is declared here.
declare const window: EventTarget | undefined;
declare const document: (EventTarget & { readonly visibilityState: string }) | undefined;
declare const navigator: { readonly onLine: boolean; readonly locks?: PageLocks } | undefined;
declare const localStorage: PageStorage;
declare const sessionStorage: PageStorage;
declare const requestAnimationFrame: ((callback: () => void) => number) | undefined;
declare const cancelAnimationFrame: (handle: number) => void;

export function browserPorts(overrides: Partial<Ports> = {}): Ports {
  return {
    clock: systemClock,
    random: Math.random,
    environment: pageEnvironment(),
    frames: pageFrames(),
    sessions: webStorage(() => localStorage),
    tabStorage: webStorage(() => sessionStorage),
    tabs: webLocks(),
    ...overrides,
  };
}

/** `online`, `visibilitychange`, `pageshow` and their opposites. */
function pageEnvironment(): Environment {
  const hasPage = typeof window !== 'undefined' && typeof document !== 'undefined';
  return {
    isOnline: () => !hasPage || navigator?.onLine !== false,
    isVisible: () => !hasPage || document.visibilityState === 'visible',
    subscribe: (listener) => {
      if (!hasPage) return () => undefined;
      const controller = new AbortController();
      const { signal } = controller;
      for (const name of ['online', 'offline', 'pageshow', 'pagehide'] satisfies EnvironmentSignal[]) {
        window.addEventListener(
          name,
          () => {
            listener(name);
          },
          { signal },
        );
      }
      document.addEventListener(
        'visibilitychange',
        () => {
          listener(document.visibilityState === 'visible' ? 'visible' : 'hidden');
        },
        { signal },
      );
      return () => {
        controller.abort();
      };
    },
  };
}

function pageFrames(): FrameSource {
  return typeof requestAnimationFrame === 'undefined'
    ? // Without frames the scheduler's timer delivers.
      { request: () => 0, cancel: () => undefined }
    : {
        request: (callback) => requestAnimationFrame(callback),
        cancel: (handle) => {
          cancelAnimationFrame(handle);
        },
      };
}

/** `storage` is read at each call: merely naming it throws where the page may not use it, or there is no page. */
function webStorage(storage: () => PageStorage): SessionStore {
  return {
    get: (key) => storage().getItem(key),
    set: (key, value) => {
      storage().setItem(key, value);
    },
    remove: (key) => {
      storage().removeItem(key);
    },
    keys: () => (typeof window === 'undefined' ? [] : Object.keys(storage())),
  };
}

/** Web Locks: held until the page ends, however it ends. Without them every record counts as left behind. */
function webLocks(): TabLock {
  const locks = typeof navigator === 'undefined' ? undefined : navigator.locks;
  return {
    hold: (name) =>
      new Promise((resolve) => {
        const keep = () =>
          new Promise<void>((release) => {
            resolve(release);
          });
        const unheld = () => {
          resolve(() => undefined);
        };
        if (locks === undefined) unheld();
        else locks.request(name, keep).catch(unheld);
      }),
    isHeld: async (name) => {
      const { held = [], pending = [] } = (await locks?.query().catch(() => undefined)) ?? {};
      return [...held, ...pending].some((lock) => lock.name === name);
    },
    exclusively: async (name, action) => {
      let begun = false;
      const run = () => {
        begun = true;
        return action();
      };
      try {
        return await (locks === undefined ? run() : locks.request(name, run));
      } catch (error) {
        if (begun) throw error;
        // A page without an origin of its own has the locks, and may not use them.
        return action();
      }
    },
  };
}
