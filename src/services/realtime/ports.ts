/** What the client needs from its surroundings. A browser's are the default; stories, tests and shells give others. */
import type { Clock, Random } from '@regen/realtime-shared';

/** Key and value storage; each call may throw (a full disk, a private window), which loses nothing but the copy. */
export interface SessionStore {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): readonly string[];
}

/** What the device and the page say of themselves. */
export interface Environment {
  /** False only where the device is sure that it has no network. */
  isOnline(): boolean;
  isVisible(): boolean;
  /**
   * Calls back on `online`, `offline`, `visible`, `hidden`, `pageshow` (also from the back-forward cache) and
   * `pagehide`. Returns its unsubscribe.
   */
  subscribe(listener: (signal: EnvironmentSignal) => void): () => void;
}
export type EnvironmentSignal = 'online' | 'offline' | 'visible' | 'hidden' | 'pageshow' | 'pagehide';

/** Calls back before the next paint; `null` where frames do not exist or do not come. */
export interface FrameSource {
  request(callback: () => void): number;
  cancel(handle: number): void;
}

/** Where a running tab shows that it lives, so that no other tab takes its saved session. */
export interface TabLock {
  /** Holds `name` until the page ends, or until what it resolves with, once `name` is held, is called. Rejects never. */
  hold(name: string): Promise<() => void>;
  /** Whether any living page holds `name` or waits for it. Rejects never; unknown counts as not held. */
  isHeld(name: string): Promise<boolean>;
  /**
   * Runs `action` while no other page runs one under `name`, and settles as it does. Where pages cannot see each other,
   * it just runs.
   */
  exclusively<Result>(name: string, action: () => Promise<Result>): Promise<Result>;
}

export interface Ports {
  clock: Clock;
  random: Random;
  environment: Environment;
  frames: FrameSource;
  /** Outlives the page and the browser: `localStorage`. */
  sessions: SessionStore;
  /** Outlives a reload of this tab: `sessionStorage`. */
  tabStorage: SessionStore;
  tabs: TabLock;
}
