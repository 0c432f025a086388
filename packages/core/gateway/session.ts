import {
  COMMAND_SCHEMAS,
  EVENTS,
  describeIssues,
  type CommandError,
  type CommandErrorCode,
  type CommandName,
  type CommandPayloads,
  type CommandResults,
} from '@regen/realtime-shared';
import * as v from 'valibot';
import { sizeProblem } from './commandSize.ts';
import type { NodeContext, Subscriber } from './feedTypes.ts';
import {
  roomOfJob,
  type Authenticate,
  type GatewayConnection,
  type GatewaySession,
  type Placement,
} from './gatewayTypes.ts';
import { createSubscriber, type JobFeed } from './jobFeed.ts';
import { JobLogUnavailableError, type Missing } from '../log/jobLog.ts';
import type { OwnerWatches } from './ownerWatches.ts';
import { createTokenBucket } from './tokenBucket.ts';
import { createTokenExpiry } from './tokenExpiry.ts';

export interface SessionOptions {
  connection: GatewayConnection;
  ownerId: string;
  expiresAt: number | null;
  context: NodeContext;
  authenticate: Authenticate;
  openFeed: (jobId: string) => JobFeed;
  owners: OwnerWatches;
  isDegraded: () => boolean;
  onEnd: () => void;
}

export interface Session extends GatewaySession {
  readonly connection: GatewayConnection;
  subscriptions(): number;
  /** The log store went out of reach, or is back. Said once the connection has opened. */
  degraded(degraded: boolean): void;
  /** Says when to come back. */
  drain(reconnectAfterMs: number): void;
  /** Ends the connection so that its client comes back by itself. */
  restart(): void;
}

/** A refusal on its way to the ack. */
class CommandRefusal extends Error {
  override readonly name = 'CommandRefusal';
  readonly error: CommandError;
  constructor(code: CommandErrorCode, message: string, retryAfterMs?: number) {
    super(message);
    this.error = { code, message, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
}

type Answer<Name extends CommandName> = (result: CommandResults[Name]) => void;

/** One connection of one user: its commands, its subscriptions and its token. */
export function createSession(options: SessionOptions): Session {
  const { connection, ownerId, context, owners } = options;
  const { clock, limits, log, timings, onError } = context;
  const bucket = createTokenBucket(clock, limits.commandsPerSecond);
  const subscriptions = new Map<string, { feed: JobFeed; subscriber: Subscriber }>();
  let opened = false;
  let ended = false;
  let watching = false;
  let refreshes = 0;

  const expiry = createTokenExpiry({
    clock,
    noticeMs: timings.expiryNoticeMs,
    onExpiring: (expiresAt) => {
      connection.emit(EVENTS.AUTH_EXPIRING, { expiresAt });
    },
    onExpired: () => {
      connection.emit(EVENTS.AUTH_EXPIRED, {});
      connection.close('auth');
      disconnected();
    },
  });

  const emit: GatewayConnection['emit'] = (event, payload) => {
    connection.emit(event, payload);
  };

  function found<Result extends { kind: string }>(result: Result | Missing): Result {
    if (result.kind === 'missing') throw notFound();
    return result as Result;
  }

  function drop(jobId: string): void {
    const subscription = subscriptions.get(jobId);
    if (subscription === undefined) return;
    subscriptions.delete(jobId);
    subscription.feed.unsubscribe(subscription.subscriber);
  }

  async function subscribe(
    { jobId, after }: CommandPayloads['job:subscribe'],
    answer: Answer<'job:subscribe'>,
  ): Promise<void> {
    if (!subscriptions.has(jobId) && subscriptions.size >= limits.subscriptionsPerConnection) {
      throw new CommandRefusal(
        'too_many_subscriptions',
        `A connection may follow ${String(limits.subscriptionsPerConnection)} jobs at a time (limit subscriptionsPerConnection); unsubscribe from one first.`,
      );
    }
    drop(jobId);
    const feed = options.openFeed(jobId);
    const room = roomOfJob(jobId);
    const subscriber = createSubscriber({
      ownerId,
      emit,
      room: {
        join: () => {
          connection.join(room);
        },
        leave: () => {
          connection.leave(room);
        },
      },
      // No notice says that a job is gone: on its next connection the client asks and is told.
      evicted: restart,
      ...(connection.writable === undefined ? {} : { writable: () => connection.writable?.() ?? Promise.resolve() }),
    });
    subscriptions.set(jobId, { feed, subscriber });
    const forget = (): void => {
      if (subscriptions.get(jobId)?.subscriber === subscriber) subscriptions.delete(jobId);
    };
    const result = await feed
      .subscribe(subscriber, after, (placement) => {
        answer(subscribeResult(placement, log.now()));
      })
      .catch((error: unknown) => {
        forget();
        throw error;
      });
    if (result === 'missing') {
      forget();
      throw notFound();
    }
  }

  const commands: {
    [Name in CommandName]: (payload: CommandPayloads[Name], answer: Answer<Name>) => Promise<void>;
  } = {
    [EVENTS.JOB_SUBSCRIBE]: subscribe,
    [EVENTS.JOB_UNSUBSCRIBE]: ({ jobId }, answer) => {
      drop(jobId);
      answer({});
      return Promise.resolve();
    },
    [EVENTS.JOB_CANCEL]: async (payload, answer) => {
      answer({ state: found(await log.requestCancel({ ...payload, ownerId })).kind });
    },
    [EVENTS.JOB_RESUME]: async ({ jobId }, answer) => {
      answer({ state: found(await log.requestResume({ jobId, ownerId })).kind });
    },
    [EVENTS.JOBS_WATCH]: async (_payload, answer) => {
      watching = true;
      await owners.watch(ownerId, connection, (jobs) => {
        answer({ jobs, serverTime: log.now() });
      });
    },
    [EVENTS.AUTH_REFRESH]: async ({ token }, answer) => {
      refreshes += 1;
      const own = refreshes;
      const authentication = await options.authenticate(token).catch((error: unknown) => {
        onError(error, 'checking a token');
        throw new CommandRefusal('unavailable', 'The token could not be checked; try again shortly.');
      });
      if (authentication.kind === 'refused') throw new CommandRefusal(authentication.code, authentication.message);
      if (authentication.ownerId !== ownerId) {
        throw new CommandRefusal(
          'unauthorized',
          'The token is of another user than this connection; open a new connection for it.',
        );
      }
      const { expiresAt } = authentication;
      if (expiresAt !== null && expiresAt <= clock.now()) {
        throw new CommandRefusal('token_expired', 'The token has expired; get a new one.');
      }
      // Of several on their way the one that came last decides, whenever each is answered.
      if (!ended && own === refreshes) expiry.watch(expiresAt);
      answer({ expiresAt });
    },
  };

  async function carryOut<Name extends CommandName>(
    name: Name,
    args: readonly unknown[],
    ack: (answer: unknown) => void,
  ): Promise<void> {
    try {
      const waitMs = bucket.take();
      if (waitMs > 0) {
        throw new CommandRefusal(
          'rate_limited',
          `A connection may send ${String(limits.commandsPerSecond)} commands a second (limit commandsPerSecond); wait ${String(waitMs)} ms.`,
          waitMs,
        );
      }
      const tooLarge = sizeProblem(args, limits.messageBytes);
      if (tooLarge !== null) throw new CommandRefusal('invalid_payload', `${name}: ${tooLarge}`);
      const schema: v.GenericSchema<unknown, CommandPayloads[Name]> = COMMAND_SCHEMAS[name];
      const parsed = v.safeParse(schema, args[0]);
      if (!parsed.success) throw new CommandRefusal('invalid_payload', `${name}: ${describeIssues(parsed.issues)}`);
      await commands[name](parsed.output, (result) => {
        ack({ ok: true, ...result });
      });
    } catch (error) {
      ack({ ok: false, error: refusalOf(error, name) });
    }
  }

  function refusalOf(error: unknown, command: string): CommandError {
    if (error instanceof CommandRefusal) return error.error;
    if (error instanceof JobLogUnavailableError) {
      return { code: 'unavailable', message: error.message, retryAfterMs: timings.retryMs };
    }
    onError(error, command);
    return {
      code: 'internal',
      message: 'Something went wrong on the server; the command may not have been carried out.',
    };
  }

  function disconnected(): void {
    if (ended) return;
    ended = true;
    expiry.stop();
    for (const jobId of [...subscriptions.keys()]) drop(jobId);
    if (watching) owners.unwatch(ownerId, connection);
    options.onEnd();
  }

  function restart(): void {
    if (ended) return;
    connection.close('draining');
    disconnected();
  }

  return {
    connection,
    connectionId: connection.id,
    ownerId,
    subscriptions: () => subscriptions.size,
    opened() {
      if (ended || opened) return;
      opened = true;
      expiry.watch(options.expiresAt);
      if (options.isDegraded()) connection.emit(EVENTS.SERVER_DEGRADED, { degraded: true });
    },
    degraded(degraded) {
      if (opened && !ended) connection.emit(EVENTS.SERVER_DEGRADED, { degraded });
    },
    drain(reconnectAfterMs) {
      if (opened && !ended) connection.emit(EVENTS.SERVER_DRAINING, { reconnectAfterMs });
    },
    restart,
    async receive(event, args, ack) {
      if (ended || !isCommand(event)) return;
      let answered = false;
      await carryOut(event, args, (answer) => {
        if (answered || ended) return;
        answered = true;
        try {
          ack?.(answer);
        } catch (error) {
          onError(error, `answering ${event}`);
        }
      });
    },
    disconnected,
  };
}

function isCommand(event: string): event is CommandName {
  return Object.hasOwn(COMMAND_SCHEMAS, event);
}

function notFound(): CommandRefusal {
  return new CommandRefusal('not_found', 'There is no such job, or it is not yours.');
}

function subscribeResult(placement: Placement, serverTime: number): CommandResults['job:subscribe'] {
  const { outcome, position } = placement;
  return 'snapshot' in placement
    ? { outcome, position, job: placement.snapshot, serverTime }
    : { outcome, position, serverTime };
}
