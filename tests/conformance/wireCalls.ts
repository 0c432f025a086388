import type { StreamMessage } from '@regen/realtime-core';
import { user, worker, type Bed } from './wireContractBed.ts';

/** Calls of the HTTP API as they are, the answers unread. */
export const createJob = (bed: Bed, body: unknown, idempotencyKey?: string) =>
  bed.harness.workers.createJob({ caller: worker, body, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) });
export const appendTo = (bed: Bed, body: unknown, jobId = 'job-1') =>
  bed.harness.workers.append({ caller: worker, jobId, body });
export const takeOver = (bed: Bed, body: unknown = {}, jobId = 'job-1') =>
  bed.harness.workers.takeover({ caller: worker, jobId, body });

/** A long upload to `job-1`, whose parts arrive one after the other. */
export const uploadTo = (bed: Bed, place: { from?: number; writer?: string }, ...parts: string[][]) =>
  bed.harness.workers.appendLines({ caller: worker, jobId: 'job-1', ...place, parts: linesOf(...parts) });

export async function* linesOf(...parts: string[][]): AsyncGenerator<string[]> {
  for (const part of parts) {
    await Promise.resolve();
    yield part;
  }
}

export const line = (event: Record<string, unknown>): string => JSON.stringify(event);

interface OfWhat {
  jobId?: string;
  ownerId?: string;
  /** When the reader's sign-in ends; null: never. */
  expiresAt?: number | null;
}

/** A job's server-sent events, as its owner `ann` or another user reads them. */
export async function openStream(
  bed: Bed,
  place: { after?: string; lastEventId?: string } = {},
  { jobId = 'job-1', ownerId = 'ann', expiresAt = null }: OfWhat = {},
) {
  const messages: StreamMessage[] = [];
  let ends = 0;
  const answer = await bed.harness.workers.eventStream({
    caller: user(ownerId, expiresAt),
    jobId,
    ...place,
    send: (message) => messages.push(message),
    end: () => {
      ends += 1;
    },
  });
  await bed.harness.settle();
  return { answer, messages, ends: () => ends };
}
