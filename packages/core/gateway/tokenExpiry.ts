import type { Clock } from '@regen/realtime-shared';
import { runAt } from './runAt.ts';

/** Watches over a token: calls `onExpiring` ahead of its end and `onExpired` at it, each once a token. */
export interface TokenExpiry {
  /** Forgets the former token. `expiresAt` in ms since the Unix epoch; null = never. */
  watch(expiresAt: number | null): void;
  stop(): void;
}

export function createTokenExpiry(options: {
  clock: Clock;
  noticeMs: number;
  onExpiring: (expiresAt: number) => void;
  onExpired: () => void;
}): TokenExpiry {
  const { clock, noticeMs } = options;
  let stop = (): void => undefined;

  return {
    watch(expiresAt) {
      stop();
      stop = () => undefined;
      if (expiresAt === null) return;
      stop = runAt(clock, expiresAt - noticeMs, () => {
        options.onExpiring(expiresAt);
        stop = runAt(clock, expiresAt, options.onExpired);
      });
    },
    stop: () => {
      stop();
    },
  };
}
