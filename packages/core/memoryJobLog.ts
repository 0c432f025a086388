import { createJobReducer, stringText, type Clock, type Random } from '@regen/realtime-shared';
import { planAppend } from './appendPlan.ts';
import { DEFAULT_EVENT_RETENTION, type EventRetention } from './eventRetention.ts';
import { answerTaken } from './jobBeginning.ts';
import type { JobLog, Missing, OwnedRequest } from './jobLog.ts';
import { pageOfJobs, recentJobs } from './jobPages.ts';
import { cancelState, isOwned, pendingRequests, resumeState } from './jobRequests.ts';
import { leaseAfterAppend } from './lease.ts';
import { logTimings, type LogTimings } from './logTimings.ts';
import { createMemoryEffects } from './memoryEffects.ts';
import { loseTail, readJob, type MemoryJob } from './memoryJob.ts';
import { createMemoryJobs, type CreatedAnswer } from './memoryJobs.ts';
import { createMemoryPushes, type InterceptPush } from './memoryPushes.ts';
import { createMemoryReach } from './memoryReach.ts';
import { decideHeartbeat, decideTakeover } from './writer.ts';

export interface MemoryJobLogOptions extends Partial<LogTimings> {
  clock: Clock;
  random: Random;
  /** Code units of a channel that a snapshot keeps at least; see `createJobReducer`. Default 1,000,000. */
  maxTextLength?: number;
  /** Of each job. Default 8,192 events and 2,000,000 code units. */
  retention?: EventRetention;
  /** A listener threw. Default: silent. */
  onError?: (error: unknown) => void;
}

/** What can go wrong with a store, to be played on purpose. */
export interface JobLogFaults {
  /** All jobs are gone, as after a restart without a copy. */
  restartWithoutLog(): void;
  /** The job's events after `sequence` are gone, its writer's lease lives on. The first event always stays. */
  loseTail(jobId: string, sequence: number): void;
  /** While false every call rejects and nothing is pushed; heals with `check`. */
  setAvailable(available: boolean): void;
  /** Live messages go through `intercept` instead, which may deliver them late, twice, or never. */
  interceptPushes(intercept: InterceptPush | undefined): void;
}

export interface MemoryJobLog extends JobLog {
  faults: JobLogFaults;
}

const missing: Missing = { kind: 'missing' };

/** The log in this process' memory: complete, fast, and gone with the process. Pushes before it answers. */
export function memoryJobLog(options: MemoryJobLogOptions): MemoryJobLog {
  const { clock, random } = options;
  const timings = logTimings(options);
  const { leaseMs } = timings;
  const retention = options.retention ?? DEFAULT_EVENT_RETENTION;
  const reducer = createJobReducer(stringText, { maxTextLength: options.maxTextLength ?? 1_000_000 });
  const onError = options.onError ?? (() => undefined);
  const jobs = createMemoryJobs();
  const pushes = createMemoryPushes(onError);
  const effects = createMemoryEffects({ clock, random, timings, retention, reducer, jobs, pushes });
  const { isAvailable, onAvailability, setAvailable, carryOut, subscription } = createMemoryReach(onError);

  function ownedJob(request: OwnedRequest): MemoryJob | undefined {
    const job = jobs.get(request.jobId);
    return job !== undefined && isOwned(job.record, request) ? job : undefined;
  }

  return {
    create: (request) =>
      carryOut(() => {
        const answered = jobs.answerTo(request, clock.now());
        if (answered !== undefined) return { ...answered, kind: 'repeated' };
        const existing = jobs.get(request.jobId);
        if (existing !== undefined) return answerTaken(existing.record, request);
        const { jobId, writer, state } = effects.begin(request).record;
        const answer: CreatedAnswer = { kind: 'created', jobId, epoch: state.epoch, writer, sequence: 1 };
        jobs.keepAnswer(request, answer, clock.now() + timings.keepFinishedMs);
        return answer;
      }),

    append: (request) =>
      carryOut(() => {
        const job = jobs.get(request.jobId);
        if (job === undefined) return missing;
        const plan = planAppend(job.record, request, reducer, clock.now());
        if (plan.kind === 'duplicate')
          effects.renew(job, leaseAfterAppend(job.record, job.record.state, clock.now(), leaseMs));
        if (plan.kind !== 'accepted') return plan;
        effects.append(job, plan);
        const { epoch, sequence, cancelRequested } = job.record.state;
        return { kind: 'appended', epoch, sequence, cancelRequested };
      }),

    heartbeat: ({ jobId, writer }) =>
      carryOut(() => {
        const job = jobs.get(jobId);
        if (job === undefined) return missing;
        const decision = decideHeartbeat(job.record, writer, clock.now(), leaseMs);
        if (decision.kind !== 'renewed') return decision;
        const { lease, ...answer } = decision;
        effects.renew(job, lease);
        return answer;
      }),

    takeover: (request) =>
      carryOut(() => {
        const job = jobs.get(request.jobId);
        if (job === undefined) return missing;
        const decision = decideTakeover(job.record, request, clock.now());
        if (decision.kind !== 'free') return decision;
        effects.takeOver(job);
        const { writer, state } = job.record;
        return { kind: 'taken', writer, epoch: state.epoch, sequence: state.sequence };
      }),

    requestCancel: (request) =>
      carryOut(() => {
        const job = ownedJob(request);
        if (job === undefined) return missing;
        const kind = cancelState(job.record.state);
        if (kind === 'requested') effects.cancel(job, request.reason);
        return { kind };
      }),

    requestResume: (request) =>
      carryOut(() => {
        const job = ownedJob(request);
        if (job === undefined) return missing;
        const { state } = job.record;
        const kind = resumeState(state);
        if (kind === 'requested' && !state.resumeRequested) effects.resume(job);
        return { kind };
      }),

    read: (request) =>
      carryOut(() => {
        const job = jobs.get(request.jobId);
        return job === undefined ? missing : readJob(job, request, reducer, clock.now());
      }),

    list: (request) =>
      carryOut(() =>
        pageOfJobs(
          jobs.listOf(request.ownerId).map(({ job }) => job),
          request,
        ),
      ),

    recent: ({ ownerId, finishedLimit }) => carryOut(() => recentJobs(jobs.listOf(ownerId), finishedLimit)),

    pendingControl: () => carryOut(() => jobs.all().flatMap((job) => pendingRequests(job.record))),

    sweep: () =>
      carryOut(() => {
        const now = clock.now();
        jobs.forgetAnswers(now);
        const nextDueAt = jobs
          .all()
          .reduce((next, job) => Math.min(next, effects.doDue(job, now)), Number.POSITIVE_INFINITY);
        return { nextDueInMs: nextDueAt === Number.POSITIVE_INFINITY ? null : nextDueAt - now };
      }),

    subscribe: (jobId, listener) => subscription(pushes.onJob(jobId, listener)),
    subscribeOwner: (ownerId, listener) => subscription(pushes.onOwner(ownerId, listener)),
    subscribeControl: (listener) => subscription(pushes.onControl(listener)),
    isAvailable,
    onAvailability,

    faults: {
      restartWithoutLog() {
        jobs.clear();
        pushes.checkAll();
      },
      loseTail(jobId, sequence) {
        const job = jobs.get(jobId);
        if (job === undefined) throw new Error(`loseTail: there is no job ${jobId}`);
        loseTail(job, sequence, leaseMs);
        pushes.tellJob(jobId, { kind: 'check' });
      },
      setAvailable(next) {
        if (setAvailable(next) && next) pushes.checkAll();
      },
      interceptPushes: pushes.intercept,
    },
  };
}
