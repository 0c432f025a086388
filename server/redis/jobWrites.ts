import { dueOf, pendingRequests, type JobChange, type LogTimings, type Telling } from '@regen/realtime-core';
import { assertNever, type JobSnapshot } from '@regen/realtime-shared';
import { batchArguments, batchesOf, type Batch } from './batches.ts';
import { partitionOf, type RedisKeys } from './keys.ts';
import { serializeStored, type StoredJob } from './storedJob.ts';
import type { TextLength } from './textLength.ts';

/** What one script call does to a job: all of it, or nothing. */
export interface JobWrite {
  /** The version that the job has to have; '' for none: it must not be there. */
  expected: string;
  next: StoredJob;
  batches: readonly Batch[];
  tell: readonly Telling[];
  /** A newer snapshot, and the last sequence whose events can go with it. */
  snapshot?: { state: JobSnapshot; dropTo: number };
}

/** A change to a job as it is stored. */
export function writeOf(
  { version, extent }: Pick<StoredJob, 'version' | 'extent'>,
  { record, appended, tell }: JobChange<TextLength>,
  nextVersion: string,
): JobWrite {
  const batches = batchesOf(appended?.events ?? [], extent.end);
  const end = batches.at(-1)?.end ?? extent.end;
  return { expected: version, next: { version: nextVersion, record, extent: { ...extent, end } }, batches, tell };
}

/** What a janitor should have forgotten goes by itself, so much later than it should have; ms. */
const TTL_MARGIN_MS = 86_400_000;

/** The keys of a job, in the order in which the scripts take them. */
export function jobKeys(keys: RedisKeys, jobId: string): string[] {
  const partition = partitionOf(jobId);
  return [keys.job(jobId), keys.events(jobId), keys.snapshot(jobId), keys.due(partition), keys.asked(partition)];
}

/** The arguments of COMMIT. */
export function commitArguments(keys: RedisKeys, write: JobWrite, timings: LogTimings): string[] {
  const { expected, next, batches, tell, snapshot } = write;
  const { record } = next;
  const requests = pendingRequests(record);
  return [
    expected,
    next.version,
    serializeStored(next),
    record.jobId,
    String(dueOf(record, timings).at),
    requests.length === 0 ? '' : JSON.stringify(requests),
    String(Math.max(timings.keepIdleMs, timings.keepFinishedMs) + timings.lostMs + TTL_MARGIN_MS),
    snapshot === undefined ? '' : JSON.stringify(snapshot.state),
    snapshot === undefined ? '' : String(snapshot.state.sequence),
    snapshot === undefined || snapshot.dropTo === 0 ? '' : String(snapshot.dropTo),
    String(record.state.sequence - batches.reduce((sum, { events }) => sum + events.length, 0)),
    String(batches.length),
    ...batches.flatMap(batchArguments),
    ...tell.flatMap((telling) => messageArguments(keys, record, telling)),
  ];
}

function messageArguments(
  keys: RedisKeys,
  { jobId, ownerId }: { jobId: string; ownerId: string },
  telling: Telling,
): string[] {
  switch (telling.to) {
    case 'job':
      return ['s', keys.jobChannel(jobId), JSON.stringify(telling.message)];
    case 'owner':
      return ['p', keys.ownerChannel(ownerId), JSON.stringify({ kind: 'job', ...telling.message })];
    case 'workers':
      return ['p', keys.controlChannel, JSON.stringify(telling.message)];
    default:
      return assertNever(telling);
  }
}
