import { isFinal, type Random } from '@regen/realtime-shared';
import type { HeartbeatResult, Missing, TakeoverResult } from './jobLog.ts';
import type { JobRecord, JobStanding } from './jobRecord.ts';
import { leaseAfterAppend, newLease, remainingLease, type Lease } from './lease.ts';
import { randomId } from './randomId.ts';

/** What is new when a log begins, and each time another writer takes it over. */
export interface Incarnation {
  epoch: string;
  /** A secret: who knows it may append. */
  writer: string;
}

export function drawIncarnation(random: Random): Incarnation {
  const epoch = randomId(random, 10);
  return { epoch, writer: randomId(random, 26) };
}

/** The record in a new epoch: the former writer is fenced off, and where its epoch ended is remembered. */
export function reincarnate<State extends JobStanding>(
  record: JobRecord<State>,
  { epoch, writer }: Incarnation,
): JobRecord<State> {
  const { state, earlier } = record;
  return {
    ...record,
    writer,
    earlier: [...earlier, { epoch: state.epoch, sequence: state.sequence }],
    state: { ...state, epoch },
  };
}

/** Whether a takeover may be: with the current token, or where no lease runs. */
export function decideTakeover(
  record: JobRecord,
  { writer }: { writer?: string },
  now: number,
): { kind: 'free' } | Exclude<TakeoverResult, { kind: 'taken' } | Missing> {
  if (isFinal(record.state)) return { kind: 'finished' };
  if (writer !== undefined) return writer === record.writer ? { kind: 'free' } : { kind: 'fenced' };
  const retryAfterMs = remainingLease(record, now);
  return retryAfterMs > 0 ? { kind: 'leased', retryAfterMs } : { kind: 'free' };
}

export function takeOver<State extends JobStanding>(
  record: JobRecord<State>,
  incarnation: Incarnation,
  now: number,
  leaseMs: number,
): JobRecord<State> {
  return { ...reincarnate(record, incarnation), ...newLease(now, leaseMs) };
}

/** A heartbeat keeps the lease that a takeover began on an idle job, and begins none. */
export function decideHeartbeat(
  record: JobRecord,
  writer: string,
  now: number,
  leaseMs: number,
):
  | (Extract<HeartbeatResult, { kind: 'renewed' }> & { lease: Lease })
  | Exclude<HeartbeatResult, { kind: 'renewed' } | Missing> {
  if (writer !== record.writer) return { kind: 'fenced' };
  const { state } = record;
  if (isFinal(state)) return { kind: 'finished' };
  const lease = record.leaseUntil === null ? leaseAfterAppend(record, state, now, leaseMs) : newLease(now, leaseMs);
  return { kind: 'renewed', cancelRequested: state.cancelRequested, lease };
}
