/** Renews the sign-in in place when the server says that it ends soon. */
import type { Clock, ClockTimer } from '@regen/realtime-shared';
import type { Connection } from './connection.ts';
import { RealtimeError } from './errors.ts';

export interface TokenRenewal {
  /** The server says that the sign-in ends; ms since the Unix epoch by the client's clock. */
  expiring(expiresAt: number): void;
  /** Forgets what is planned: the connection that it was for has ended. */
  clear(): void;
}

/** A new token may come late: it is asked for again this long before the old one ends; ms. */
const LAST_CHANCE_MS = 5_000;

export function createTokenRenewal(
  clock: Clock,
  connection: Pick<Connection, 'lastToken' | 'refreshToken'>,
  onError: (error: RealtimeError) => void,
): TokenRenewal {
  let timer: ClockTimer | undefined;

  function renew(): void {
    const before = connection.lastToken();
    connection.refreshToken().then(
      () => {
        if (connection.lastToken() !== before) clock.clearTimeout(timer);
      },
      (error: unknown) => {
        // The connection goes on until the old token ends; then the state says so.
        if (error instanceof RealtimeError) onError(error);
      },
    );
  }

  return {
    expiring: (expiresAt) => {
      renew();
      clock.clearTimeout(timer);
      const lastChance = expiresAt - LAST_CHANCE_MS - clock.now();
      if (lastChance > 0) timer = clock.setTimeout(renew, lastChance);
    },
    clear: () => {
      clock.clearTimeout(timer);
    },
  };
}
