import type { Position } from '@regen/realtime-shared';

/**
 * In which order what is told of jobs was true. Summaries come from reads and from pushes, on different ways: one that
 * is older than what was told must not be told after it.
 */
export interface SummaryOrder {
  /** Whether a job's state at `position` may be told; equal to what was told last, it may be told again. */
  admits(jobId: string, position: Position): boolean;
}

interface Told extends Position {
  /** Epochs that others have followed: a late word of theirs is old, whatever its sequence. */
  former: readonly string[];
}

/** Jobs that are remembered; of more the one that was told of longest ago is forgotten. */
const REMEMBERED_JOBS = 1_000;
/** Former epochs of one job that are remembered. */
const REMEMBERED_EPOCHS = 8;

export function createSummaryOrder(): SummaryOrder {
  const told = new Map<string, Told>();

  return {
    admits(jobId, { epoch, sequence }) {
      const last = told.get(jobId);
      if (last?.former.includes(epoch) === true) return false;
      if (last?.epoch === epoch && sequence < last.sequence) return false;
      const former =
        last === undefined || last.epoch === epoch
          ? (last?.former ?? [])
          : [...last.former, last.epoch].slice(-REMEMBERED_EPOCHS);
      told.delete(jobId);
      told.set(jobId, { epoch, sequence, former });
      const [oldest] = told.keys();
      if (told.size > REMEMBERED_JOBS && oldest !== undefined) told.delete(oldest);
      return true;
    },
  };
}
