import { randomUUID } from 'node:crypto';
import { JobLogUnavailableError } from '@regen/realtime-core';
import calculateSlot from 'cluster-key-slot';
import { PARTITIONS, type RedisKeys } from './keys.ts';
import { proveStore } from './proveStore.ts';
import type { RedisListeners } from './redisListeners.ts';
import type { Client } from './redisStore.ts';

/** Whether the store can be reached and used: in doubt all of it is tried, again and again until it can. */
export interface Health {
  isAvailable(): boolean;
  onChange(listener: (available: boolean) => void): () => void;
  /** A call failed. */
  doubt(): void;
  /** Something went wrong that may be why the store is out of reach. */
  problem(error: unknown): void;
  ready(deadlineMs: number): Promise<void>;
  close(): void;
}

/** What ioredis says of a connection that was lost, for whatever reason. */
const NO_REASON = /^(Connection is closed|Reached the max retries|Failed to refresh slots cache)/;

export function createHealth(options: {
  redis: Client;
  listeners: RedisListeners;
  keys: RedisKeys;
  /** The longest wait between two tries; ms. */
  retryMs: number;
  /** It has proved that it is there: done before anybody is told. */
  onProven: () => Promise<void>;
  /** Why it is out of reach, each reason once until it is in reach. */
  onProblem: (problem: Error) => void;
}): Health {
  const { redis, listeners, keys, retryMs, onProven } = options;
  const nodeId = randomUUID();
  const told = new Set<{ tell: (available: boolean) => void }>();
  let available = false;
  let closed = false;
  let isTrying = false;
  let isInDoubt = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const problems = new Set<string>();

  function problem(error: unknown): void {
    if (closed || error instanceof JobLogUnavailableError || !(error instanceof Error)) return;
    if (NO_REASON.test(error.message) || problems.has(error.message)) return;
    problems.add(error.message);
    options.onProblem(error);
  }

  function become(next: boolean): void {
    if (next === available) return;
    available = next;
    if (next) problems.clear();
    for (const entry of [...told]) if (told.has(entry)) entry.tell(next);
    // What was told meanwhile may be lost.
    if (next) listeners.lost();
  }

  function doubt(): void {
    if (closed) return;
    isInDoubt = true;
    if (isTrying) return;
    isTrying = true;
    void tryIt(0);
  }

  async function tryIt(failures: number): Promise<void> {
    if (closed) return;
    isInDoubt = false;
    try {
      if (redis.status !== 'ready' || !listeners.areConnected()) throw new JobLogUnavailableError();
      await Promise.all(probes().map((key) => Promise.all([proveStore(redis, key), listeners.prove(key)])));
      if (!available) await onProven();
    } catch (error) {
      problem(error);
      become(false);
      timer = setTimeout(() => void tryIt(failures + 1), Math.min(retryMs, 25 * 2 ** Math.min(failures, 8)));
      return;
    }
    // What happened while it was tried is not answered by that.
    if (isInDoubt) {
      await tryIt(failures);
      return;
    }
    isTrying = false;
    become(true);
  }

  /** A key of this process' own on each master. */
  function probes(): string[] {
    if (!('slots' in redis)) return [probeIn(0)];
    const byMaster = new Map<string, string>();
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const key = probeIn(partition);
      const [master] = redis.slots[calculateSlot(key)] ?? [];
      if (master !== undefined) byMaster.set(master, key);
    }
    return [...byMaster.values()];
  }

  function probeIn(partition: number): string {
    return `${keys.due(partition)}:probe:${nodeId}`;
  }

  for (const event of ['ready', 'close', 'end', '-node']) redis.on(event, doubt);
  listeners.onConnection(doubt);
  redis.on('error', problem);
  if ('slots' in redis) redis.on('node error', problem);
  doubt();

  return {
    isAvailable: () => available,
    doubt,
    problem,
    onChange: (tell) => {
      const entry = { tell };
      told.add(entry);
      return () => told.delete(entry);
    },
    ready: (deadlineMs) =>
      new Promise((resolve, reject) => {
        if (available) {
          resolve();
          return;
        }
        const entry = { tell: end };
        told.add(entry);
        const deadline = setTimeout(() => {
          told.delete(entry);
          reject(new JobLogUnavailableError());
        }, deadlineMs);
        function end(): void {
          told.delete(entry);
          clearTimeout(deadline);
          resolve();
        }
      }),
    close: () => {
      closed = true;
      clearTimeout(timer);
      become(false);
    },
  };
}
