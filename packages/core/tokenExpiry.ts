import type { Clock, ClockTimer } from '@regen/realtime-shared';

/** Browsers and Node fire timers beyond this at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

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
  let timer: ClockTimer | undefined;

  function at(time: number, then: () => void): void {
    const delayMs = Math.max(0, time - clock.now());
    timer = clock.setTimeout(
      () => {
        if (clock.now() < time) at(time, then);
        else then();
      },
      Math.min(delayMs, LONGEST_TIMER_MS),
    );
  }

  return {
    watch(expiresAt) {
      clock.clearTimeout(timer);
      timer = undefined;
      if (expiresAt === null) return;
      at(expiresAt - noticeMs, () => {
        options.onExpiring(expiresAt);
        at(expiresAt, options.onExpired);
      });
    },
    stop() {
      clock.clearTimeout(timer);
      timer = undefined;
    },
  };
}
