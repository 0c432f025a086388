import type {
  Clock,
  CommandName,
  HandshakeError,
  JobEventPayloads,
  JobSnapshot,
  NoticePayloads,
  Position,
  Random,
} from '@regen/realtime-shared';
import type { JobLog } from '../log/jobLog.ts';

export type ServerEventPayloads = JobEventPayloads & NoticePayloads;
export type ServerEventName = keyof ServerEventPayloads;

/** One client's connection, as a transport offers it. No method throws after the connection has closed. */
export interface GatewayConnection {
  /** Unique on this node. */
  readonly id: string;
  /** Sends to this connection alone, in order with what was sent to its rooms. */
  emit<Name extends ServerEventName>(event: Name, payload: ServerEventPayloads[Name]): void;
  /** Takes effect before it returns: the next `emitToRoom` reaches this connection. */
  join(room: string): void;
  leave(room: string): void;
  /** Ends the transport, so that the client reconnects by itself, or, with `auth`, gives up its token. */
  close(reason: 'draining' | 'auth'): void;
  /** Awaited between pages of a replay: resolves when more may be written. Left out: at once. */
  writable?(): Promise<void>;
}

/** Sends to all connections of this node in a room. */
export type EmitToRoom = <Name extends ServerEventName>(
  room: string,
  event: Name,
  payload: ServerEventPayloads[Name],
) => void;

/** Who a token stands for. A rejection means that it could not be checked: the client may try again. */
export type Authenticate = (token: string | undefined) => Promise<Authentication>;
export type Authentication =
  | { kind: 'user'; ownerId: string; /** ms since the Unix epoch; null = never. */ expiresAt: number | null }
  | { kind: 'refused'; code: 'unauthorized' | 'token_expired'; message: string };

export interface GatewayLimits {
  commandsPerSecond: number;
  subscriptionsPerConnection: number;
  connectionsPerUser: number;
  /** Bytes of one command's arguments as JSON. A transport lets through more, so that the refusal can be said. */
  messageBytes: number;
  /** Always replayed, where the log still holds it: up to so many events … */
  replayEvents: number;
  /** … and so many UTF-16 code units of content. */
  replayLength: number;
  /** `jobs:watch` answers with so many finished jobs. */
  recentFinishedJobs: number;
}

export const DEFAULT_GATEWAY_LIMITS: GatewayLimits = {
  commandsPerSecond: 100,
  subscriptionsPerConnection: 200,
  connectionsPerUser: 20,
  messageBytes: 65_536,
  replayEvents: 500,
  replayLength: 65_536,
  recentFinishedJobs: 20,
};

/** All in ms. */
export interface GatewayTimings {
  /** Chunks that come within this of the last delivery wait and are merged. */
  mergeWindowMs: number;
  /** An unfinished job without live messages for so long is compared with its log. */
  checkIntervalMs: number;
  /** A job without subscribers is listened to for so long, for those who come back. */
  lingerMs: number;
  /** Between two tries while the log is out of reach. */
  retryMs: number;
  /** `auth:expiring` comes so long ahead. */
  expiryNoticeMs: number;
  /** The janitor looks at least so often. */
  sweepIntervalMs: number;
}

export const DEFAULT_GATEWAY_TIMINGS: GatewayTimings = {
  mergeWindowMs: 8,
  checkIntervalMs: 5_000,
  lingerMs: 10_000,
  retryMs: 1_000,
  expiryNoticeMs: 60_000,
  sweepIntervalMs: 5_000,
};

export interface GatewayOptions {
  log: JobLog;
  clock: Clock;
  random: Random;
  authenticate: Authenticate;
  emitToRoom: EmitToRoom;
  limits?: Partial<GatewayLimits>;
  timings?: Partial<GatewayTimings>;
  /** False: another process runs the janitor. Default true. */
  janitor?: boolean;
  /** Told of what nobody awaits: a failed check, a listener that threw. Default: silent. */
  onError?: (error: unknown, context: string) => void;
}

/** The server side of every connection of one node. */
export interface Gateway {
  /** Resolves to a session, or to the refusal that the transport hands to the client. Never rejects. */
  connect(
    connection: GatewayConnection,
    auth: unknown,
  ): Promise<{ kind: 'accepted'; session: GatewaySession } | { kind: 'refused'; error: HandshakeError }>;
  /**
   * A reader without commands (server-sent events). `onPlaced` is called once, before the first event; what it gets
   * is what the ack of `job:subscribe` says. `onEnded` is called when the gateway drains or closes, or when the job is
   * no more. Rejects with `JobLogUnavailableError`, while draining too.
   */
  follow(request: FollowRequest): Promise<{ kind: 'following'; close(): void } | { kind: 'missing' }>;
  /**
   * Tells each connection to come back after a time of its own, spread over `windowMs`, closes it, and refuses new
   * ones from here on.
   */
  drain(windowMs: number): void;
  /** Forgets all sessions, subscriptions and timers at once, without a word to the clients. */
  close(): void;
  /** Figures for metrics, and for tests that nothing is left behind. */
  stats(): GatewayStats;
}

export interface FollowRequest {
  jobId: string;
  /** Left out: any owner. */
  ownerId?: string;
  after?: Position | 'beginning';
  onPlaced(placement: Placement): void;
  onEnded(): void;
  emit<Name extends ServerEventName>(event: Name, payload: ServerEventPayloads[Name]): void;
  writable?(): Promise<void>;
}

/** Where a subscriber stands, with what it needs to get there. */
export type Placement = {
  position: Position;
  /** The job has ended for good: nothing follows `position`. */
  final: boolean;
} & ({ outcome: 'live' | 'replayed' | 'holding' } | { outcome: 'snapshot' | 'reset'; snapshot: JobSnapshot });

export interface GatewaySession {
  readonly connectionId: string;
  readonly ownerId: string;
  /** The transport can send now; what a new connection has to know goes out. Call it once. */
  opened(): void;
  /**
   * A command as it arrived. Answers once through `ack` where one is given, and carries the command out where none
   * is. An event that is no command is ignored. Never throws or rejects.
   */
  receive(event: CommandName | (string & {}), args: readonly unknown[], ack?: (answer: unknown) => void): Promise<void>;
  /** The transport has closed. Idempotent. */
  disconnected(): void;
}

export interface GatewayStats {
  connections: number;
  subscriptions: number;
  /** Jobs whose live log this node listens to. */
  feeds: number;
  watchedOwners: number;
}

/** Names of rooms that the gateway uses. */
export const roomOfJob = (jobId: string): string => `job:${jobId}`;
export const roomOfOwner = (ownerId: string): string => `owner:${ownerId}`;
