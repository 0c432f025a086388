/** A log on Redis processes, with the faults that the contracts play. */
import {
  contentLength,
  isIdle,
  newLease,
  type EventRetention,
  type JobLog,
  type LogSubscription,
  type LogTimings,
} from '@regen/realtime-core';
import { type JobEvent, type Random } from '@regen/realtime-shared';
import { Cluster, Redis } from 'ioredis';
import { batchArguments, batchesOf } from '../../server/redis/batches.ts';
import { redisKeys } from '../../server/redis/keys.ts';
import { redisJobLog, type RedisJobLog } from '../../server/redis/redisJobLog.ts';
import { parseStored, serializeStored } from '../../server/redis/storedJob.ts';
import { lengthReducer, type MeasuredState } from '../../server/redis/textLength.ts';
import type { JobLogFaults } from '@regen/realtime-core';
import { becomeAvailable } from './becomeAvailable.ts';
import { USER } from './redisUser.ts';
import { startTcpProxy } from './tcpProxy.ts';

/** Redis processes that a test uses, one server or the masters of a cluster. */
export interface RedisUnderTest {
  kind: 'single' | 'cluster';
  ports: readonly number[];
  /** Resolves when what any node published before has reached all nodes. */
  settle(): Promise<void>;
}

export interface RedisBed {
  log: RedisJobLog;
  /** Resolves when no call is on its way, and what was published before has been told. */
  settle(): Promise<void>;
  isQuiet(): boolean;
  faults: {
    [Fault in keyof Omit<JobLogFaults, 'interceptPushes'>]: (...args: Parameters<JobLogFaults[Fault]>) => Promise<void>;
  } & { losePushes(lost: boolean): void };
  close(): Promise<void>;
}

/** Keys of one bed begin with another prefix than those of the others, so that all can share the processes. */
let beds = 0;

export async function createRedisBed(
  { kind, ports, settle: settleNodes }: RedisUnderTest,
  options: Partial<LogTimings> & {
    now: () => number;
    random: Random;
    maxTextLength: number;
    retention?: EventRetention;
  },
): Promise<RedisBed> {
  beds += 1;
  const prefix = `t${String(beds)}:`;
  const proxies = await Promise.all(ports.map((port) => startTcpProxy(port)));
  const natMap = Object.fromEntries(
    ports.map((port, index) => [`127.0.0.1:${String(port)}`, { host: '127.0.0.1', port: proxies[index]?.port ?? 0 }]),
  );
  const errors: unknown[] = [];
  const log = redisJobLog({
    ...options,
    address:
      kind === 'single'
        ? { kind, url: `redis://${USER.username}:${USER.password}@127.0.0.1:${String(proxies[0]?.port)}` }
        : { kind, nodes: proxies.map(({ port }) => ({ host: '127.0.0.1', port })), natMap, ...USER },
    prefix,
    maxRetryMs: 50,
    onError: (error) => errors.push(error),
  });
  await log.ready(10_000);
  const direct = (): Redis | Cluster =>
    kind === 'single'
      ? new Redis(ports[0] ?? 0, '127.0.0.1')
      : new Cluster(ports.map((port) => ({ host: '127.0.0.1', port })));
  const { counted, pending } = countCalls(log);
  let arePushesLost = false;
  let opening = 0;

  /** A subscription that is being made counts as a call. */
  function counting(subscription: LogSubscription): LogSubscription {
    opening += 1;
    const opened = (): void => {
      opening -= 1;
    };
    subscription.ready.then(opened, opened);
    return subscription;
  }

  /** A cluster passes plain messages on from node to node: one told before is not to arrive after. */
  function fromNowOn(subscribe: () => LogSubscription): LogSubscription {
    let isClosed = false;
    let subscription: LogSubscription | undefined;
    const ready = settleNodes().then(() => {
      if (isClosed) return undefined;
      subscription = subscribe();
      return subscription.ready;
    });
    return {
      ready,
      close: () => {
        isClosed = true;
        subscription?.close();
      },
    };
  }

  async function setAvailable(available: boolean): Promise<void> {
    for (const proxy of proxies) if (available) proxy.open();
    for (const proxy of proxies) if (!available) proxy.cut();
    await becomeAvailable(log, available);
  }

  return {
    log: {
      ...counted,
      subscribe: (jobId, listener) =>
        counting(
          log.subscribe(jobId, (message) => {
            if (!arePushesLost) listener(message);
          }),
        ),
      subscribeOwner: (ownerId, listener) => counting(fromNowOn(() => log.subscribeOwner(ownerId, listener))),
      subscribeControl: (listener) => counting(fromNowOn(() => log.subscribeControl(listener))),
    },
    isQuiet: () => pending() + opening === 0,
    settle: async () => {
      while (pending() + opening > 0) await new Promise((resolve) => setImmediate(resolve));
      await settleNodes();
      if (log.isAvailable()) await log.settle();
    },
    faults: {
      loseTail: (jobId, sequence) => loseTail(direct(), prefix, jobId, sequence, options.leaseMs ?? 30_000),
      restartWithoutLog: async () => {
        await Promise.all(
          ports.map(async (port) => {
            const admin = new Redis(port, '127.0.0.1');
            await admin.flushall();
            admin.disconnect();
          }),
        );
        // For as long as it takes to be noticed: who connects again at once may not see that it was away.
        for (const available of [false, true]) await setAvailable(available);
      },
      setAvailable,
      losePushes: (lost) => {
        arePushesLost = lost;
      },
    },
    close: async () => {
      log.close();
      await Promise.all(proxies.map((proxy) => proxy.close()));
      if (errors.length > 0) throw new AggregateError(errors, 'The log on Redis reported errors.');
    },
  };
}

const CALLS = [
  'create',
  'append',
  'heartbeat',
  'takeover',
  'requestCancel',
  'requestResume',
  'read',
  'list',
  'recent',
  'pendingControl',
  'sweep',
] as const satisfies readonly (keyof JobLog)[];

function countCalls(log: RedisJobLog): { counted: RedisJobLog; pending: () => number } {
  let pending = 0;
  const calls = CALLS.map((name) => {
    const call = log[name] as (request: unknown) => Promise<unknown>;
    const counting = (request: unknown): Promise<unknown> => {
      pending += 1;
      return call(request).finally(() => {
        pending -= 1;
      });
    };
    return [name, counting];
  });
  return { counted: { ...log, ...(Object.fromEntries(calls) as Partial<RedisJobLog>) }, pending: () => pending };
}

/** As a store that comes back from an older copy of the events; what is kept beside them stays. */
async function loseTail(
  redis: Redis | Cluster,
  prefix: string,
  jobId: string,
  sequence: number,
  leaseMs: number,
): Promise<void> {
  const keys = redisKeys(prefix);
  const [version, text] = await redis.hmget(keys.job(jobId), 'v', 'rec');
  const { record, extent } = parseStored(version ?? '', text ?? '');
  const entries = await redis.xrange(keys.events(jobId), '-', '+');
  const events = entries
    .flatMap(([, fields]) => JSON.parse(fields[3] ?? '[]') as JobEvent[])
    .filter((event) => event.sequence <= Math.max(1, sequence));
  let state: MeasuredState | null = null;
  for (const event of events) state = lengthReducer.reduce(state, event);
  if (state === null) throw new Error(`loseTail: there is no job ${jobId}`);
  const lease = record.leaseUntil === null && !isIdle(state) ? newLease(record.lastSignOfLife, leaseMs) : {};
  const earlier = record.earlier.map((ended) => ({ ...ended, sequence: Math.min(ended.sequence, events.length) }));
  const { epoch, cancelRequested } = record.state;
  const left = {
    record: { ...record, ...lease, earlier, state: { ...state, epoch, cancelRequested } },
    extent: { ...extent, end: events.reduce((sum, event) => sum + contentLength(event), 0) },
  };
  await redis.del(keys.events(jobId));
  for (const batch of batchesOf(events, 0)) {
    const [id = '', length = '', content = ''] = batchArguments(batch);
    await redis.xadd(keys.events(jobId), id, 'n', length, 'd', content);
  }
  await redis.hset(keys.job(jobId), 'v', `lost-${String(Math.random())}`, 'rec', serializeStored(left));
  await redis.spublish(keys.jobChannel(jobId), JSON.stringify({ kind: 'check' }));
  redis.disconnect();
}
