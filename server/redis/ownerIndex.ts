import type { ListedJob } from '@regen/realtime-core';
import { isFinished } from '@regen/realtime-shared';
import type { RedisKeys } from './keys.ts';
import type { RedisStore } from './redisStore.ts';

/** From being named until it is there a job takes less; ms. */
const BEGINNING_MS = 60_000;

/**
 * Which jobs an owner has. It lies in another place than the jobs and is not changed with them: it always names all of
 * them, and at times one too many. What it names is looked up, and mended where it is not so. Others change the jobs
 * meanwhile, so that what is taken out is compared with what they named last.
 */
export interface OwnerIndex {
  /** Before a job is there, and before one that was over goes on. */
  mayBeOpen(ownerId: string, begun: ListedJob): Promise<void>;
  /** After a job ended; without effect on one that was named open for what comes behind that end. */
  hasEnded(ownerId: string, ended: ListedJob): Promise<void>;
  /** Forgets those that were not found, unless they may just be beginning. Resolves to how many are forgotten. */
  isGone(ownerId: string, jobIds: readonly string[]): Promise<number>;
  /** Ids of all jobs, the newest first, from a creation time on downwards (ms; null from the newest). */
  all(ownerId: string, from: number | null, offset: number, count: number): Promise<string[]>;
  open(ownerId: string): Promise<string[]>;
  /** Ids of jobs that ended, the last to end first. */
  ended(ownerId: string, offset: number, count: number): Promise<string[]>;
  /** Moves those that turned out to be over. */
  mend(ownerId: string, found: readonly ListedJob[]): Promise<void>;
}

export function createOwnerIndex(store: RedisStore, keys: RedisKeys, now: () => number, ttlMs: number): OwnerIndex {
  async function hasEnded(ownerId: string, { job: { jobId, finishedAt }, position }: ListedJob): Promise<void> {
    await store.call((redis) =>
      Promise.all([
        redis.zadd(keys.owner(ownerId, 'ended'), finishedAt ?? 0, jobId),
        redis.rgUnlist(keys.owner(ownerId, 'open'), jobId, position.sequence),
        redis.pexpire(keys.owner(ownerId, 'ended'), ttlMs),
      ]),
    );
  }

  return {
    hasEnded,
    async mayBeOpen(ownerId, { job: { jobId, createdAt }, position }) {
      const [all, open] = [keys.owner(ownerId, 'all'), keys.owner(ownerId, 'open')];
      await store.call((redis) =>
        Promise.all([
          redis.zadd(all, createdAt, jobId),
          redis.zadd(open, position.sequence, jobId),
          redis.pexpire(all, ttlMs),
          redis.pexpire(open, ttlMs),
        ]),
      );
    },
    async isGone(ownerId, jobIds) {
      if (jobIds.length === 0) return 0;
      const [all, open, ended] = [
        keys.owner(ownerId, 'all'),
        keys.owner(ownerId, 'open'),
        keys.owner(ownerId, 'ended'),
      ];
      const before = now() - BEGINNING_MS;
      return store.call((redis) =>
        redis.rgForgetListed(all, open, ended, ...jobIds.flatMap((jobId) => [jobId, before])),
      );
    },
    all: (ownerId, from, offset, count) =>
      store.call((redis) =>
        redis.zrevrangebyscore(keys.owner(ownerId, 'all'), from ?? '+inf', '-inf', 'LIMIT', offset, count),
      ),
    open: (ownerId) => store.call((redis) => redis.zrevrange(keys.owner(ownerId, 'open'), 0, -1)),
    ended: (ownerId, offset, count) =>
      store.call((redis) => redis.zrevrange(keys.owner(ownerId, 'ended'), offset, offset + count - 1)),
    async mend(ownerId, found) {
      await Promise.all(found.filter(({ job }) => isFinished(job)).map((ended) => hasEnded(ownerId, ended)));
    },
  };
}
