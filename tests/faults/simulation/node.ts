import { createGateway, type Gateway, type GatewayStats, type JobLog } from '@regen/realtime-core';
import type { Clock, Random } from '@regen/realtime-shared';
import type { ServerEnd, ServerHandlers } from './network.ts';
import { createScopedClock, type ScopedClock } from '../../../mocks/scopedClock.ts';
import { viewOf } from './storeView.ts';
import { readToken } from './token.ts';
import { watchSubscriptions, type SubscriptionWitness } from './subscriptionWitness.ts';

/** One server: the production gateway over the shared log, in a process that can die and come back. */
export interface SimulatedNode {
  isUp(): boolean;
  accept(end: ServerEnd, token: string | null): ServerHandlers | null;
  drain(windowMs: number): void;
  /** Dies without a word; returns its start. */
  kill(): () => void;
  stats(): GatewayStats;
  /** Ends it, and counts the timers that it forgot. */
  stop(): number;
}

export function createNode(options: {
  clock: Clock;
  random: Random;
  log: JobLog;
  onError: (error: unknown, context: string) => void;
  /** Told of what breaks the protocol on its connections. */
  onWrong: (wrong: string) => void;
}): SimulatedNode {
  const { clock, random, log } = options;
  interface Process {
    clock: ScopedClock;
    gateway: Gateway;
    ends: Map<ServerEnd, () => void>;
    rooms: Map<string, Set<ServerEnd>>;
  }
  let running: Process | null = null;
  const witnesses = new WeakMap<ServerEnd, SubscriptionWitness>();

  function send(end: ServerEnd, event: string, payload: unknown): void {
    witnesses.get(end)?.emitted(event, payload);
    end.emit(event, payload);
  }

  function start(): void {
    const own = createScopedClock(clock);
    const rooms = new Map<string, Set<ServerEnd>>();
    const gateway = createGateway({
      log: viewOf(log, own, random),
      clock: own,
      random,
      authenticate: (token) =>
        new Promise((resolve) => {
          own.setTimeout(
            () => {
              resolve({ kind: 'user', ...readToken(token) });
            },
            1 + Math.floor(random() * 5),
          );
        }),
      emitToRoom: (room, event, payload) => {
        for (const end of rooms.get(room) ?? []) send(end, event, payload);
      },
      timings: { checkIntervalMs: 1_500, lingerMs: 300, retryMs: 300, sweepIntervalMs: 500, expiryNoticeMs: 250 },
      onError: options.onError,
    });
    running = { clock: own, gateway, ends: new Map(), rooms };
  }
  start();

  return {
    isUp: () => running !== null,
    accept: (end, token) => {
      const process = running;
      if (process === null) return null;
      const { gateway, rooms, ends } = process;
      let gone = false;
      const witness = watchSubscriptions((wrong) => {
        options.onWrong(`${end.id}: ${wrong}`);
      });
      witnesses.set(end, witness);
      const leaveAll = (): void => {
        gone = true;
        ends.delete(end);
        for (const members of rooms.values()) members.delete(end);
      };
      const connecting = gateway.connect(
        {
          id: end.id,
          emit: (event, payload) => {
            send(end, event, payload);
          },
          join: (room) => {
            rooms.set(room, (rooms.get(room) ?? new Set()).add(end));
          },
          leave: (room) => {
            rooms.get(room)?.delete(end);
          },
          close: () => {
            leaveAll();
            end.close();
          },
        },
        { token },
      );
      ends.set(end, () => {
        leaveAll();
        end.close();
      });
      let session: {
        receive: (event: string, args: readonly unknown[], ack: (answer: unknown) => void) => unknown;
      } | null = null;
      let disconnect = (): void => undefined;
      void connecting.then((answer) => {
        if (answer.kind === 'refused') {
          ends.delete(end);
          end.answer(answer.error);
          return;
        }
        ({ session } = answer);
        disconnect = () => {
          answer.session.disconnected();
        };
        if (gone) disconnect();
        else {
          end.answer(null);
          answer.session.opened();
        }
      });
      return {
        onCommand: (event, payload, ack) => {
          witness.command(event, payload);
          void session?.receive(event, [payload], (answer) => {
            witness.answered(event, payload, answer);
            ack(answer);
          });
        },
        onClose: () => {
          leaveAll();
          disconnect();
        },
      };
    },
    drain: (windowMs) => {
      running?.gateway.drain(windowMs);
    },
    kill: () => {
      const process = running;
      running = null;
      if (process !== null) {
        for (const close of [...process.ends.values()]) close();
        process.gateway.close();
        process.clock.end();
      }
      return () => {
        if (running === null) start();
      };
    },
    stats: () => running?.gateway.stats() ?? { connections: 0, subscriptions: 0, feeds: 0, watchedOwners: 0 },
    stop: () => {
      const process = running;
      running = null;
      if (process === null) return 0;
      process.gateway.close();
      const left = process.clock.pending();
      process.clock.end();
      return left;
    },
  };
}
