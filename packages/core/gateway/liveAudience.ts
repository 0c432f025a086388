import type { JobEvent } from '@regen/realtime-shared';
import { createFanOut } from './fanOut.ts';
import { emitJobEvent } from './emitJobEvent.ts';
import type { NodeContext, Subscriber } from './feedTypes.ts';
import { roomOfJob, type ServerEventName, type ServerEventPayloads } from './gatewayTypes.ts';

/** Those of a node who get a job's events as they come: connections in the job's room, and readers without one. */
export interface LiveAudience {
  /** Delivers what waits to those who were here before, then takes the subscriber in. */
  add(subscriber: Subscriber): void;
  remove(subscriber: Subscriber): void;
  /** Job events, merged on their way; dropped where nobody is here. */
  push(events: readonly JobEvent[]): void;
  /** A notice, at once, behind what waits. */
  notify<Name extends ServerEventName>(event: Name, payload: ServerEventPayloads[Name]): void;
  close(): void;
}

export function createLiveAudience(jobId: string, context: NodeContext): LiveAudience {
  const room = roomOfJob(jobId);
  const roomMembers = new Set<Subscriber>();
  const direct = new Set<Subscriber>();

  function send<Name extends ServerEventName>(event: Name, payload: ServerEventPayloads[Name]): void {
    if (roomMembers.size > 0)
      guarded(() => {
        context.emitToRoom(room, event, payload);
      });
    for (const subscriber of direct)
      guarded(() => {
        subscriber.audience.emit(event, payload);
      });
  }

  /** A reader that throws costs no other its events. */
  function guarded(deliver: () => void): void {
    try {
      deliver();
    } catch (error) {
      context.onError(error, `sending events of job ${jobId}`);
    }
  }

  const fanOut = createFanOut({
    clock: context.clock,
    windowMs: context.timings.mergeWindowMs,
    deliver: (event) => {
      emitJobEvent(send, event);
    },
  });

  return {
    add(subscriber) {
      fanOut.flush();
      if (subscriber.audience.room === undefined) direct.add(subscriber);
      else {
        roomMembers.add(subscriber);
        subscriber.audience.room.join();
      }
    },
    remove(subscriber) {
      direct.delete(subscriber);
      if (roomMembers.delete(subscriber)) subscriber.audience.room?.leave();
      if (roomMembers.size + direct.size === 0) fanOut.close();
    },
    push(events) {
      if (roomMembers.size + direct.size > 0) fanOut.push(events);
    },
    notify(event, payload) {
      fanOut.flush();
      send(event, payload);
    },
    close: () => {
      fanOut.close();
    },
  };
}
