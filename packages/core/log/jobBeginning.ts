import { EVENTS, type JobEventOf, type JobReducer, type JobState } from '@regen/realtime-shared';
import type { CreateRequest, CreateResult } from './jobLog.ts';
import type { JobRecord } from './jobRecord.ts';
import { newLease } from './lease.ts';
import type { Incarnation } from './writer.ts';

/** A log's first event, and what the log keeps beside it. */
export interface JobBeginning<Text = string> {
  created: JobEventOf<'job:created'>;
  record: JobRecord<JobState<Text>>;
}

export function beginJob<Text>(
  request: CreateRequest,
  { epoch, writer }: Incarnation,
  reducer: JobReducer<Text>,
  now: number,
  leaseMs: number,
): JobBeginning<Text> {
  const { jobId, ownerId, title, kind, steps } = request;
  const created: JobEventOf<'job:created'> = {
    type: EVENTS.JOB_CREATED,
    jobId,
    epoch,
    sequence: 1,
    timestamp: now,
    title,
    ...(kind === undefined ? {} : { kind }),
    ...(steps === undefined ? {} : { steps }),
  };
  const state = reducer.reduce(null, created);
  if (state === null) throw new Error('job:created begins a state');
  return {
    created,
    record: {
      jobId,
      ownerId,
      writer,
      state,
      earlier: [],
      ...newLease(now, leaseMs),
      cancelReason: undefined,
      cancelRequestedAt: undefined,
    },
  };
}

/** The answer to a create whose id is taken; the writer's token is its worker's alone. */
export function answerTaken(
  { jobId, ownerId, state }: JobRecord,
  request: CreateRequest,
): Extract<CreateResult, { kind: 'exists' | 'conflict' }> {
  if (ownerId !== request.ownerId) return { kind: 'conflict' };
  return { kind: 'exists', jobId, epoch: state.epoch, sequence: state.sequence };
}
