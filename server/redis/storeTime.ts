import type { Cluster, Redis } from 'ioredis';

/** How often the difference is measured anew; ms. */
const MEASURE_INTERVAL_MS = 60_000;
/** A change of the difference that no drift makes: Redis' clock was set; ms. */
const STEP_MS = 1_000;

/** The store's time, nearly: nodes whose own clocks differ agree on it. */
export interface StoreTime {
  /** ms since the Unix epoch. */
  now(): number;
  /** Measures how far the local time is from the store's; on failure what was known stays. */
  measure(): Promise<void>;
  close(): void;
}

/** `onStep`: the store's clock was set, and `now` with it. */
export function createStoreTime(options: {
  redis: Pick<Redis | Cluster, 'time'>;
  /** Runs evenly, whatever becomes of the machine's clock. */
  local: { now(): number };
  onStep: () => void;
}): StoreTime {
  const { redis, local, onStep } = options;
  let offset: number | undefined;
  const timer = setInterval(() => void measure(), MEASURE_INTERVAL_MS);
  timer.unref();

  async function measure(): Promise<void> {
    const asked = local.now();
    try {
      const [seconds, microseconds] = await redis.time();
      // As if the way there took as long as the way back.
      const middle = (asked + local.now()) / 2;
      const before = offset;
      offset = Math.round(Number(seconds) * 1_000 + Number(microseconds) / 1_000 - middle);
      if (before !== undefined && Math.abs(offset - before) >= STEP_MS) onStep();
    } catch {
      // Out of reach: measured when it is back.
    }
  }

  return {
    now: () => local.now() + (offset ?? 0),
    measure,
    close: () => {
      clearInterval(timer);
    },
  };
}
