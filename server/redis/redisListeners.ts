import { JobLogUnavailableError } from '@regen/realtime-core';
import calculateSlot from 'cluster-key-slot';
import type { Cluster, Redis } from 'ioredis';

/**
 * Connections that listen: one to each master, each for the channels of its slots. Whenever one was lost, or a channel
 * moved to another master, it is subscribed anew, and then who listens is told that something may be missing.
 */
export interface RedisListeners {
  /** Resolves once messages arrive; rejects where the master is out of reach, and goes on trying all the same. */
  add(name: string, kind: ChannelKind): Promise<void>;
  remove(name: string): void;
  onMessage(listener: (name: string, text: string) => void): void;
  /** Messages of these channels may be missing. */
  onGap(listener: (names: readonly string[]) => void): void;
  /** A connection came or went. */
  onConnection(listener: () => void): void;
  /** Messages of all channels may be missing. */
  lost(): void;
  areConnected(): boolean;
  /**
   * Subscribes the connection to the master that has `name`, where there is one, to a channel of either kind of that
   * name, and leaves it so. Rejects where that cannot be.
   */
  prove(name: string): Promise<void>;
  /** Resolves when what arrived before at Redis has been told. */
  settle(): Promise<void>;
  close(): void;
}

/** A sharded channel is heard at its master alone, a plain one everywhere. */
export type ChannelKind = 'sharded' | 'plain';

interface Channel {
  kind: ChannelKind;
  master: string;
}

const SINGLE = 'single';

export function createRedisListeners(options: {
  /** The client that knows the cluster, or the only server. */
  redis: Redis | Cluster;
  /** To a master, as the cluster names it: host and port. */
  connect(master: string): Redis;
  /** A connection is asked so often whether it still hears; ms. */
  pingMs: number;
}): RedisListeners {
  const { redis, connect, pingMs } = options;
  const channels = new Map<string, Channel>();
  const connections = new Map<string, Redis>();
  /**
   * Those that listen to a channel of either kind for good. `ioredis` takes a connection that leaves its last channel of
   * one kind for one that listens to nothing, and drops what comes on those of the other kind.
   */
  const kept = new WeakSet<Redis>();
  /** Masters whose connection was lost, or never came about. */
  const broken = new Set<string>();
  let tellMessage = (_name: string, _text: string): void => undefined;
  let tellGap = (_names: readonly string[]): void => undefined;
  let tellConnection = (): void => undefined;

  /** The master that has a channel's slot; undefined while the cluster has not said. */
  function masterOf(name: string): string | undefined {
    if (!('slots' in redis)) return SINGLE;
    return redis.slots[calculateSlot(name)]?.[0];
  }

  function connectionTo(master: string): Redis {
    const known = connections.get(master);
    if (known !== undefined) return known;
    const connection = connect(master);
    connections.set(master, connection);
    connection.on('message', (name: string, text: string) => {
      tellMessage(name, text);
    });
    connection.on('smessage', (name: string, text: string) => {
      tellMessage(name, text);
    });
    connection.on('ready', () => {
      // The first time, what waits for the connection subscribes by itself.
      if (broken.delete(master))
        void subscribeAnew([...channels].filter(([, channel]) => channel.master === master).map(([name]) => name));
      tellConnection();
    });
    connection.on('close', () => {
      kept.delete(connection);
      if (connections.get(master) !== connection) return;
      broken.add(master);
      tellConnection();
    });
    // An attempt that failed is no news: it is tried again.
    connection.on('error', () => undefined);
    return connection;
  }

  async function subscribe(name: string): Promise<void> {
    const channel = channels.get(name);
    if (channel === undefined) return;
    const connection = connectionTo(channel.master);
    try {
      await (channel.kind === 'sharded' ? connection.ssubscribe(name) : connection.subscribe(name));
    } catch (error) {
      // Too slow to be trusted: a new connection subscribes to all of its channels.
      if (connection.status === 'ready' && !isReply(error)) connection.disconnect(true);
      throw error;
    }
  }

  async function subscribeAnew(names: readonly string[]): Promise<void> {
    const results = await Promise.allSettled(names.map((name) => subscribe(name)));
    // Where it failed the connection is lost again, or the slot has moved: both lead here another time.
    tellGap(names.filter((_, index) => results[index]?.status === 'fulfilled'));
  }

  /** Follows the slots to where they are. */
  function place(): void {
    const moved: string[] = [];
    for (const [name, channel] of channels) {
      const master = masterOf(name);
      if (master === undefined || master === channel.master) continue;
      leave(name, channel);
      channel.master = master;
      moved.push(name);
    }
    const inUse = new Set([...channels.values()].map(({ master }) => master));
    for (const [master, connection] of connections) {
      if (inUse.has(master) || master === SINGLE) continue;
      connections.delete(master);
      broken.delete(master);
      connection.disconnect();
    }
    if (moved.length > 0) void subscribeAnew(moved);
  }

  function leave(name: string, { kind, master }: Channel): void {
    const connection = connections.get(master);
    if (connection?.status !== 'ready' || !kept.has(connection)) return;
    (kind === 'sharded' ? connection.sunsubscribe(name) : connection.unsubscribe(name)).catch(() => undefined);
  }

  /** Nothing is sent on a connection that listens, so one that died without a word would never be missed. */
  async function ping(connection: Redis): Promise<void> {
    if (connection.status !== 'ready') return;
    try {
      await connection.ping();
    } catch {
      if (connection.status === 'ready') connection.disconnect(true);
    }
  }

  const pings = setInterval(() => {
    for (const connection of connections.values()) void ping(connection);
  }, pingMs);
  pings.unref();

  redis.on('refresh', place);
  if (!('slots' in redis)) connectionTo(SINGLE);

  return {
    add: async (name, kind) => {
      const master = masterOf(name);
      channels.set(name, { kind, master: master ?? '' });
      if (master === undefined) throw new JobLogUnavailableError();
      connectionTo(master);
      // Subscribed when it is back; who asks now is told at once.
      if (broken.has(master)) throw new JobLogUnavailableError();
      try {
        await subscribe(name);
      } catch (error) {
        throw new JobLogUnavailableError(undefined, { cause: error });
      }
    },
    remove: (name) => {
      const channel = channels.get(name);
      if (channel === undefined) return;
      channels.delete(name);
      leave(name, channel);
    },
    onMessage: (listener) => {
      tellMessage = listener;
    },
    onGap: (listener) => {
      tellGap = listener;
    },
    onConnection: (listener) => {
      tellConnection = listener;
    },
    lost: () => {
      tellGap([...channels.keys()]);
    },
    areConnected: () => broken.size === 0,
    prove: async (name) => {
      const connection = connections.get(masterOf(name) ?? '');
      if (connection?.status !== 'ready') return;
      await Promise.all([connection.ssubscribe(name), connection.subscribe(name)]);
      kept.add(connection);
    },
    settle: async () => {
      await Promise.all([...connections.values()].map((connection) => connection.ping()));
    },
    close: () => {
      clearInterval(pings);
      for (const connection of connections.values()) connection.disconnect();
    },
  };
}

function isReply(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}
