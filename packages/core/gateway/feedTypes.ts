import type { Clock, ClockTimer, Position, Random } from '@regen/realtime-shared';
import type {
  EmitToRoom,
  GatewayLimits,
  GatewayTimings,
  ServerEventName,
  ServerEventPayloads,
} from './gatewayTypes.ts';
import type { JobFlags } from './jobFlags.ts';
import type { JobLog } from '../log/jobLog.ts';

/** What every part of a node's gateway needs. */
export interface NodeContext {
  log: JobLog;
  clock: Clock;
  random: Random;
  limits: GatewayLimits;
  timings: GatewayTimings;
  emitToRoom: EmitToRoom;
  onError: (error: unknown, context: string) => void;
}

/** Who gets a job's events. */
export interface Audience {
  /** Left out: may see any owner's job. */
  ownerId?: string;
  emit<Name extends ServerEventName>(event: Name, payload: ServerEventPayloads[Name]): void;
  /** Takes part in the job's room from here on; left out: gets each live event by `emit`. */
  room?: { join(): void; leave(): void };
  writable?(): Promise<void>;
  /** The subscription has ended from this side: the job was lost and made anew for another owner. */
  evicted(): void;
}

/** One subscription on its way through catching up, waiting and living. */
export interface Subscriber {
  readonly audience: Audience;
  /** All up to here was sent; not kept up to date while `live`. */
  position: Position;
  /** What the last snapshot or notice has told it. */
  known: JobFlags;
  stage: 'placing' | 'catching_up' | 'waiting' | 'live' | 'closed';
  timer: ClockTimer | undefined;
}
