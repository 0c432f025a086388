import type { ListedJob } from '@regen/realtime-core';
import { isFinished, type JobSummary } from '@regen/realtime-shared';
import type { RedisKeys } from './keys.ts';
import type { RedisStore } from './redisStore.ts';

/**
 * Which jobs an owner has. It lies in another place than the jobs and is not changed with them: it always names all of
 * them, and at times one too many. What it names is looked up, and mended where it is not so.
 */
export interface OwnerIndex {
  /** Before a job is there, and before one that was over goes on. */
  mayBeOpen(ownerId: string, job: Pick<JobSummary, 'jobId' | 'createdAt'>): Promise<void>;
  /** After a job ended. */
  hasEnded(ownerId: string, job: JobSummary): Promise<void>;
  /** After a job is gone. */
  isGone(ownerId: string, jobIds: readonly string[]): Promise<void>;
  /** Ids of all jobs, the newest first, from a creation time on downwards (ms; null from the newest). */
  all(ownerId: string, from: number | null, offset: number, count: number): Promise<string[]>;
  open(ownerId: string): Promise<string[]>;
  /** Ids of jobs that ended, the last to end first. */
  ended(ownerId: string, offset: number, count: number): Promise<string[]>;
  /** Moves those that turned out to be over. */
  mend(ownerId: string, found: readonly ListedJob[]): Promise<void>;
}

export function createOwnerIndex(store: RedisStore, keys: RedisKeys, ttlMs: number): OwnerIndex {
  async function hasEnded(ownerId: string, { jobId, finishedAt }: JobSummary): Promise<void> {
    await store.call((redis) =>
      Promise.all([
        redis.zadd(keys.owner(ownerId, 'ended'), finishedAt ?? 0, jobId),
        redis.zrem(keys.owner(ownerId, 'open'), jobId),
        redis.pexpire(keys.owner(ownerId, 'ended'), ttlMs),
      ]),
    );
  }

  return {
    hasEnded,
    async mayBeOpen(ownerId, { jobId, createdAt }) {
      const [all, open] = [keys.owner(ownerId, 'all'), keys.owner(ownerId, 'open')];
      await store.call((redis) =>
        Promise.all([
          redis.zadd(all, createdAt, jobId),
          redis.zadd(open, createdAt, jobId),
          redis.pexpire(all, ttlMs),
          redis.pexpire(open, ttlMs),
        ]),
      );
    },
    async isGone(ownerId, jobIds) {
      if (jobIds.length === 0) return;
      await store.call((redis) =>
        Promise.all(
          (['all', 'open', 'ended'] as const).map((list) => redis.zrem(keys.owner(ownerId, list), ...jobIds)),
        ),
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
      await Promise.all(found.filter(({ job }) => isFinished(job)).map(({ job }) => hasEnded(ownerId, job)));
    },
  };
}
