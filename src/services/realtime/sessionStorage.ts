/**
 * What a page leaves for the page after it: one record a tab, so that no tab corrupts what another saved.
 * Storage may be full, forbidden or damaged: that costs the copy, never the page.
 */
import type { Clock, Random } from '@regen/realtime-shared';
import { boundedWait, type BoundedWait } from './boundedWait.ts';
import type { SessionStore, TabLock } from './ports.ts';
import type { ClientJobState } from './realtimeStore.ts';
import { SESSION_TEXT_BUDGET, isFresh, newestOf, parseRecord, recordText, type SavedJob } from './sessionRecord.ts';
import { NOBODY } from './signedInUser.ts';
import { createTabRecord } from './tabRecord.ts';

/** What every record's name begins with; then come the server's address, a blank, which no address has, and the tab. */
const PREFIX = 'regen:session:';
/** A page that claims for so long, as a frozen one may, holds no other page up: nothing is restored there; ms. */
const CLAIM_DEADLINE_MS = 5_000;

export interface Sessions {
  /**
   * Takes the records of this server and of `who` that no living tab holds into this tab's own, and returns their jobs,
   * newest first. Right after a reload of the tab, only what its own page before left: see `claimRest`. Of pages that claim at once one gets a record. Removes what is older than an hour, what is damaged (of
   * a damaged job only that job) and what is another named user's; what a named user left stays where nobody is signed
   * in, and the other way round. Never rejects. A later claim, and `release`, ends it: nothing more is taken.
   */
  claim(who: string): Promise<readonly SavedJob[]>;
  /**
   * After a claim that took only what this tab left: waits some seconds, in which tabs that were reloaded at the same
   * time come back for what is theirs, and claims the rest. Else, and where a later claim ends it, there is none.
   */
  claimRest(who: string): Promise<readonly SavedJob[]>;
  /**
   * Writes this tab's record; with no jobs, removes it. `jobs` are known to live as of `heardAt`, ms since the Unix epoch;
   * `carried` were claimed and are not known better yet, so they stay as old as they are. Returns false where storage
   * would not take it.
   */
  save(who: string, jobs: readonly ClientJobState[], heardAt: number, carried: readonly SavedJob[]): boolean;
  /** Leaves this tab's record, as it was saved last, to whoever claims next; nothing is saved or claimed any more. */
  release(): void;
}

export function createSessions(
  serverUrl: string,
  ports: { sessions: SessionStore; tabStorage: SessionStore; tabs: TabLock; clock: Clock; random: Random },
  /** Each kind of trouble has one message. */
  onError: (message: string, cause: unknown) => void,
): Sessions {
  const { sessions, tabs, clock, random } = ports;
  /** Also the name under which one page after the other claims. */
  const server = `${PREFIX}${serverUrl}`;
  const ownKey = `${server} ${clock.now().toString(36)}-${Math.floor(random() * 2 ** 40).toString(36)}`;
  const tab = createTabRecord(serverUrl, ports);
  let held: Promise<() => void> | null = null;
  /** Ends the hold of records that were taken. */
  const taken: (() => void)[] = [];
  let claim: BoundedWait<readonly SavedJob[]> | undefined;
  /** Only this tab's own was claimed. */
  let isRestLeft = false;
  /** What this page follows and carries on, as it was saved last. */
  let followed: {
    who: string;
    jobs: readonly ClientJobState[];
    heardAt: number;
    carried: readonly SavedJob[];
  } | null = null;
  let released = false;

  function attempt<Result>(what: string, action: () => Result): Result | undefined {
    try {
      return action();
    } catch (cause) {
      onError(what, cause);
      return undefined;
    }
  }

  function remove(key: string): void {
    attempt('A saved session could not be removed.', () => {
      sessions.remove(key);
    });
  }

  function textOf(key: string): string | null {
    return attempt('A saved session could not be read, so its jobs are not restored.', () => sessions.get(key)) ?? null;
  }

  /** Takes a record out of the storage; null where it stays there. */
  function take(key: string, who: string): readonly SavedJob[] | null {
    const text = textOf(key);
    if (text === null) return null;
    const record = attempt('A saved session was damaged, so its jobs are not restored.', () =>
      parseRecord(text, (cause) => {
        onError('A job in a saved session was damaged and is not restored.', cause);
      }),
    );
    const jobs = record?.jobs.filter((job) => isFresh(job, clock.now())) ?? [];
    const isOwn = record?.who === who;
    if (!isOwn && jobs.length > 0 && (who === NOBODY || record?.who === NOBODY)) return null;
    remove(key);
    return isOwn ? jobs : [];
  }

  function save(who: string, jobs: readonly ClientJobState[], heardAt: number, carried: readonly SavedJob[]): boolean {
    if (released) return false;
    followed = { who, jobs, heardAt, carried };
    if (jobs.length === 0 && carried.length === 0) {
      if (held !== null) remove(ownKey);
      return true;
    }
    held ??= tabs.hold(ownKey);
    for (const budget of [SESSION_TEXT_BUDGET, 0]) {
      try {
        sessions.set(ownKey, recordText(who, jobs, heardAt, carried, budget));
        tab.remember(ownKey);
        return true;
      } catch (cause) {
        // A full disk: once more without the texts.
        if (budget > 0) continue;
        onError('The session could not be saved, so a crash would not be resumed from here.', cause);
      }
    }
    return false;
  }

  /**
   * The records of this server that no living tab holds, or the one of them that is asked for. What an earlier version
   * left names no server and is removed.
   */
  async function findLeft(only: string | null): Promise<readonly string[]> {
    const keys =
      attempt('Saved sessions could not be listed, so their jobs are not restored.', () => sessions.keys()) ?? [];
    const left: string[] = [];
    for (const key of keys) {
      if (key.startsWith(PREFIX) && !key.includes(' ')) remove(key);
      const isWanted = only === null ? key.startsWith(`${server} `) && key !== ownKey : key === only;
      if (isWanted && !(await tabs.isHeld(key))) left.push(key);
    }
    return left;
  }

  /** Runs while no other page claims. */
  async function claimLeft(who: string, only: string | null, isOver: () => boolean): Promise<readonly SavedJob[]> {
    if (isOver()) return [];
    const left = await findLeft(only);
    if (isOver()) return [];
    if (left.length === 0) {
      tab.remember(ownKey);
      return [];
    }
    held ??= tabs.hold(ownKey);
    // The next page that claims must find this tab's record held, and those that it took: another process may be shown
    // them for a while after they are gone.
    await held;
    const holds = await Promise.all(left.map(async (key) => ({ key, release: await tabs.hold(key) })));
    if (isOver()) {
      for (const { release } of holds) release();
      return [];
    }
    // From here on without a pause, so that a page that ends now has left the jobs either there or here.
    const found: SavedJob[] = [];
    let isAllTaken = true;
    for (const { key, release } of holds) {
      const jobs = take(key, who);
      if (jobs === null) {
        isAllTaken = false;
        release();
      } else {
        taken.push(release);
        found.push(...jobs);
      }
    }
    // Whoever signs in on the next page of this tab still finds what he left in it.
    if (isAllTaken) tab.remember(ownKey);
    const claimed = newestOf(found);
    const own = followed?.who === who ? followed : { jobs: [], heardAt: 0, carried: [] };
    if (claimed.length > 0) save(who, own.jobs, own.heardAt, newestOf([...own.carried, ...claimed]));
    return claimed;
  }

  /** Claims all that is left, or only one record, for which it waits a little. */
  function begin(who: string, only: string | null): Promise<readonly SavedJob[]> {
    claim = boundedWait<readonly SavedJob[]>(clock, CLAIM_DEADLINE_MS, [], async (isOver, ended) => {
      try {
        if (only !== null && textOf(only) !== null) await tab.whenLeft(only);
        // The turn of the next page comes at the deadline, also where this one never comes to an end.
        return await tabs.exclusively(server, () => Promise.race([claimLeft(who, only, isOver), ended]));
      } catch (cause) {
        onError('Saved sessions could not be claimed, so their jobs are not restored.', cause);
        return [];
      }
    });
    return claim.result;
  }

  function end(): void {
    claim?.end();
    tab.end();
  }

  return {
    claim: (who) => {
      end();
      if (released) return Promise.resolve([]);
      const only = tab.only();
      isRestLeft = only !== null;
      return begin(who, only);
    },
    claimRest: async (who) => {
      if (!isRestLeft || released || !(await tab.othersLeft())) return [];
      isRestLeft = false;
      return begin(who, null);
    },
    save,
    release: () => {
      released = true;
      end();
      void held?.then((release) => {
        release();
      });
      for (const release of taken) release();
    },
  };
}
