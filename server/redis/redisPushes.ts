import type {
  CheckMessage,
  JobLogMessage,
  LogControlMessage,
  LogSubscription,
  OwnerMessage,
} from '@regen/realtime-core';
import type { RedisKeys } from './keys.ts';
import type { ChannelKind, RedisListeners } from './redisListeners.ts';

/** What Redis tells this node: one subscription a channel, however many listen. */
export interface RedisPushes {
  onJob(jobId: string, listener: (message: JobLogMessage) => void): LogSubscription;
  onOwner(ownerId: string, listener: (message: OwnerMessage) => void): LogSubscription;
  onControl(listener: (message: LogControlMessage | CheckMessage) => void): LogSubscription;
  close(): void;
}

interface Channel {
  kind: ChannelKind;
  listeners: Set<{ tell: (message: never) => void }>;
  /** Settled anew once a subscription that failed was made good. */
  ready: Promise<void>;
}

const CHECK: CheckMessage = { kind: 'check' };

/**
 * A cluster can lose what is published on a plain channel, and nothing tells. Those who listen to one read again so
 * often, a part of them at each tick; ms. Who follows a job compares by itself.
 */
const PLAIN_CHECK_MS = 30_000;
const TICK_MS = 1_000;

export function createRedisPushes(
  redis: Pick<RedisListeners, 'add' | 'remove' | 'onMessage' | 'onGap'>,
  keys: RedisKeys,
  onError: (error: unknown) => void,
): RedisPushes {
  const channels = new Map<string, Channel>();

  function tell(channel: Channel, message: unknown): void {
    for (const entry of [...channel.listeners]) {
      if (!channel.listeners.has(entry)) continue;
      try {
        // The channel's name says what is told on it, and only this product tells.
        entry.tell(message as never);
      } catch (error) {
        onError(error);
      }
    }
  }

  redis.onMessage((name, text) => {
    const channel = channels.get(name);
    if (channel === undefined) return;
    try {
      tell(channel, JSON.parse(text));
    } catch (error) {
      onError(error);
      tell(channel, CHECK);
    }
  });
  redis.onGap((names) => {
    for (const name of names) {
      const channel = channels.get(name);
      if (channel === undefined) continue;
      channel.ready = Promise.resolve();
      tell(channel, CHECK);
    }
  });

  let turn = 0;
  const timer = setInterval(() => {
    const plain = [...channels.values()].filter(({ kind }) => kind === 'plain');
    const ticks = PLAIN_CHECK_MS / TICK_MS;
    turn = (turn + 1) % ticks;
    for (const [index, channel] of plain.entries()) if (index % ticks === turn) tell(channel, CHECK);
  }, TICK_MS);
  timer.unref();

  function listen<Message>(name: string, kind: ChannelKind, listener: (message: Message) => void): LogSubscription {
    const entry = { tell: listener };
    const channel = channels.get(name) ?? { kind, listeners: new Set(), ready: redis.add(name, kind) };
    channels.set(name, channel);
    channel.listeners.add(entry);
    channel.ready.catch(() => undefined);
    return {
      ready: channel.ready,
      close: () => {
        if (!channel.listeners.delete(entry) || channel.listeners.size > 0) return;
        channels.delete(name);
        redis.remove(name);
      },
    };
  }

  return {
    onJob: (jobId, listener) => listen(keys.jobChannel(jobId), 'sharded', listener),
    onOwner: (ownerId, listener) => listen(keys.ownerChannel(ownerId), 'plain', listener),
    onControl: (listener) => listen(keys.controlChannel, 'plain', listener),
    close: () => {
      clearInterval(timer);
    },
  };
}
