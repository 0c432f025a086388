/**
 * What a page leaves for the page after it: one record a tab, so that no tab corrupts what another saved.
 * Storage may be full, forbidden or damaged: that costs the copy, never the page.
 */
import {
  jobSnapshotSchema,
  type Clock,
  type ClockTimer,
  type JobSnapshot,
  type JobState,
  type Random,
} from '@regen/realtime-shared';
import * as v from 'valibot';
import { clientReducer } from './jobSubscription.ts';
import type { SessionStore, TabLock } from './ports.ts';
import type { ClientJobState } from './realtimeStore.ts';

/** A record that is older is not offered any more; ms. */
export const SESSION_MAX_AGE_MS = 3_600_000;
/** UTF-16 code units of output that one record may hold; a longer text comes back from the server's snapshot. */
export const SESSION_TEXT_BUDGET = 262_144;

const PREFIX = 'regen:session:';
/** Under this name one page after the other claims. */
const CLAIM = 'regen:session';
/** A page that claims for so long, as a frozen one may, holds no other page up: nothing is restored there; ms. */
const CLAIM_DEADLINE_MS = 5_000;

export interface SavedJob {
  /** As it was; without its text, and to be subscribed without a position, where `complete` is false. */
  snapshot: JobSnapshot;
  complete: boolean;
  /** ms since the Unix epoch. */
  savedAt: number;
}

export interface Sessions {
  /**
   * Takes the records that no living tab holds into this tab's own, and returns their jobs, newest first. Of pages that
   * claim at once one gets a record. Records of another user, older than an hour or damaged are removed and not
   * returned; of a damaged job only that job.
   */
  claim(who: string): Promise<readonly SavedJob[]>;
  /**
   * Writes this tab's record; with no jobs, removes it. `carried` are jobs that were claimed and are not known better
   * yet. Returns false where storage would not take it.
   */
  save(who: string, jobs: readonly ClientJobState[], carried: readonly SavedJob[]): boolean;
  /** Leaves this tab's record, as it was saved last, to whoever claims next; nothing is saved or claimed any more. */
  release(): void;
}

const savedJobSchema = v.object({ snapshot: jobSnapshotSchema, complete: v.boolean() });
/** Each job is parsed by itself, so that one that is damaged does not cost the others. */
const envelopeSchema = v.object({
  version: v.literal(1),
  who: v.string(),
  savedAt: v.pipe(v.number(), v.finite()),
  jobs: v.array(v.unknown()),
});

type SessionRecord = Omit<v.InferOutput<typeof envelopeSchema>, 'jobs'> & {
  jobs: v.InferOutput<typeof savedJobSchema>[];
};

export function createSessions(
  ports: { sessions: SessionStore; tabs: TabLock; clock: Clock; random: Random },
  onError: (message: string, cause: unknown) => void,
): Sessions {
  const { sessions, tabs, clock, random } = ports;
  const ownKey = `${PREFIX}${clock.now().toString(36)}-${Math.floor(random() * 2 ** 40).toString(36)}`;
  let held: Promise<() => void> | null = null;
  /** Ends the hold of records that were taken. */
  const taken: (() => void)[] = [];
  let released = false;
  let deadline: ClockTimer | undefined;

  function attempt<Result>(what: string, action: () => Result): Result | undefined {
    try {
      return action();
    } catch (cause) {
      onError(what, cause);
      return undefined;
    }
  }

  /** Takes a record out of the storage; no jobs where it is damaged, another user's or too old. */
  function take(key: string, who: string): readonly SavedJob[] {
    const text = attempt('The saved session could not be read, so nothing is restored.', () => sessions.get(key));
    attempt('A saved session could not be removed.', () => {
      sessions.remove(key);
    });
    if (text === undefined || text === null) return [];
    const parsed = attempt('The saved session was damaged and has been removed.', () =>
      v.parse(envelopeSchema, JSON.parse(text)),
    );
    if (parsed === undefined || parsed.who !== who) return [];
    const age = clock.now() - parsed.savedAt;
    if (age > SESSION_MAX_AGE_MS || age < -SESSION_MAX_AGE_MS) return [];
    return parsed.jobs.flatMap((saved) => {
      const job = attempt('A job in the saved session was damaged and is not restored.', () =>
        v.parse(savedJobSchema, saved),
      );
      return job === undefined ? [] : [{ ...job, savedAt: parsed.savedAt }];
    });
  }

  function save(who: string, jobs: readonly ClientJobState[], carried: readonly SavedJob[]): boolean {
    if (released) return false;
    if (jobs.length === 0 && carried.length === 0) {
      if (held !== null) {
        attempt('The saved session could not be removed.', () => {
          sessions.remove(ownKey);
        });
      }
      return true;
    }
    held ??= tabs.hold(ownKey);
    for (const budget of [SESSION_TEXT_BUDGET, 0]) {
      try {
        sessions.set(ownKey, JSON.stringify(recordOf(who, jobs, carried, clock.now(), budget)));
        return true;
      } catch (cause) {
        // A full disk: once more without the texts.
        if (budget > 0) continue;
        onError('The session could not be saved, so a crash of this page would not be resumed.', cause);
      }
    }
    return false;
  }

  /** Runs while no other page claims. */
  async function claimLeft(who: string): Promise<readonly SavedJob[]> {
    const keys = attempt('Saved sessions could not be listed, so nothing is restored.', () => sessions.keys()) ?? [];
    const left: string[] = [];
    for (const key of keys) {
      if (key.startsWith(PREFIX) && key !== ownKey && !(await tabs.isHeld(key))) left.push(key);
    }
    if (left.length === 0 || released) return [];
    held ??= tabs.hold(ownKey);
    // The next page that claims must find this tab's record held, and those that it took: another process may be shown
    // them for a while after they are gone.
    await held;
    taken.push(...(await Promise.all(left.map((key) => tabs.hold(key)))));
    if (isReleased()) {
      for (const release of taken) release();
      return [];
    }
    // From here on without a pause, so that a page that ends now has left the jobs either there or here.
    const newest = new Map<string, SavedJob>();
    const found = left.flatMap((key) => take(key, who));
    for (const job of found.toSorted((a, b) => b.savedAt - a.savedAt)) {
      if (!newest.has(job.snapshot.jobId)) newest.set(job.snapshot.jobId, job);
    }
    const claimed = [...newest.values()];
    if (claimed.length > 0) save(who, [], claimed);
    return claimed;
  }

  /** A call, since TypeScript takes a flag for unchanged across an `await`. */
  function isReleased(): boolean {
    return released;
  }

  return {
    claim: (who) =>
      new Promise((resolve, reject) => {
        let late = false;
        deadline = clock.setTimeout(() => {
          late = true;
          resolve([]);
        }, CLAIM_DEADLINE_MS);
        tabs
          .exclusively(CLAIM, () => {
            clock.clearTimeout(deadline);
            return late || released ? Promise.resolve([]) : claimLeft(who);
          })
          .then(resolve, reject);
      }),
    save,
    release: () => {
      released = true;
      clock.clearTimeout(deadline);
      void held?.then((release) => {
        release();
      });
      for (const release of taken) release();
    },
  };
}

/** The texts of the first jobs that fit are kept; of the others only what they are called and how far they were. */
function recordOf(
  who: string,
  jobs: readonly ClientJobState[],
  carried: readonly SavedJob[],
  savedAt: number,
  textBudget: number,
): SessionRecord {
  let budget = textBudget;
  function fits(channels: JobState<{ readonly length: number }>['channels']): boolean {
    const length = Object.values(channels).reduce((sum, channel) => sum + channel.text.length, 0);
    if (length > budget) return false;
    budget -= length;
    return true;
  }
  return {
    version: 1,
    who,
    savedAt,
    jobs: [
      ...jobs.map((job) => {
        const complete = fits(job.channels);
        return { snapshot: clientReducer.toSnapshot(complete ? job : { ...job, channels: {} }), complete };
      }),
      ...carried.map(({ snapshot, complete }) =>
        complete && fits(snapshot.channels)
          ? { snapshot, complete }
          : { snapshot: { ...snapshot, channels: {} }, complete: false },
      ),
    ],
  };
}

/**
 * Who a token belongs to, for telling users apart: its `sub`, the name in a development token, else a hash of it; never
 * the token itself. Two opaque tokens count as two users, since nothing in them says otherwise.
 */
export function whoOf(token: string | null): string {
  if (token === null) return 'nobody';
  // `dev:<name>`: the users of a server in development (PROTOCOL.md).
  if (token.startsWith('dev:')) return `sub:dev/${token.slice('dev:'.length)}`;
  const subject = subjectOf(token);
  return subject === null ? `hash:${hashOf(token)}` : `sub:${subject}`;
}

function subjectOf(token: string): string | null {
  const payload = token.split('.')[1];
  if (payload === undefined) return null;
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    return typeof claims === 'object' && claims !== null && 'sub' in claims && typeof claims.sub === 'string'
      ? claims.sub
      : null;
  } catch {
    // Not a JSON Web Token: such tokens are told apart by their hash.
    return null;
  }
}

/** 64 bits of FNV-1a: enough to tell users of one browser apart, and not the token. */
function hashOf(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const character of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(character)) * 0x100000001b3n);
  }
  return hash.toString(16);
}
