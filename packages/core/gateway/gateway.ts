import type { HandshakeError, HandshakeErrorCode } from '@regen/realtime-shared';
import * as v from 'valibot';
import type { NodeContext } from './feedTypes.ts';
import {
  DEFAULT_GATEWAY_LIMITS,
  DEFAULT_GATEWAY_TIMINGS,
  type Authentication,
  type Gateway,
  type GatewayOptions,
} from './gatewayTypes.ts';
import { startJanitor } from './janitor.ts';
import { JobLogUnavailableError } from '../log/jobLog.ts';
import { createJobFeed, createSubscriber, type JobFeed } from './jobFeed.ts';
import { createOwnerWatches } from './ownerWatches.ts';
import { createSession, type Session } from './session.ts';

const handshakeSchema = v.optional(v.nullable(v.object({ token: v.optional(v.nullable(v.string())) })));

/** The gateway of one node. It holds timers from here on: `close` lets them go. */
export function createGateway(options: GatewayOptions): Gateway {
  const { log, clock, random, authenticate } = options;
  const context: NodeContext = {
    log,
    clock,
    random,
    emitToRoom: options.emitToRoom,
    limits: { ...DEFAULT_GATEWAY_LIMITS, ...options.limits },
    timings: { ...DEFAULT_GATEWAY_TIMINGS, ...options.timings },
    onError: options.onError ?? (() => undefined),
  };
  const { limits, timings, onError } = context;
  const sessions = new Set<Session>();
  const connectionsOf = new Map<string, number>();
  const feeds = new Map<string, JobFeed>();
  const owners = createOwnerWatches(context);
  /** What ends each reader without commands. */
  const followers = new Set<() => void>();
  let draining = false;

  const stopJanitor =
    options.janitor === false
      ? () => undefined
      : startJanitor({ log, clock, intervalMs: timings.sweepIntervalMs, onError });
  const stopWatchingAvailability = log.onAvailability((available) => {
    for (const session of sessions) session.degraded(!available);
  });

  function openFeed(jobId: string): JobFeed {
    const existing = feeds.get(jobId);
    if (existing !== undefined) return existing;
    const feed = createJobFeed(jobId, context, () => {
      if (feeds.get(jobId) === feed) feeds.delete(jobId);
    });
    feeds.set(jobId, feed);
    return feed;
  }

  function count(ownerId: string, change: 1 | -1): void {
    const connections = (connectionsOf.get(ownerId) ?? 0) + change;
    if (connections > 0) connectionsOf.set(ownerId, connections);
    else connectionsOf.delete(ownerId);
  }

  async function identify(auth: unknown): Promise<Authentication | { kind: 'unavailable' }> {
    const parsed = v.safeParse(handshakeSchema, auth);
    if (!parsed.success) return { kind: 'refused', code: 'unauthorized', message: 'auth.token must be a string.' };
    try {
      return await authenticate(parsed.output?.token ?? undefined);
    } catch (error) {
      onError(error, 'checking a token');
      return { kind: 'unavailable' };
    }
  }

  return {
    async connect(connection, auth) {
      const user = await identify(auth);
      if (user.kind === 'refused') return refuse(user.code, user.message);
      if (draining) return refuse('unavailable', 'This server is about to stop; try again for another one.');
      if (user.kind === 'unavailable')
        return refuse('unavailable', 'The token could not be checked; try again shortly.');
      if (user.expiresAt !== null && user.expiresAt <= clock.now()) {
        return refuse('token_expired', 'The token has expired; get a new one.');
      }
      if ((connectionsOf.get(user.ownerId) ?? 0) >= limits.connectionsPerUser) {
        return refuse(
          'too_many_connections',
          // A person reads it.
          `You have ${String(limits.connectionsPerUser)} tabs open already. Close one, then try again.`,
        );
      }
      count(user.ownerId, 1);
      const session = createSession({
        connection,
        ownerId: user.ownerId,
        expiresAt: user.expiresAt,
        context,
        authenticate,
        openFeed,
        owners,
        isDegraded: () => !log.isAvailable(),
        onEnd: () => {
          sessions.delete(session);
          count(user.ownerId, -1);
        },
      });
      sessions.add(session);
      return { kind: 'accepted', session };
    },

    async follow(request) {
      if (draining) throw new JobLogUnavailableError('This server is about to stop; try again for another one.');
      const feed = openFeed(request.jobId);
      const subscriber = createSubscriber({
        ...(request.ownerId === undefined ? {} : { ownerId: request.ownerId }),
        emit: (event, payload) => {
          request.emit(event, payload);
        },
        ...(request.writable === undefined ? {} : { writable: request.writable }),
        evicted: end,
      });
      function stop(): void {
        followers.delete(end);
        feed.unsubscribe(subscriber);
      }
      function end(): void {
        if (!followers.has(end)) return;
        stop();
        request.onEnded();
      }
      followers.add(end);
      try {
        const result = await feed.subscribe(subscriber, request.after, (placement) => {
          request.onPlaced(placement);
        });
        if (result === 'placed') return { kind: 'following', close: stop };
      } catch (error) {
        followers.delete(end);
        throw error;
      }
      followers.delete(end);
      return { kind: 'missing' };
    },

    drain(windowMs) {
      draining = true;
      const all = [...sessions];
      all.forEach((session, index) => {
        const reconnectAfterMs = Math.floor(((index + random()) / all.length) * windowMs);
        session.drain(reconnectAfterMs);
      });
      for (const session of all) session.restart();
      for (const end of [...followers]) end();
    },

    close() {
      draining = true;
      stopJanitor();
      stopWatchingAvailability();
      for (const session of [...sessions]) session.disconnected();
      for (const end of [...followers]) end();
      for (const feed of [...feeds.values()]) feed.close();
      owners.close();
    },

    stats: () => ({
      connections: sessions.size,
      subscriptions: [...sessions].reduce((sum, session) => sum + session.subscriptions(), 0),
      feeds: feeds.size,
      watchedOwners: owners.size(),
    }),
  };
}

function refuse(code: HandshakeErrorCode, message: string): { kind: 'refused'; error: HandshakeError } {
  return {
    kind: 'refused',
    error: { code, message, retryable: code === 'too_many_connections' || code === 'unavailable' },
  };
}
