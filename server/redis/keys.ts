import type { Position } from '@regen/realtime-shared';

/** Keys with one tag lie in one slot of a cluster. So many tags spread over any number of masters. */
export const PARTITIONS = 128;

/** Where things are. The tag comes first in each key, so that no name from outside can choose the slot. */
export interface RedisKeys {
  /** Hash: `v` the version, `rec` the record, `sn` the sequence of the snapshot. */
  job(jobId: string): string;
  /** Stream of batches: id `<last sequence>-0`, `d` the events, `n` the content's length up to its end. */
  events(jobId: string): string;
  /** The state at the sequence `sn`. */
  snapshot(jobId: string): string;
  /** Channel of what is appended and told of one job. */
  jobChannel(jobId: string): string;
  /** Of a partition, sorted set: ids of jobs by when something is due. */
  due(partition: number): string;
  /** Of a partition, hash: id of a job to the requests that no worker has answered. */
  asked(partition: number): string;
  /**
   * Sorted sets of an owner's jobs: `all` by creation, `open` those that may be unfinished, each by the sequence from
   * which on it may be, `ended` by their end.
   */
  owner(ownerId: string, list: 'all' | 'open' | 'ended'): string;
  ownerChannel(ownerId: string): string;
  controlChannel: string;
  /** The answer to a create with an idempotency key. */
  answer(ownerId: string, idempotencyKey: string): string;
}

export function redisKeys(prefix: string): RedisKeys {
  const ofJob = (jobId: string): string => `${prefix}{${String(partitionOf(jobId))}}:j:${jobId}`;
  return {
    job: ofJob,
    events: (jobId) => `${ofJob(jobId)}:l`,
    snapshot: (jobId) => `${ofJob(jobId)}:s`,
    jobChannel: (jobId) => `${ofJob(jobId)}:c`,
    due: (partition) => `${prefix}{${String(partition)}}:due`,
    asked: (partition) => `${prefix}{${String(partition)}}:asked`,
    owner: (ownerId, list) => `${prefix}{${String(partitionOf(ownerId))}}:o:${list}:${ownerId}`,
    ownerChannel: (ownerId) => `${prefix}o:${ownerId}`,
    controlChannel: `${prefix}control`,
    answer: (ownerId, idempotencyKey) =>
      `${prefix}{${String(partitionOf(ownerId))}}:i:${JSON.stringify([ownerId, idempotencyKey])}`,
  };
}

/** FNV-1a over the UTF-16 code units: the same for each version of this product, since it says where a job is. */
export function partitionOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash % PARTITIONS;
}

export function entryId({ sequence }: Pick<Position, 'sequence'>): string {
  return `${String(sequence)}-0`;
}
