import { Redis } from 'ioredis';
import { freePort, startRedisProcess, type RedisProcess } from './redisProcess.ts';

/** Three masters that know each other, each with a third of the slots. */
export interface RedisClusterProcesses {
  readonly nodes: readonly RedisProcess[];
  /** Resolves when what any node published before, on a plain channel, has reached all nodes. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

const SLOTS = 16_384;
const MASTERS = 3;

/** `settingsOf`: settings besides, those of each node in turn. */
export async function startRedisCluster(
  settingsOf: (index: number) => Readonly<Record<string, string>> = () => ({}),
): Promise<RedisClusterProcesses> {
  const nodes: RedisProcess[] = [];
  let fence: Fence | undefined;
  const stop = async (): Promise<void> => {
    fence?.close();
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    for (let index = 0; index < MASTERS; index += 1) {
      const bus = await freePort();
      nodes.push(
        await startRedisProcess({
          'cluster-enabled': 'yes',
          'cluster-port': String(bus),
          'cluster-node-timeout': '2000',
          'cluster-require-full-coverage': 'no',
          ...settingsOf(index),
        }),
      );
    }
    await join(nodes);
    fence = await createFence(nodes);
    return { nodes, stop, settle: fence.pass };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function join(nodes: readonly RedisProcess[]): Promise<void> {
  const clients = nodes.map(({ port }) => new Redis(port, '127.0.0.1'));
  try {
    const [first, ...others] = clients;
    for (const [index, client] of clients.entries()) {
      const from = Math.ceil((index * SLOTS) / MASTERS);
      const to = Math.ceil(((index + 1) * SLOTS) / MASTERS) - 1;
      await client.call('CLUSTER', 'ADDSLOTSRANGE', from, to);
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
    }
    for (const [index] of others.entries()) {
      const node = nodes[index + 1];
      const bus = await others[index]?.config('GET', 'cluster-port');
      await first?.call('CLUSTER', 'MEET', '127.0.0.1', node?.port ?? 0, (bus as string[])[1] ?? '');
    }
    await Promise.all(clients.map(isJoined));
  } finally {
    for (const client of clients) client.disconnect();
  }
}

/** Asks until the node knows all slots; throws after 20 s. */
async function isJoined(client: Redis): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    const info = await client.cluster('INFO');
    if (info.includes('cluster_state:ok') && info.includes(`cluster_slots_assigned:${String(SLOTS)}`)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The nodes of the cluster did not find each other within 20 s.');
}

interface Fence {
  pass(): Promise<void>;
  close(): void;
}

/** Each node passes plain messages on to the others in their order, so one that came last says that all are there. */
async function createFence(nodes: readonly RedisProcess[]): Promise<Fence> {
  const publishers = nodes.map(({ port }) => new Redis(port, '127.0.0.1'));
  const listeners = nodes.map(({ port }) => new Redis(port, '127.0.0.1'));
  const waiting = new Map<string, { missing: number; resolve: () => void }>();
  let passes = 0;
  for (const listener of listeners) {
    await listener.subscribe('fence');
    listener.on('message', (_channel, pass: string) => {
      const entry = waiting.get(pass);
      if (entry === undefined) return;
      entry.missing -= 1;
      if (entry.missing === 0) entry.resolve();
    });
  }
  return {
    pass: () =>
      new Promise((resolve, reject) => {
        passes += 1;
        const pass = String(passes);
        const done = (): void => {
          waiting.delete(pass);
          resolve();
        };
        waiting.set(pass, { missing: nodes.length * nodes.length, resolve: done });
        Promise.all(publishers.map((publisher) => publisher.publish('fence', pass))).catch(reject);
      }),
    close: () => {
      for (const client of [...publishers, ...listeners]) client.disconnect();
    },
  };
}
