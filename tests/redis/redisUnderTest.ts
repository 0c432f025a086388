import { afterAll, beforeAll, expect } from 'vitest';
import type { RedisUnderTest } from './redisBed.ts';
import { startRedisCluster } from './redisCluster.ts';
import { startRedisProcess } from './redisProcess.ts';
import { createRedisUser, refusedCommands } from './redisUser.ts';

const START_DEADLINE_MS = 60_000;

/** One server, or three masters, for all tests of a file: started before them and stopped after them. */
export function redisForTests(kind: RedisUnderTest['kind']): () => RedisUnderTest {
  let running: (RedisUnderTest & { stop(): Promise<void> }) | undefined;
  beforeAll(async () => {
    running = await (kind === 'single' ? startSingle() : startCluster());
    await Promise.all(running.ports.map((port) => createRedisUser(port, kind)));
  }, START_DEADLINE_MS);
  afterAll(async () => {
    const refused = await Promise.all((running?.ports ?? []).map(refusedCommands));
    await running?.stop();
    expect(refused.flat()).toEqual([]);
  });
  return () => {
    if (running === undefined) throw new Error('Redis runs while tests do, not before.');
    return running;
  };
}

async function startSingle(): Promise<RedisUnderTest & { stop(): Promise<void> }> {
  const { port, stop } = await startRedisProcess();
  return { kind: 'single', ports: [port], settle: () => Promise.resolve(), stop };
}

async function startCluster(): Promise<RedisUnderTest & { stop(): Promise<void> }> {
  const { nodes, settle, stop } = await startRedisCluster();
  return { kind: 'cluster', ports: nodes.map(({ port }) => port), settle, stop };
}
