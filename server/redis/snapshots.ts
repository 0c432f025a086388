import { isTrimDue, type EventRetention } from '@regen/realtime-core';
import type { JobReducer, JobSnapshot, JobState } from '@regen/realtime-shared';
import type { JobStore, ReadJob } from './jobStore.ts';
import type { StoredJob } from './storedJob.ts';

/** Builds the state of jobs from what is stored, and sees to it that a snapshot is never far behind. */
export interface Snapshots {
  /** The whole state at the head of what was read. */
  stateOf(read: ReadJob): JobSnapshot;
  /** Takes a newer snapshot where it is due, and drops events that are kept no longer. */
  refresh(stored: StoredJob): Promise<void>;
  /** Whether so much has come since the last snapshot that nothing may follow before the next. */
  isOverdue(stored: StoredJob): boolean;
  isDue(stored: StoredJob): boolean;
}

/** A snapshot is taken after so many events, or so much content, or half of what the last one held if that is more. */
const SNAPSHOT_EVENTS = 512;
const SNAPSHOT_LENGTH = 65_536;
/** Without a snapshot, a log grows to so many times that at most. */
const OVERDUE = 8;

export function createSnapshots(options: {
  jobs: JobStore;
  reducer: JobReducer<string>;
  retention: EventRetention;
  drawVersion: () => string;
}): Snapshots {
  const { jobs, reducer, retention, drawVersion } = options;

  function stateOf({ stored, snapshot, batches }: ReadJob): JobSnapshot {
    const { state, jobId } = stored.record;
    // Written by `refresh` of this product alone.
    let folded: JobState | null = snapshot === '' ? null : reducer.fromSnapshot(JSON.parse(snapshot) as JobSnapshot);
    for (const { events } of batches) for (const event of events) folded = reducer.reduce(folded, event);
    if (folded?.sequence !== state.sequence) {
      throw new Error(
        `The log of job ${jobId} ends at ${String(state.sequence)}, its events at ${String(folded?.sequence)}.`,
      );
    }
    return reducer.toSnapshot({ ...state, channels: folded.channels });
  }

  function sinceSnapshot({ record, extent }: StoredJob): number {
    const events = (record.state.sequence - extent.snapshotAt) / SNAPSHOT_EVENTS;
    const length = (extent.end - extent.snapshotEnd) / Math.max(SNAPSHOT_LENGTH, extent.snapshotEnd / 2);
    return Math.max(events, length);
  }

  const isDue = (stored: StoredJob): boolean => sinceSnapshot(stored) >= 1;

  return {
    stateOf,
    isDue,
    isOverdue: (stored) => sinceSnapshot(stored) >= OVERDUE,

    async refresh(seen) {
      const { jobId } = seen.record;
      const read = await jobs.readState(jobId);
      if (read === undefined || !isDue(read.stored)) return;
      const state = stateOf(read);
      const { epoch, sequence } = read.stored.record.state;
      const snapshotEnd = read.stored.extent.end;
      const drop = isTrimDue(heldOf(read.stored), retention)
        ? await jobs.trimPoint(read.stored, retention, sequence)
        : undefined;
      await jobs.change(jobId, (stored) => {
        // A snapshot stays true as long as the log goes on from it; a store that went back has to make its own.
        const isPart =
          stored !== undefined &&
          stored.record.state.sequence >= sequence &&
          stored.extent.end >= snapshotEnd &&
          (stored.record.state.epoch === epoch || stored.record.earlier.some((ended) => ended.epoch === epoch));
        if (!isPart || stored.extent.snapshotAt >= sequence) return { kind: 'answer', answer: undefined };
        const held =
          drop === undefined || drop.sequence <= stored.extent.heldAfter
            ? { heldAfter: stored.extent.heldAfter, heldEnd: stored.extent.heldEnd }
            : { heldAfter: drop.sequence, heldEnd: drop.end };
        return {
          kind: 'write',
          answer: undefined,
          write: {
            expected: stored.version,
            next: {
              ...stored,
              version: drawVersion(),
              extent: { ...stored.extent, ...held, snapshotAt: sequence, snapshotEnd },
            },
            batches: [],
            tell: [],
            snapshot: { state, dropTo: held.heldAfter },
          },
        };
      });
    },
  };
}

function heldOf({ record, extent }: StoredJob): { events: number; length: number } {
  return { events: record.state.sequence - extent.heldAfter, length: extent.end - extent.heldEnd };
}
