import { JobLogUnavailableError } from '@regen/realtime-core';
import { Cluster, Redis, type NatMap } from 'ioredis';
import { createHealth } from './health.ts';
import type { RedisKeys } from './keys.ts';
import { createRedisListeners, type RedisListeners } from './redisListeners.ts';
import { SCRIPTS, type Scripted } from './scripts.ts';
import { steadyTime } from '../steadyTime.ts';
import { createStoreTime } from './storeTime.ts';

/** Where the store is, and how it is entered. */
export type RedisAddress =
  /** `redis://` or `rediss://`, with user and password where it asks for them. */
  | { kind: 'single'; url: string }
  /** Some of the cluster's nodes; the others are found by them, and all are entered in the same way. */
  | {
      kind: 'cluster';
      nodes: readonly { host: string; port: number }[];
      tls?: boolean;
      username?: string;
      password?: string;
      /** Where the nodes' own addresses are reached from here. */
      natMap?: NatMap;
    };

export interface RedisStoreSettings {
  /** A call that takes longer is given up; ms. */
  deadlineMs: number;
  /** The longest wait between two attempts to connect; ms. */
  maxRetryMs: number;
  /** A connection that listens is asked so often whether it still hears; ms. */
  pingMs: number;
}

export const DEFAULT_STORE_SETTINGS: RedisStoreSettings = { deadlineMs: 2_000, maxRetryMs: 2_000, pingMs: 5_000 };

interface NodeOptions {
  retryStrategy: (times: number) => number | null;
  connectionName?: string;
}

export type Client = (Redis | Cluster) & Scripted;

/** One node's way to Redis: connections for commands, and others that listen. */
export interface RedisStore {
  /** Runs commands; rejects with `JobLogUnavailableError` where the store is out of reach or too slow. */
  call<Result>(run: (redis: Client) => Promise<Result>): Promise<Result>;
  /** Something did not go as it should: whether the store can be used is tried. */
  doubt(): void;
  listeners: RedisListeners;
  /** ms since the Unix epoch, by Redis' clock, nearly. */
  now(): number;
  isAvailable(): boolean;
  /** Resolves when the store can be reached for the first time. Rejects with `JobLogUnavailableError` after `deadlineMs`. */
  ready(deadlineMs: number): Promise<void>;
  /** Calls back when the store can be reached or no longer. Returns its unsubscribe. */
  onAvailability(listener: (available: boolean) => void): () => void;
  close(): void;
}

export function connectRedis(options: {
  address: RedisAddress;
  settings: RedisStoreSettings;
  keys: RedisKeys;
  /** Redis' clock was set. */
  onTimeStep: () => void;
  onProblem: (problem: Error) => void;
}): RedisStore {
  const { address, keys, onTimeStep, onProblem } = options;
  const { deadlineMs, maxRetryMs, pingMs } = options.settings;
  const retryStrategy = (times: number): number => Math.min(maxRetryMs, 50 * 2 ** Math.min(times, 10));
  const ofConnections = {
    commandTimeout: deadlineMs,
    connectTimeout: deadlineMs,
    // What was on its way when the connection broke is reported, not kept: who asked knows best whether to ask again.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // Subscribed anew by who knows which channels are still wanted.
    autoResubscribe: false,
  };
  const commands = connect(address, ofConnections, retryStrategy) as Client; // `scripts` adds what `Scripted` says
  /** `node`: host and port of one of a cluster's. */
  function connectNode(node: string, more: NodeOptions): Redis {
    if (address.kind === 'single') return new Redis(address.url, { ...ofConnections, ...more });
    const cut = node.lastIndexOf(':');
    return new Redis(Number(node.slice(cut + 1)), node.slice(0, cut), {
      ...ofConnections,
      ...access(address),
      ...more,
    });
  }
  const listeners = createRedisListeners({
    redis: commands,
    pingMs,
    connect: (node) => connectNode(node, { retryStrategy, connectionName: 'regen-realtime-listener' }),
  });
  const time = createStoreTime({ redis: commands, local: steadyTime, onStep: onTimeStep });
  const health = createHealth({
    redis: commands,
    listeners,
    keys,
    retryMs: maxRetryMs,
    onProven: time.measure,
    onProblem,
  });

  if (address.kind === 'cluster') {
    let probe: Redis | undefined;
    commands.on('node error', (_error: unknown, node: string) => {
      if (probe !== undefined) return;
      // The client of a cluster keeps to itself why it could not enter a node: a connection of its own tells.
      probe = connectNode(node, { retryStrategy: () => null });
      probe.on('error', health.problem);
      probe.on('ready', () => probe?.disconnect());
      probe.on('end', () => {
        probe = undefined;
      });
    });
  }

  return {
    call: async (run) => {
      if (commands.status !== 'ready') throw new JobLogUnavailableError();
      try {
        return await run(commands);
      } catch (error) {
        if (isRefusal(error)) throw error;
        health.doubt();
        throw new JobLogUnavailableError(undefined, { cause: error });
      }
    },
    doubt: health.doubt,
    listeners,
    now: time.now,
    isAvailable: health.isAvailable,
    onAvailability: health.onChange,
    ready: health.ready,
    close: () => {
      health.close();
      time.close();
      listeners.close();
      commands.disconnect();
    },
  };
}

function connect(
  address: RedisAddress,
  options: { commandTimeout: number; connectTimeout: number; maxRetriesPerRequest: number },
  retryStrategy: (times: number) => number,
): Redis | Cluster {
  const shared = { enableAutoPipelining: true, enableOfflineQueue: false, scripts: SCRIPTS };
  const connectionName = 'regen-realtime';
  if (address.kind === 'single')
    return new Redis(address.url, { ...options, ...shared, retryStrategy, connectionName });
  return new Cluster([...address.nodes], {
    ...shared,
    clusterRetryStrategy: retryStrategy,
    slotsRefreshTimeout: options.connectTimeout,
    ...(address.natMap === undefined ? {} : { natMap: address.natMap }),
    redisOptions: { ...options, ...access(address), connectionName },
  });
}

function access({ tls, username, password }: Extract<RedisAddress, { kind: 'cluster' }>) {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === true ? { tls: {} } : {}),
  };
}

/** What Redis answered, other than that it cannot serve now, or may not. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return false;
  return !CANNOT_SERVE.test(error.message);
}

/** In a script a missing permission has no code, but words. */
const CANNOT_SERVE =
  /^(LOADING|BUSY|MASTERDOWN|READONLY|CLUSTERDOWN|TRYAGAIN|OOM|MISCONF|NOREPLICAS|UNBLOCKED|NOPERM|NOAUTH|WRONGPASS)\b|The user executing the script can't/;
