import { EVENTS, isFinal, type Position } from '@regen/realtime-shared';
import { jobNotFound } from './apiResult.ts';
import type { Gateway, Placement, ServerEventName, ServerEventPayloads } from './gatewayTypes.ts';
import { formatPosition } from './position.ts';
import type { StreamMessage } from './workerApiTypes.ts';

/**
 * One job as server-sent events. Resolves to the stream's close, or to `ended` where all of a final job was seen.
 * `end` is called once, after the final event; nothing is sent after it.
 */
export async function openEventStream(options: {
  gateway: Pick<Gateway, 'follow'>;
  jobId: string;
  ownerId?: string;
  after: Position | 'beginning';
  send: (message: StreamMessage) => void;
  end: () => void;
  writable?: () => Promise<void>;
}): Promise<(() => void) | 'ended'> {
  const { gateway, jobId } = options;
  let over = false;
  let nothingLeft = false;
  let close: (() => void) | undefined;

  function finish(): void {
    if (over) return;
    over = true;
    close?.();
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
      over = true;
    }
  }

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
  close = followed.close;
  if (over) followed.close();
  return nothingLeft ? 'ended' : followed.close;
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
