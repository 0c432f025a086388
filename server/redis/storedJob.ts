import type { JobRecord } from '@regen/realtime-core';
import type { MeasuredState } from './textLength.ts';

/** What the store keeps of a job beside its events and its text. */
export interface StoredJob {
  /** Another one after each change, and never the same twice: also not after the store went back to an older copy. */
  version: string;
  record: JobRecord<MeasuredState>;
  extent: LogExtent;
}

/** Lengths are those of the content, in UTF-16 code units from the log's beginning. */
export interface LogExtent {
  /** Length up to the last event. */
  end: number;
  /** The last sequence that is no longer held, 0 while all are, and the length up to it. */
  heldAfter: number;
  heldEnd: number;
  /** Where the snapshot stands, 0 where there is none, and the length up to there. */
  snapshotAt: number;
  snapshotEnd: number;
}

export const EMPTY_EXTENT: LogExtent = { end: 0, heldAfter: 0, heldEnd: 0, snapshotAt: 0, snapshotEnd: 0 };

export function serializeStored({ record, extent }: Omit<StoredJob, 'version'>): string {
  return JSON.stringify({ record, extent });
}

export function parseStored(version: string, text: string): StoredJob {
  // Written by `serializeStored` of this product alone.
  const { record, extent } = JSON.parse(text) as Omit<StoredJob, 'version'>;
  return {
    version,
    extent,
    record: { ...record, cancelReason: record.cancelReason, cancelRequestedAt: record.cancelRequestedAt },
  };
}
