import { type Clock, type JobNoticePayload, type JobReducer, type JobState, type Random } from '@regen/realtime-shared';
import type { AcceptedEvents } from './acceptEvents.ts';
import { planAppend } from './appendPlan.ts';
import type { EventRetention } from './eventRetention.ts';
import { beginJob } from './jobBeginning.ts';
import { dueOf, endingOfGivenUp } from './jobDue.ts';
import type { CreateRequest, JobLogMessage } from './jobLog.ts';
import { hasNews, listed, type JobRecord } from './jobRecord.ts';
import { controlMessage } from './jobRequests.ts';
import { leaseAfterAppend, type Lease } from './lease.ts';
import type { LogTimings } from './logTimings.ts';
import { createMemoryEvents } from './memoryEvents.ts';
import { commitAppend, type MemoryJob } from './memoryJob.ts';
import type { MemoryJobs } from './memoryJobs.ts';
import type { MemoryPushes } from './memoryPushes.ts';
import { drawIncarnation, reincarnate, takeOver } from './writer.ts';

/**
 * What the rules have decided, done to the jobs in memory and told to who listens. Nothing is told before all of it has
 * taken effect: a listener may read at once.
 */
export interface MemoryEffects {
  begin(request: CreateRequest): MemoryJob;
  /** A worker's events. */
  append(job: MemoryJob, accepted: AcceptedEvents): void;
  /** A worker's sign of life without an event. */
  renew(job: MemoryJob, lease: Lease): void;
  takeOver(job: MemoryJob): void;
  cancel(job: MemoryJob, reason: string | undefined): void;
  resume(job: MemoryJob): void;
  /** Does what is due; when something is due next, in ms since the Unix epoch. */
  doDue(job: MemoryJob, now: number): number;
}

export function createMemoryEffects(options: {
  clock: Clock;
  random: Random;
  timings: LogTimings;
  retention: EventRetention;
  reducer: JobReducer<string>;
  jobs: MemoryJobs;
  pushes: MemoryPushes;
}): MemoryEffects {
  const { clock, random, timings, retention, reducer, jobs, pushes } = options;
  const { leaseMs } = timings;

  function change(job: MemoryJob, changes: Partial<JobRecord<JobState>>): void {
    job.record = { ...job.record, ...changes };
  }

  function tell({ record }: MemoryJob, message: JobLogMessage): void {
    pushes.tellJob(record.jobId, message);
  }

  function tellOwner({ record }: MemoryJob): void {
    pushes.tellOwner(record.ownerId, listed(record.state));
  }

  function notice(job: MemoryJob, what: Omit<JobNoticePayload, 'jobId'>): void {
    const payload = { jobId: job.record.jobId, ...what };
    change(job, { state: reducer.applyNotice(job.record.state, payload) });
    tell(job, { kind: 'notice', notice: payload });
  }

  function tellBack(job: MemoryJob): void {
    if (job.record.state.workerSilentSince !== undefined) notice(job, { kind: 'worker_back' });
  }

  function take(job: MemoryJob, accepted: AcceptedEvents, by: 'worker' | 'janitor'): void {
    const { record } = job;
    const { jobId, state: before } = record;
    commitAppend(job, accepted);
    const { state } = job.record;
    change(job, leaseAfterAppend(record, state, clock.now(), leaseMs));
    if (by === 'worker' && before.workerSilentSince !== undefined) {
      tell(job, { kind: 'notice', notice: { jobId, kind: 'worker_back' } });
    }
    tell(job, { kind: 'events', events: accepted.events });
    if (hasNews(before, state)) tellOwner(job);
  }

  function giveUp(job: MemoryJob): void {
    const { jobId } = job.record;
    job.record = reincarnate(job.record, drawIncarnation(random));
    const ending = planAppend(job.record, { jobId, events: [endingOfGivenUp(job.record)] }, reducer, clock.now());
    if (ending.kind === 'accepted') take(job, ending, 'janitor');
  }

  return {
    begin(request) {
      const { created, record } = beginJob(request, drawIncarnation(random), reducer, clock.now(), leaseMs);
      const job: MemoryJob = { record, events: createMemoryEvents(created, retention, reducer) };
      jobs.add(job);
      tell(job, { kind: 'events', events: [created] });
      tellOwner(job);
      return job;
    },
    append(job, accepted) {
      take(job, accepted, 'worker');
    },
    renew(job, lease) {
      change(job, lease);
      tellBack(job);
    },
    takeOver(job) {
      job.record = takeOver(job.record, drawIncarnation(random), clock.now(), leaseMs);
      tellBack(job);
      tell(job, { kind: 'check' });
    },
    cancel(job, reason) {
      change(job, { cancelReason: reason, cancelRequestedAt: clock.now() });
      notice(job, { kind: 'cancel_requested' });
      pushes.tellWorkers(controlMessage(job.record, 'cancel'));
    },
    resume(job) {
      notice(job, { kind: 'resume_requested' });
      pushes.tellWorkers(controlMessage(job.record, 'resume'));
    },
    doDue(job, now) {
      for (;;) {
        const { what, at } = dueOf(job.record, timings);
        if (at > now) return at;
        switch (what) {
          case 'silent':
            notice(job, { kind: 'worker_silent', since: job.record.lastSignOfLife });
            break;
          case 'give_up':
            giveUp(job);
            break;
          case 'end_lease':
            change(job, { leaseUntil: null });
            break;
          case 'forget':
            jobs.forget(job);
            return Number.POSITIVE_INFINITY;
        }
      }
    },
  };
}
