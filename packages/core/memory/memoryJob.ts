import type { JobEvent, JobReducer, JobState } from '@regen/realtime-shared';
import { repeatedCount } from '../log/appendPlan.ts';
import { snapshotLength } from '../log/contentLength.ts';
import type { LogAppendRequest, ReadRequest, ReadResult } from '../log/jobLog.ts';
import { headOf, type JobRecord } from '../log/jobRecord.ts';
import type { JobChange } from '../log/jobRules.ts';
import { isIdle, newLease } from '../log/lease.ts';
import type { MemoryEvents } from './memoryEvents.ts';
import { placeRead } from '../log/readPlace.ts';

/** One job of the in-memory log. */
export interface MemoryJob {
  record: JobRecord<JobState>;
  readonly events: MemoryEvents;
}

/** Takes a change in. Constant time an event, but for dropping old ones every now and then. */
export function commit(job: MemoryJob, { record, appended }: JobChange): void {
  appended?.events.forEach((event, index) => {
    const state = appended.states[index];
    if (state !== undefined) job.events.push(event, state);
  });
  job.record = record;
  if (appended !== undefined) job.events.trim();
}

/** Of the events that an append repeats those that are held. */
export function repeatedEvents({ record, events }: MemoryJob, request: LogAppendRequest): readonly JobEvent[] {
  const { from = 0 } = request;
  const end = from + repeatedCount(record.state, request);
  const after = Math.max(from - 1, events.heldAfter());
  return after + 1 >= end ? [] : events.page(after, { maxEvents: end - after - 1 }).events;
}

export function readJob(
  job: MemoryJob,
  request: ReadRequest,
  reducer: JobReducer<string>,
  now: number,
  notBefore: number,
): ReadResult {
  const { record, events } = job;
  const { state, earlier } = record;
  const head = headOf(record, snapshotLength(state), now, notBefore);
  const place = placeRead(request.after, {
    epoch: state.epoch,
    sequence: state.sequence,
    earlier,
    heldAfter: events.heldAfter(),
  });
  if (place.kind !== 'events') return { kind: place.kind, head, snapshot: reducer.toSnapshot(state) };
  return { kind: 'events', head, ...events.page(place.after, request) };
}

/**
 * Forgets all events after `sequence`, as a store does that comes back from an older copy of itself. What is kept beside
 * the events stays, but a job that is no longer idle by that has a lease.
 */
export function loseTail(job: MemoryJob, sequence: number, leaseMs: number): void {
  const { record } = job;
  const { epoch, cancelRequested } = record.state;
  const state = job.events.dropAfter(sequence);
  if (state === null) return;
  const lease = record.leaseUntil === null && !isIdle(state) ? newLease(record.lastSignOfLife, leaseMs) : undefined;
  const earlier = record.earlier.map((ended) => ({ ...ended, sequence: Math.min(ended.sequence, state.sequence) }));
  job.record = { ...record, ...lease, earlier, state: { ...state, epoch, cancelRequested } };
}
