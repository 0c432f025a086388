import type { Clock } from '@regen/realtime-shared';
import type { Cluster, Redis } from 'ioredis';

/** How often the difference is measured anew; ms. */
const MEASURE_INTERVAL_MS = 60_000;

/** The store's time, nearly: nodes whose own clocks differ agree on it. */
export interface StoreTime {
  /** ms since the Unix epoch. */
  now(): number;
  /** Measures how far this machine's clock is from the store's; on failure what was known stays. */
  measure(): Promise<void>;
  close(): void;
}

export function createStoreTime(redis: Redis | Cluster, clock: Clock): StoreTime {
  let offset = 0;
  const timer = setInterval(() => void measure(), MEASURE_INTERVAL_MS);
  timer.unref();

  async function measure(): Promise<void> {
    const asked = clock.now();
    try {
      const [seconds, microseconds] = await redis.time();
      // As if the way there took as long as the way back.
      const local = (asked + clock.now()) / 2;
      offset = Math.round(Number(seconds) * 1_000 + Number(microseconds) / 1_000 - local);
    } catch {
      // Out of reach: measured when it is back.
    }
  }

  return {
    now: () => clock.now() + offset,
    measure,
    close: () => {
      clearInterval(timer);
    },
  };
}
