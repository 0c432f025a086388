import { EVENTS, isFinal, type Clock, type Position } from '@regen/realtime-shared';
import { jobNotFound } from './apiResult.ts';
import type { Gateway, Placement, ServerEventName, ServerEventPayloads } from '../gateway/gatewayTypes.ts';
import { formatPosition } from '../log/position.ts';
import { runAt } from '../gateway/runAt.ts';
import type { StreamMessage } from './workerApiTypes.ts';

/**
 * One job as server-sent events. Resolves to the stream's close, or to `ended` where all of a final job was seen.
 * `end` is called once, after the final event or at `expiresAt`; nothing is sent after it.
 */
export async function openEventStream(options: {
  gateway: Pick<Gateway, 'follow'>;
  clock: Clock;
  jobId: string;
  ownerId?: string;
  /** ms since the Unix epoch; null: it may stay open for ever. */
  expiresAt: number | null;
  after: Position | 'beginning';
  send: (message: StreamMessage) => void;
  end: () => void;
  writable?: () => Promise<void>;
}): Promise<(() => void) | 'ended'> {
  const { gateway, jobId, expiresAt } = options;
  let over = false;
  let nothingLeft = false;
  let unfollow: (() => void) | undefined;
  const forgetExpiry = expiresAt === null ? () => undefined : runAt(options.clock, expiresAt, finish);

  function close(): void {
    over = true;
    forgetExpiry();
    unfollow?.();
  }

  function finish(): void {
    if (over) return;
    close();
    options.end();
  }

  function emit<Name extends ServerEventName>(event: Name, data: ServerEventPayloads[Name]): void {
    if (over) return;
    const id = positionOf(data);
    options.send({ event, ...(id === undefined ? {} : { id: formatPosition(id) }), data });
    if (isLast(event, data)) finish();
  }

  function onPlaced(placement: Placement): void {
    if ('snapshot' in placement) {
      emit(EVENTS.JOB_RESET, { job: placement.snapshot, position: placement.position });
    } else if (placement.outcome === 'live' && placement.final) {
      nothingLeft = true;
      close();
    }
  }

  try {
    const followed = await gateway.follow({
      jobId,
      ...(options.ownerId === undefined ? {} : { ownerId: options.ownerId }),
      after: options.after,
      onPlaced,
      onEnded: finish,
      emit,
      ...(options.writable === undefined ? {} : { writable: options.writable }),
    });
    if (followed.kind === 'missing') throw jobNotFound();
    unfollow = followed.close;
  } catch (error) {
    close();
    throw error;
  }
  if (over) unfollow();
  return nothingLeft ? 'ended' : close;
}

function positionOf(data: ServerEventPayloads[ServerEventName]): Position | undefined {
  if ('position' in data) return data.position;
  return 'sequence' in data ? data : undefined;
}

function isLast(event: ServerEventName, data: ServerEventPayloads[ServerEventName]): boolean {
  if (event === EVENTS.JOB_COMPLETED || event === EVENTS.JOB_CANCELLED) return true;
  if (event === EVENTS.JOB_FAILED) return 'error' in data && !data.error.retryable;
  return event === EVENTS.JOB_RESET && 'job' in data && isFinal(data.job);
}
