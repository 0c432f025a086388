import type { Client } from './redisStore.ts';

/** What is left of a try that broke off goes by itself; ms. */
const TTL_MS = 60_000;

/**
 * Does once, on keys that begin with `key`, all that the log does in Redis. Rejects where any of it fails, as where a
 * permission is missing: half of what is needed is worse than nothing.
 */
export async function proveStore(redis: Client, key: string): Promise<void> {
  const [events, snapshot, due, asked, answer, list] = ['l', 's', 'due', 'asked', 'a', 'o'].map(
    (part) => `${key}:${part}`,
  ) as [string, string, string, string, string, string];
  const job = [key, events, snapshot, due, asked];

  async function commit(...args: string[]): Promise<void> {
    const [, problem] = await redis.rgCommit(...job, ...args);
    if (problem !== undefined) throw new Error(problem);
  }

  await redis.del(...job, answer, list);
  const batch = ['1-0', '0', '[]'];
  const messages = ['s', key, 'probe', 'p', key, 'probe'];
  await commit('', '1', '{}', 'probe', '1', '[]', String(TTL_MS), '{}', '1', '1', '0', '1', ...batch, ...messages);
  await Promise.all([
    ...[due, asked].map((lasting) => redis.pexpire(lasting, TTL_MS)),
    redis.rgReadEvents(key, events, 0, 1, 1),
    redis.rgReadState(key, events, snapshot),
    redis.rgTrimPoint(events, 1, 0, 1, 1, 1),
    redis.hmget(key, 'v', 'rec'),
    redis.zrange(due, '0', '0'),
    redis.hvals(asked),
    redis.rgKeepAnswer(answer, '', '1', TTL_MS),
    redis.get(answer),
    redis.zadd(list, 1, 'probe'),
    redis.zrevrange(list, 0, 0),
    redis.zrevrangebyscore(list, '+inf', '-inf', 'LIMIT', 0, 1),
    redis.time(),
  ]);
  await commit('1', '2', '{}', 'probe', '', '', String(TTL_MS), '', '', '', '1', '0');
  await Promise.all([redis.rgUnlist(list, 'probe', 1), redis.rgForget(...job, '2', 'probe'), redis.del(answer)]);
}
