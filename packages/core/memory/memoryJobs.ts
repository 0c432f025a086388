import type { CreateRequest, CreateResult, ListedJob } from '../log/jobLog.ts';
import { listed } from '../log/jobRecord.ts';
import type { MemoryJob } from './memoryJob.ts';

export type CreatedAnswer = Extract<CreateResult, { writer: string }>;

/** All that a log in memory holds: its jobs, by id and by owner, and the answers to creates with an idempotency key. */
export interface MemoryJobs {
  get(jobId: string): MemoryJob | undefined;
  all(): MemoryJob[];
  add(job: MemoryJob): void;
  forget(job: MemoryJob): void;
  listOf(ownerId: string): ListedJob[];
  /** The answer that a request with this owner's key was given, for as long as it and its job are kept. */
  answerTo(request: CreateRequest, now: number): CreatedAnswer | undefined;
  /** Without effect where the request has no key. */
  keepAnswer(request: CreateRequest, answer: CreatedAnswer, until: number): void;
  forgetAnswers(now: number): void;
  clear(): void;
}

export function createMemoryJobs(): MemoryJobs {
  const jobs = new Map<string, MemoryJob>();
  const byOwner = new Map<string, Set<MemoryJob>>();
  const answers = new Map<string, { until: number; answer: CreatedAnswer }>();

  const keyOf = ({ ownerId, idempotencyKey }: CreateRequest): string => JSON.stringify([ownerId, idempotencyKey]);

  return {
    get: (jobId) => jobs.get(jobId),
    all: () => [...jobs.values()],
    add(job) {
      const { jobId, ownerId } = job.record;
      jobs.set(jobId, job);
      byOwner.set(ownerId, (byOwner.get(ownerId) ?? new Set()).add(job));
    },
    forget(job) {
      const { jobId, ownerId } = job.record;
      jobs.delete(jobId);
      const owned = byOwner.get(ownerId);
      owned?.delete(job);
      if (owned?.size === 0) byOwner.delete(ownerId);
    },
    listOf: (ownerId) => [...(byOwner.get(ownerId) ?? [])].map(({ record }) => listed(record.state)),
    answerTo(request, now) {
      const kept = request.idempotencyKey === undefined ? undefined : answers.get(keyOf(request));
      // A job that is gone cannot be gone on with: then the key begins a new one.
      return kept !== undefined && kept.until > now && jobs.has(kept.answer.jobId) ? kept.answer : undefined;
    },
    keepAnswer(request, answer, until) {
      if (request.idempotencyKey !== undefined) answers.set(keyOf(request), { until, answer });
    },
    forgetAnswers(now) {
      for (const [key, { until }] of answers) if (until <= now) answers.delete(key);
    },
    clear() {
      jobs.clear();
      byOwner.clear();
      answers.clear();
    },
  };
}
