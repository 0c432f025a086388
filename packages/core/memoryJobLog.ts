import {
  EVENTS,
  createJobReducer,
  isFinal,
  isFinished,
  stringText,
  toJobSummary,
  type Clock,
  type IngestEvent,
  type JobEventOf,
  type JobNoticePayload,
  type JobSummary,
  type Random,
} from '@regen/realtime-shared';
import { contentLength } from './contentLength.ts';
import {
  JobLogUnavailableError,
  type CheckMessage,
  type CreateRequest,
  type CreateResult,
  type JobLog,
  type JobLogMessage,
  type LogControlMessage,
  type LogSubscription,
  type Missing,
  type OwnedRequest,
  type OwnerMessage,
} from './jobLog.ts';
import { createListeners } from './listeners.ts';
import {
  commitAppend,
  dropTail,
  planAppend,
  readJob,
  type AcceptedAppend,
  type EventRetention,
  type MemoryJob,
} from './memoryJob.ts';
import { dueOf } from './memoryJobDue.ts';
import { pageOfJobs, recentJobs } from './memoryJobIndex.ts';
import { randomId } from './randomId.ts';

/** A worker silent for so long is told of; ms. */
export const WORKER_LEASE_MS = 30_000;
/** A worker silent for so long is given up; ms. */
export const WORKER_LOST_MS = 120_000;

export interface MemoryJobLogOptions {
  clock: Clock;
  random: Random;
  leaseMs?: number;
  lostMs?: number;
  /** Code units of a channel that a snapshot keeps at least; see `createJobReducer`. Default 1,000,000. */
  maxTextLength?: number;
  /** Of each job. Default 8,192 events and 2,000,000 code units. */
  retention?: EventRetention;
  /** A finished job is kept for so long, and so are idempotency keys. Default 24 h. */
  keepFinishedMs?: number;
  /** An unfinished job without a sign of life is kept for so long. Default 7 days. */
  keepIdleMs?: number;
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
  interceptPushes(intercept: ((jobId: string, message: JobLogMessage, deliver: () => void) => void) | undefined): void;
}

export interface MemoryJobLog extends JobLog {
  faults: JobLogFaults;
}

/** The log in this process' memory: complete, fast, and gone with the process. Pushes before it answers. */
export function memoryJobLog(options: MemoryJobLogOptions): MemoryJobLog {
  const { clock, random } = options;
  const leaseMs = options.leaseMs ?? WORKER_LEASE_MS;
  const lostMs = options.lostMs ?? WORKER_LOST_MS;
  const retention = options.retention ?? { maxEvents: 8_192, maxLength: 2_000_000 };
  const keep = { finishedMs: options.keepFinishedMs ?? 86_400_000, idleMs: options.keepIdleMs ?? 604_800_000 };
  const reducer = createJobReducer(stringText, { maxTextLength: options.maxTextLength ?? 1_000_000 });
  const onError = options.onError ?? (() => undefined);

  const jobs = new Map<string, MemoryJob>();
  const byOwner = new Map<string, Set<MemoryJob>>();
  const answers = new Map<string, { until: number; answer: Extract<CreateResult, { writer: string }> }>();
  const jobListeners = createListeners<JobLogMessage>(onError);
  const ownerListeners = createListeners<OwnerMessage>(onError);
  const controlListeners = createListeners<LogControlMessage | CheckMessage>(onError);
  const availabilityListeners = createListeners<boolean>(onError);
  let available = true;
  let intercept: Parameters<JobLogFaults['interceptPushes']>[0];

  /** Runs an operation at once, so that calls take effect in the order they were made. */
  function carryOut<Result>(operation: () => Result): Promise<Result> {
    if (!available) return Promise.reject(new JobLogUnavailableError());
    try {
      return Promise.resolve(operation());
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  function push(jobId: string, message: JobLogMessage): void {
    if (intercept === undefined) jobListeners.notify(jobId, message);
    else
      intercept(jobId, message, () => {
        jobListeners.notify(jobId, message);
      });
  }

  function notice(job: MemoryJob, payload: JobNoticePayload): void {
    job.state = reducer.applyNotice(job.state, payload);
    push(job.jobId, { kind: 'notice', notice: payload });
  }

  function tellOwner(job: MemoryJob): void {
    ownerListeners.notify(job.ownerId, { kind: 'job', job: toJobSummary(job.state) });
  }

  /** A sign of life of the current writer. A paused or finished job has no lease, unless a takeover has begun one. */
  function renewLease(job: MemoryJob): void {
    const now = clock.now();
    job.lastSignOfLife = now;
    job.leaseUntil = job.state.status === 'paused' || isFinished(job.state) ? null : now + leaseMs;
  }

  function tellBack(job: MemoryJob): void {
    if (job.state.workerSilentSince !== undefined) notice(job, { jobId: job.jobId, kind: 'worker_back' });
  }

  function startEpoch(job: MemoryJob): void {
    job.earlier = [...job.earlier, { epoch: job.epoch, sequence: job.state.sequence }];
    job.epoch = randomId(random, 10);
    job.writer = randomId(random, 26);
    job.state = { ...job.state, epoch: job.epoch };
  }

  /** Nothing is told before all of it has taken effect: a listener may read at once. */
  function take(job: MemoryJob, plan: AcceptedAppend, by: 'worker' | 'janitor'): void {
    const before = job.state.status;
    const isBack = by === 'worker' && job.state.workerSilentSince !== undefined;
    commitAppend(job, plan, retention);
    renewLease(job);
    if (isBack) push(job.jobId, { kind: 'notice', notice: { jobId: job.jobId, kind: 'worker_back' } });
    push(job.jobId, { kind: 'events', events: plan.events });
    if (job.state.status !== before) tellOwner(job);
  }

  function begin(request: CreateRequest): MemoryJob {
    const now = clock.now();
    const epoch = randomId(random, 10);
    const created: JobEventOf<'job:created'> = {
      type: EVENTS.JOB_CREATED,
      jobId: request.jobId,
      epoch,
      sequence: 1,
      timestamp: now,
      title: request.title,
      ...(request.kind === undefined ? {} : { kind: request.kind }),
      ...(request.steps === undefined ? {} : { steps: request.steps }),
    };
    const state = reducer.reduce(null, created);
    if (state === null) throw new Error('job:created begins a state');
    const job: MemoryJob = {
      jobId: request.jobId,
      ownerId: request.ownerId,
      epoch,
      earlier: [],
      writer: randomId(random, 26),
      state,
      events: [created],
      ends: [contentLength(created)],
      base: null,
      baseEnd: 0,
      checkpoints: [],
      leaseUntil: now + leaseMs,
      lastSignOfLife: now,
      cancelReason: undefined,
      cancelRequestedAt: undefined,
    };
    jobs.set(job.jobId, job);
    byOwner.set(job.ownerId, (byOwner.get(job.ownerId) ?? new Set()).add(job));
    push(job.jobId, { kind: 'events', events: [created] });
    tellOwner(job);
    return job;
  }

  function forget(job: MemoryJob): void {
    jobs.delete(job.jobId);
    const owned = byOwner.get(job.ownerId);
    owned?.delete(job);
    if (owned?.size === 0) byOwner.delete(job.ownerId);
  }

  function ownedJob(request: OwnedRequest): MemoryJob | undefined {
    const job = jobs.get(request.jobId);
    return job === undefined || (request.ownerId !== undefined && request.ownerId !== job.ownerId) ? undefined : job;
  }

  function giveUp(job: MemoryJob): void {
    startEpoch(job);
    const now = clock.now();
    const ending: IngestEvent = job.state.cancelRequested
      ? { type: EVENTS.JOB_CANCELLED, ...(job.cancelReason === undefined ? {} : { reason: job.cancelReason }) }
      : {
          type: EVENTS.JOB_FAILED,
          error: { code: 'worker_lost', message: 'The worker has gone silent and was given up.', retryable: true },
        };
    const plan = planAppend(job, { jobId: job.jobId, events: [ending] }, reducer, now);
    if (plan.kind === 'accepted') take(job, plan, 'janitor');
  }

  function controlMessage(job: MemoryJob, kind: LogControlMessage['kind']): LogControlMessage {
    const reason = kind === 'cancel' ? job.cancelReason : undefined;
    return {
      kind,
      jobId: job.jobId,
      ...(job.state.kind === undefined ? {} : { jobKind: job.state.kind }),
      ...(reason === undefined ? {} : { reason }),
    };
  }

  function subscription(remove: () => void): LogSubscription {
    const ready = available ? Promise.resolve() : Promise.reject(new JobLogUnavailableError());
    ready.catch(() => undefined);
    return { ready, close: remove };
  }

  function checkAll(): void {
    jobListeners.notifyAll({ kind: 'check' });
    ownerListeners.notifyAll({ kind: 'check' });
    controlListeners.notifyAll({ kind: 'check' });
  }

  const missing: Missing = { kind: 'missing' };
  const idempotencyId = (request: CreateRequest): string => JSON.stringify([request.ownerId, request.idempotencyKey]);

  return {
    create: (request) =>
      carryOut((): CreateResult => {
        const answered = request.idempotencyKey === undefined ? undefined : answers.get(idempotencyId(request));
        if (answered !== undefined && answered.until > clock.now()) return { ...answered.answer, kind: 'repeated' };
        const existing = jobs.get(request.jobId);
        if (existing !== undefined) {
          if (existing.ownerId !== request.ownerId) return { kind: 'conflict' };
          return { kind: 'exists', jobId: existing.jobId, epoch: existing.epoch, sequence: existing.state.sequence };
        }
        const job = begin(request);
        const answer = {
          kind: 'created',
          jobId: job.jobId,
          epoch: job.epoch,
          writer: job.writer,
          sequence: 1,
        } as const;
        if (request.idempotencyKey !== undefined) {
          answers.set(idempotencyId(request), { until: clock.now() + keep.finishedMs, answer });
        }
        return answer;
      }),

    append: (request) =>
      carryOut(() => {
        const job = jobs.get(request.jobId);
        if (job === undefined) return missing;
        const plan = planAppend(job, request, reducer, clock.now());
        if (plan.kind === 'duplicate') {
          renewLease(job);
          tellBack(job);
        }
        if (plan.kind !== 'accepted') return plan;
        take(job, plan, 'worker');
        const { sequence, cancelRequested } = job.state;
        return { kind: 'appended', epoch: job.epoch, sequence, cancelRequested };
      }),

    heartbeat: ({ jobId, writer }) =>
      carryOut(() => {
        const job = jobs.get(jobId);
        if (job === undefined) return missing;
        if (writer !== job.writer) return { kind: 'fenced' };
        const { state } = job;
        if (isFinal(state)) return { kind: 'finished' };
        const taken = job.leaseUntil !== null;
        renewLease(job);
        if (taken) job.leaseUntil = clock.now() + leaseMs;
        tellBack(job);
        return { kind: 'renewed', cancelRequested: state.cancelRequested };
      }),

    takeover: ({ jobId, writer }) =>
      carryOut(() => {
        const job = jobs.get(jobId);
        if (job === undefined) return missing;
        if (isFinal(job.state)) return { kind: 'finished' };
        if (writer !== undefined && writer !== job.writer) return { kind: 'fenced' };
        const now = clock.now();
        if (writer === undefined && job.leaseUntil !== null && job.leaseUntil > now) {
          return { kind: 'leased', retryAfterMs: job.leaseUntil - now };
        }
        startEpoch(job);
        job.lastSignOfLife = now;
        job.leaseUntil = now + leaseMs;
        tellBack(job);
        push(jobId, { kind: 'check' });
        return { kind: 'taken', writer: job.writer, epoch: job.epoch, sequence: job.state.sequence };
      }),

    requestCancel: (request) =>
      carryOut(() => {
        const job = ownedJob(request);
        if (job === undefined) return missing;
        if (isFinished(job.state)) return { kind: 'already_finished' };
        if (job.state.cancelRequested) return { kind: 'already_requested' };
        job.cancelReason = request.reason;
        job.cancelRequestedAt = clock.now();
        notice(job, { jobId: job.jobId, kind: 'cancel_requested' });
        controlListeners.notify('', controlMessage(job, 'cancel'));
        return { kind: 'requested' };
      }),

    requestResume: (request) =>
      carryOut(() => {
        const job = ownedJob(request);
        if (job === undefined) return missing;
        if (!job.state.resumable) return { kind: 'not_resumable' };
        if (!job.state.resumeRequested) {
          notice(job, { jobId: job.jobId, kind: 'resume_requested' });
          controlListeners.notify('', controlMessage(job, 'resume'));
        }
        return { kind: 'requested' };
      }),

    read: (request) =>
      carryOut(() => {
        const job = jobs.get(request.jobId);
        return job === undefined ? missing : readJob(job, request, reducer, clock.now());
      }),

    list: (request) => carryOut(() => pageOfJobs(summariesOf(request.ownerId), request)),

    recent: ({ ownerId, finishedLimit }) => carryOut(() => recentJobs(summariesOf(ownerId), finishedLimit)),

    pendingControl: () =>
      carryOut(() => {
        const pending: LogControlMessage[] = [];
        for (const job of jobs.values()) {
          if (job.state.cancelRequested && !isFinished(job.state)) pending.push(controlMessage(job, 'cancel'));
          if (job.state.resumeRequested) pending.push(controlMessage(job, 'resume'));
        }
        return pending;
      }),

    sweep: () =>
      carryOut(() => {
        const now = clock.now();
        let nextDueAt = Number.POSITIVE_INFINITY;
        for (const [key, { until }] of answers) if (until <= now) answers.delete(key);
        for (const job of [...jobs.values()]) {
          for (let due = dueOf(job, { leaseMs, lostMs, keep }); ; due = dueOf(job, { leaseMs, lostMs, keep })) {
            if (due.at > now) {
              nextDueAt = Math.min(nextDueAt, due.at);
              break;
            }
            if (due.what === 'forget') {
              forget(job);
              break;
            }
            if (due.what === 'give_up') giveUp(job);
            else if (due.what === 'end_lease') job.leaseUntil = null;
            else notice(job, { jobId: job.jobId, kind: 'worker_silent', since: job.lastSignOfLife });
          }
        }
        return { nextDueInMs: nextDueAt === Number.POSITIVE_INFINITY ? null : nextDueAt - now };
      }),

    subscribe: (jobId, listener) => subscription(jobListeners.add(jobId, listener)),
    subscribeOwner: (ownerId, listener) => subscription(ownerListeners.add(ownerId, listener)),
    subscribeControl: (listener) => subscription(controlListeners.add('', listener)),
    isAvailable: () => available,
    onAvailability: (listener) => availabilityListeners.add('', listener),

    faults: {
      restartWithoutLog() {
        jobs.clear();
        byOwner.clear();
        answers.clear();
        checkAll();
      },
      loseTail(jobId, sequence) {
        const job = jobs.get(jobId);
        if (job === undefined) throw new Error(`loseTail: there is no job ${jobId}`);
        dropTail(job, sequence, reducer);
        const idle = job.state.status === 'paused' || isFinished(job.state);
        if (!idle && job.leaseUntil === null) job.leaseUntil = job.lastSignOfLife + leaseMs;
        push(jobId, { kind: 'check' });
      },
      setAvailable(next) {
        if (next === available) return;
        available = next;
        availabilityListeners.notify('', next);
        if (next) checkAll();
      },
      interceptPushes(next) {
        intercept = next;
      },
    },
  };

  function summariesOf(ownerId: string): JobSummary[] {
    return [...(byOwner.get(ownerId) ?? [])].map((job) => toJobSummary(job.state));
  }
}
