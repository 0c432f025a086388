/** The token that a connection is signed in with: read for each attempt, renewed in place, and watched for another user. */
import type { Clock, ClockTimer } from '@regen/realtime-shared';
import type { ConnectionMachine } from './connectionMachine.ts';
import { RealtimeError } from './errors.ts';
import { areTwoUsers, whoOf } from './signedInUser.ts';
import type { TokenSource } from './tokenSource.ts';

export interface SignIn {
  /** The token now; `UNREADABLE`, and reported, where its source failed. */
  read(): Promise<string | null | typeof UNREADABLE>;
  /** An attempt begins with this token. */
  begin(token: string | null): void;
  /** Somebody may have signed in, or out, meanwhile. Where that cannot be told, nothing changes. */
  recheck(): Promise<void>;
  /**
   * Reads the token again and, where it changed, gives it to the server in place; one that is another user's begins a new
   * connection. Rejects where the server did not answer that.
   */
  refresh(): Promise<void>;
  /** That of the last attempt or refresh. */
  token(): string | null;
  stop(): void;
}

export interface SignInHandlers {
  /** The server took another token for the same user's. */
  onRenewed(): void;
  /** An attempt begins with this token. */
  onTokenRead(token: string | null): void;
  /** The present sign-in is over: the token is another user's, or there is none any more. */
  onOtherUser(token: string | null): void;
  /** Background work failed: the token could not be read, or an answer does not fit the protocol. */
  onError(error: RealtimeError): void;
}

/** The connection as a sign-in sees it. */
export interface SignInConnection {
  clock: Clock;
  source: TokenSource;
  phase(): ConnectionMachine['phase']['kind'];
  /** Another number means another attempt. */
  attempt(): number;
  /** Another token is to be tried: what is open, opening or refused with the former one begins anew. */
  tokenChanged(): void;
  /** Gives the server a newer token; rejects with `unauthorized` where it is another user's. */
  renew(token: string): Promise<unknown>;
}

/** A token source that failed; null is a token source that has none. */
export const UNREADABLE: unique symbol = Symbol('unreadable');

/** A token that the server could not judge is read and given to it again so much later; ms. */
const RECHECK_MS = 10_000;

export function createSignIn(connection: SignInConnection, handlers: SignInHandlers): SignIn {
  const { clock, source } = connection;
  let token: string | null = null;
  let recheckTimer: ClockTimer | undefined;
  let renewals = 0;
  let stopped = false;

  async function read(): Promise<string | null | typeof UNREADABLE> {
    try {
      return await source();
    } catch (cause) {
      const isMisused = cause instanceof RealtimeError && cause.code === 'invalid_usage';
      handlers.onError(
        isMisused
          ? cause
          : new RealtimeError(
              'unauthorized',
              'The access token could not be read, so nobody can be signed in. Tried again.',
              { cause, retryable: true },
            ),
      );
      return UNREADABLE;
    }
  }

  async function recheck(): Promise<void> {
    const own = connection.attempt();
    let next: string | null;
    try {
      next = await source();
    } catch {
      // The next attempt, or the next renewal, reads it again and reports.
      return;
    }
    if (own !== connection.attempt() || next === token) return;
    const phase = connection.phase();
    // Nobody is let in without a token who was refused with one, and who was may only have given up one that expired.
    if (next === null && phase === 'refused') return;
    if (next === null || areTwoUsers(whoOf(token), whoOf(next))) changed(next);
    else if (phase === 'open') renew(next).catch(askAgainLater);
    else connection.tokenChanged();
  }

  /** The server could not say whose the token is. */
  function askAgainLater(error: unknown): void {
    if (!(error instanceof RealtimeError)) throw error;
    if (stopped) return;
    clock.clearTimeout(recheckTimer);
    recheckTimer = clock.setTimeout(() => void recheck(), RECHECK_MS);
  }

  /** Another person's token, or none any more: nothing waits for the server to say so. */
  function changed(next: string | null): void {
    connection.tokenChanged();
    handlers.onOtherUser(next);
  }

  /** Only the server can say whether a token renews the present sign-in: it refuses one of another user. */
  async function renew(next: string): Promise<void> {
    renewals += 1;
    const own = renewals;
    try {
      await connection.renew(next);
    } catch (error) {
      // A later one has taken its place.
      if (own !== renewals) return;
      if (!(error instanceof RealtimeError) || error.code !== 'unauthorized') throw error;
      changed(next);
      return;
    }
    token = next;
    handlers.onRenewed();
  }

  return {
    read,
    begin: (first) => {
      token = first;
      handlers.onTokenRead(first);
    },
    recheck,
    refresh: async () => {
      const next = await read();
      if (next === null || next === UNREADABLE || next === token || connection.phase() !== 'open') return;
      await renew(next);
    },
    token: () => token,
    stop: () => {
      stopped = true;
      clock.clearTimeout(recheckTimer);
    },
  };
}
