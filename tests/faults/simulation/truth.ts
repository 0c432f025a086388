import {
  createJobReducer,
  isFinal,
  stringText,
  type JobSnapshot,
  type JobState,
  type JobStep,
  type JobSummary,
  type JobEvent,
} from '@regen/realtime-shared';

/**
 * All that the log has ever said, by position: whoever shows a job at a position must show exactly this. It is written
 * down when it enters the log, before anything can happen to it on its way.
 */
export interface Truth {
  append(events: readonly JobEvent[]): void;
  /** A new epoch begins where the log stands. */
  takeover(jobId: string, epoch: string, sequence: number): void;
  /** The log has lost all after `sequence`, or everything. */
  lost(jobId: string, sequence: number): void;
  lostAll(): void;
  at(jobId: string, epoch: string, sequence: number): string | undefined;
  sequenceOf(jobId: string): number;
  /** Nothing can follow in the job's log. */
  isOver(jobId: string): boolean;
  /** Whether the job's log has lost something that it may have told. */
  hasLost(jobId: string): boolean;
}

interface JobTruth {
  head: JobState | null;
  heads: JobState[];
  facts: Map<string, JobState>;
  lost: boolean;
}

const reducer = createJobReducer(stringText);

export function createTruth(): Truth {
  const jobs = new Map<string, JobTruth>();
  const written = new WeakMap<JobState, string>();

  function truthOf(jobId: string): JobTruth {
    const known = jobs.get(jobId);
    if (known !== undefined) return known;
    const created: JobTruth = { head: null, heads: [], facts: new Map(), lost: false };
    jobs.set(jobId, created);
    return created;
  }

  function remember(job: JobTruth, state: JobState): void {
    job.head = state;
    job.heads[state.sequence] = state;
    job.facts.set(`${state.epoch}:${String(state.sequence)}`, state);
  }

  return {
    append(events) {
      for (const event of events) {
        const job = truthOf(event.jobId);
        const next = reducer.reduce(job.head, event);
        if (next === null || next === job.head) throw new Error(`${event.type} does not follow what the log has said.`);
        remember(job, next);
      }
    },
    takeover(jobId, epoch, sequence) {
      const job = truthOf(jobId);
      const state = job.heads[sequence];
      if (state !== undefined) remember(job, { ...state, epoch });
    },
    lost(jobId, sequence) {
      const job = truthOf(jobId);
      const kept = job.heads[sequence];
      if (kept === undefined || job.head === null) return;
      job.lost = true;
      const { epoch } = job.head;
      job.heads = job.heads.slice(0, sequence + 1);
      remember(job, { ...kept, epoch });
    },
    lostAll() {
      for (const job of jobs.values()) {
        job.lost ||= job.head !== null;
        job.head = null;
        job.heads = [];
      }
    },
    at(jobId, epoch, sequence) {
      const state = jobs.get(jobId)?.facts.get(`${epoch}:${String(sequence)}`);
      if (state === undefined) return undefined;
      const facts = written.get(state) ?? factsOf(state);
      written.set(state, facts);
      return facts;
    },
    sequenceOf: (jobId) => jobs.get(jobId)?.head?.sequence ?? 0,
    isOver: (jobId) => {
      const head = jobs.get(jobId)?.head ?? null;
      return head !== null && isFinal(head);
    },
    hasLost: (jobId) => jobs.get(jobId)?.lost ?? false,
  };
}

type Facts = JobSummary &
  Pick<JobSnapshot, 'epoch' | 'sequence' | 'message' | 'etaMs' | 'reason' | 'result'> & {
    steps: readonly JobStep[];
    channels: Readonly<Record<string, { text: { toString(): string }; offset: number }>>;
    resumable: boolean;
  };

/** What events alone decide, in one form whoever holds it: notices come and go by themselves. */
export function factsOf(job: Facts): string {
  const { jobId, title, kind, status, progress, step, createdAt, startedAt, finishedAt, error } = job;
  const { epoch, sequence, message, etaMs, reason, result, resumable } = job;
  const steps = job.steps.map((each) => [
    each.id,
    each.label,
    each.status,
    each.startedAt,
    each.finishedAt,
    each.startedAtProgress,
  ]);
  const channels = Object.keys(job.channels)
    .toSorted()
    .map((name) => [name, job.channels[name]?.offset, job.channels[name]?.text.toString()]);
  const run = [
    status,
    progress,
    step?.id,
    step?.label,
    createdAt,
    startedAt,
    finishedAt,
    error,
    message,
    etaMs,
    reason,
  ];
  return JSON.stringify([jobId, title, kind, epoch, sequence, run, result, resumable, steps, channels]);
}
