import type { JobError } from '@regen/realtime-shared';
import type { JobEntry } from '../services/realtime/realtimeStore.ts';
import { cameTooLate, knownOf, standingOf, type EndedStanding, type JobStanding } from './jobPhase.ts';

/** What the panel needs to know of a job. Times are the server's, ms since the Unix epoch. */
export interface PanelJob {
  jobId: string;
  title: string;
  standing: JobStanding;
  /** 0 to 100; null while unknown. */
  progress: number | null;
  /** When its worker began, or it was accepted. */
  startedAt: number;
  /** Null while it is not over, or where nobody said when. */
  finishedAt: number | null;
  /** A cancel came too late. */
  late: boolean;
  error: JobError | null;
}

/** A job that ended, as the panel remembers it: the client may have forgotten it since. */
export interface EndedJob extends PanelJob {
  standing: EndedStanding;
}

/** Null while nothing is known of the job. */
export function panelJobOf(entry: JobEntry): PanelJob | null {
  const known = knownOf(entry);
  const standing = standingOf(entry);
  if (known === null || standing === null) return null;
  return {
    jobId: entry.jobId,
    title: known.title,
    standing,
    progress: known.progress,
    startedAt: known.startedAt ?? known.createdAt,
    finishedAt: known.finishedAt ?? null,
    late: cameTooLate(entry),
    error: known.error ?? null,
  };
}

const remembered = new WeakMap<EndedJob, JobEntry>();

/** A remembered job as the client would tell of it. The same entry for the same record. */
export function entryOfEnded(record: EndedJob): JobEntry {
  const known = remembered.get(record);
  if (known !== undefined) return known;
  const { jobId, title, standing, progress, startedAt, finishedAt, late, error } = record;
  const isGone = standing === 'gone';
  const entry: JobEntry = {
    jobId,
    job: null,
    summary: {
      jobId,
      title,
      // How it stood is not remembered of one that is gone, and not shown.
      status: isGone ? 'running' : standing,
      progress,
      createdAt: startedAt,
      startedAt,
      ...(finishedAt === null ? {} : { finishedAt }),
      ...(error === null ? {} : { error }),
    },
    sync: { kind: isGone ? 'gone' : 'live' },
    outcome: null,
    cancel: late ? 'tooLate' : 'none',
    resume: 'none',
    gaps: [],
    replaced: false,
    lastEventAt: null,
  };
  remembered.set(record, entry);
  return entry;
}
