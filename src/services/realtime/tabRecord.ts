/** The saved record of this very tab: of tabs that are reloaded together each finds its own again. */
import type { Clock } from '@regen/realtime-shared';
import { boundedWait, type BoundedWait } from './boundedWait.ts';
import type { SessionStore, TabLock } from './ports.ts';

export interface TabRecord {
  /**
   * The record that the tab's page before this one had, while others' are not to be taken because their tabs may be on
   * their way back; null once they may be, and in a new tab from the start. Begins to count at the first call.
   */
  only(): string | null;
  /** Waits for a page before this one that is still about to end; not long, since a copy of a tab finds the original's. */
  whenLeft(key: string): Promise<void>;
  /** Waits until records of tabs that did not come back may be taken; false where `end` ended it. */
  othersLeft(): Promise<boolean>;
  /** From here on this is the tab's record. */
  remember(key: string): void;
  /** Ends what is waited for. */
  end(): void;
}

/** What a tab's note of its record's name is called; then comes the server's address. */
const PREFIX = 'regen:tab:';
/** So long other tabs have to come back for what they left; ms. */
const OTHERS_AFTER_MS = 5_000;
/** So long a page that has been left may still hold its record; ms. */
const UNLOAD_MS = 1_000;
const UNLOAD_STEP_MS = 50;

export function createTabRecord(
  serverUrl: string,
  ports: { tabStorage: SessionStore; tabs: Pick<TabLock, 'isHeld'>; clock: Clock },
): TabRecord {
  const { tabStorage, tabs, clock } = ports;
  const note = `${PREFIX}${serverUrl}`;
  let left: { key: string | null; othersAt: number } | undefined;
  let remembered: string | null = null;
  let wait: BoundedWait<void> | undefined;

  /** A tab that may keep nothing is a new one each time. */
  function read(): string | null {
    try {
      return tabStorage.get(note);
    } catch {
      return null;
    }
  }

  function begun(): { key: string | null; othersAt: number } {
    return (left ??= { key: read(), othersAt: clock.now() + OTHERS_AFTER_MS });
  }

  /** False where it was ended before its time. */
  async function pause(ms: number): Promise<boolean> {
    const own = boundedWait<void>(clock, ms, undefined, (_, ended) => ended);
    wait = own;
    await own.result;
    return wait === own;
  }

  return {
    only: () => {
      const { key, othersAt } = begun();
      return clock.now() < othersAt ? key : null;
    },
    whenLeft: async (key) => {
      for (let waited = 0; waited < UNLOAD_MS && (await tabs.isHeld(key)); waited += UNLOAD_STEP_MS) {
        if (!(await pause(UNLOAD_STEP_MS))) return;
      }
    },
    othersLeft: () => pause(Math.max(0, begun().othersAt - clock.now())),
    remember: (key) => {
      // What the page before this one noted is needed yet.
      begun();
      if (key === remembered) return;
      remembered = key;
      try {
        tabStorage.set(note, key);
      } catch {
        // The next page of this tab finds the record as that of any other.
      }
    },
    end: () => {
      const ended = wait;
      wait = undefined;
      ended?.end();
    },
  };
}
