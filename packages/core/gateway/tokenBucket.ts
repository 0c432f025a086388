import type { Clock } from '@regen/realtime-shared';

/** Allows `perSecond` at once and as many again each second. */
export interface TokenBucket {
  /** 0: taken. Else the ms until one can be. */
  take(): number;
}

export function createTokenBucket(clock: Clock, perSecond: number): TokenBucket {
  let tokens = perSecond;
  let filledAt = clock.now();
  return {
    take() {
      const now = clock.now();
      tokens = Math.min(perSecond, tokens + (Math.max(0, now - filledAt) * perSecond) / 1_000);
      filledAt = now;
      if (tokens >= 1) {
        tokens -= 1;
        return 0;
      }
      return Math.ceil(((1 - tokens) * 1_000) / perSecond);
    },
  };
}
