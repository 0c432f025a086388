/** Who is signed in, as the client knows it. Another user sees nothing of the first, and each finds what he left. */
import type { Clock } from '@regen/realtime-shared';
import { boundedWait, type BoundedWait } from './boundedWait.ts';
import type { TokenSource } from './tokenSource.ts';
import { areTwoUsers, whoOf } from './signedInUser.ts';

export interface ClientUser {
  /** Null before it is known. */
  name(): string | null;
  /** Grows when the state of another user was forgotten. */
  generation(): number;
  /** Before the first connection: reads the token and restores what its user left. Never rejects. */
  begin(): Promise<void>;
  /** The holder of this token is the user now: the server let it in, or the former one's is gone. */
  signedIn(token: string | null): void;
  /** An attempt begins with this token: where it is certainly another user's nothing waits for the server to let it in. */
  tokenRead(token: string | null): void;
  /** The server took this token for the same user's. */
  renewed(token: string | null): void;
  stop(): void;
}

export interface ClientUserHandlers {
  /** Another user has signed in: nothing of the first one may stay, on the page or in what is saved. */
  forget(): void;
  /** Takes what this user left. */
  restore(who: string): Promise<void>;
  onChange(): void;
}

/** A token that is not there so long after the start holds nothing up: what was saved is restored with it; ms. */
const READ_DEADLINE_MS = 5_000;

export function createClientUser(clock: Clock, token: TokenSource, handlers: ClientUserHandlers): ClientUser {
  let name: string | null = null;
  let generation = 0;
  let reading: BoundedWait<string | null> | undefined;

  function set(next: string): void {
    name = next;
    handlers.onChange();
  }

  /** Null where it cannot be told yet. */
  async function read(): Promise<string | null> {
    try {
      return whoOf(await token());
    } catch {
      // The attempt to connect reads it again and reports it.
      return null;
    }
  }

  function become(who: string): void {
    if (who === name) return;
    if (name !== null) {
      handlers.forget();
      generation += 1;
    }
    set(who);
    void handlers.restore(who);
  }

  return {
    name: () => name,
    generation: () => generation,
    begin: async () => {
      reading = boundedWait<string | null>(clock, READ_DEADLINE_MS, null, read);
      const who = await reading.result;
      if (who === null) return;
      set(who);
      await handlers.restore(who);
    },
    signedIn: (signedIn) => {
      become(whoOf(signedIn));
    },
    tokenRead: (read) => {
      const who = whoOf(read);
      if (name !== null && areTwoUsers(name, who)) become(who);
    },
    renewed: (renewed) => {
      set(whoOf(renewed));
    },
    stop: () => {
      reading?.end();
    },
  };
}
