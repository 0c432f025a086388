import { createJobReducer, stringText, type Clock, type JobEvent, type Random } from '@regen/realtime-shared';
import { DEFAULT_EVENT_RETENTION, type EventRetention } from '../log/eventRetention.ts';
import type { JobLog, Missing, OwnedRequest } from '../log/jobLog.ts';
import { pageOfJobs, recentJobs } from '../log/jobPages.ts';
import { isOwned, pendingRequests } from '../log/jobRequests.ts';
import { createJobRules, type JobChange, type Ruling } from '../log/jobRules.ts';
import { logTimings, type LogTimings } from '../log/logTimings.ts';
import { createMemoryEvents } from './memoryEvents.ts';
import { commit, loseTail, readJob, repeatedEvents, type MemoryJob } from './memoryJob.ts';
import { createMemoryJobs } from './memoryJobs.ts';
import { createMemoryPushes, type InterceptPush } from './memoryPushes.ts';
import { createMemoryReach } from './memoryReach.ts';
import { drawIncarnation, type Incarnation } from '../log/writer.ts';

export interface MemoryJobLogOptions extends Partial<LogTimings> {
  clock: Pick<Clock, 'now'>;
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
  const rules = createJobRules(reducer, timings);
  const draw = (): Incarnation => drawIncarnation(random);
  const { isAvailable, onAvailability, setAvailable, carryOut, subscription } = createMemoryReach(onError);
  /** Before this no worker's silence counts: the log itself was out of reach. */
  let notBefore = 0;

  /** Nothing is told before all of it has taken effect: a listener may read at once. */
  function apply(job: MemoryJob, change: JobChange): void {
    commit(job, change);
    pushes.tellChange(job.record, change.tell);
  }

  /** Does what the rules say of a job, and answers as they do. */
  function rule<Answer>(
    job: MemoryJob | undefined,
    decide: (record: MemoryJob['record'], now: number) => Ruling<Answer>,
  ): Promise<Answer | Missing> {
    return carryOut(() => {
      if (job === undefined) return missing;
      const { answer, change } = decide(job.record, clock.now());
      if (change !== undefined) apply(job, change);
      return answer;
    });
  }

  function owned(request: OwnedRequest): MemoryJob | undefined {
    const job = jobs.get(request.jobId);
    return job !== undefined && isOwned(job.record, request) ? job : undefined;
  }

  function begin(change: JobChange): void {
    const [created] = change.appended?.events ?? [];
    if (created === undefined) throw new Error('A log begins with an event.');
    jobs.add({ record: change.record, events: createMemoryEvents(created, retention, reducer) });
    pushes.tellChange(change.record, change.tell);
  }

  /** Does what is due of a job; when something is due next, in ms since the Unix epoch. */
  function doDue(job: MemoryJob, now: number, givenUp: JobEvent[]): number {
    for (;;) {
      const due = rules.due(job.record, draw, now, notBefore);
      if (due.kind === 'wait') return due.until;
      if (due.kind === 'forget') {
        jobs.forget(job);
        return Number.POSITIVE_INFINITY;
      }
      apply(job, due.change);
      givenUp.push(...due.givenUp);
    }
  }

  return {
    create: (request) =>
      carryOut(() => {
        const answered = jobs.answerTo(request, clock.now());
        if (answered !== undefined) return { ...answered, kind: 'repeated' };
        const { answer, change } = rules.create(jobs.get(request.jobId)?.record, request, draw, clock.now());
        if (change !== undefined) begin(change);
        if (answer.kind === 'created') jobs.keepAnswer(request, answer, clock.now() + timings.keepFinishedMs);
        return answer;
      }),

    append: (request) => {
      const job = jobs.get(request.jobId);
      return rule(job, (record, now) => {
        const held = job === undefined ? [] : repeatedEvents(job, request);
        return rules.append(record, request, held, now);
      });
    },

    heartbeat: ({ jobId, writer }) => rule(jobs.get(jobId), (record, now) => rules.heartbeat(record, writer, now)),

    takeover: (request) => rule(jobs.get(request.jobId), (record, now) => rules.takeover(record, request, draw, now)),

    requestCancel: (request) => rule(owned(request), (record, now) => rules.cancel(record, request.reason, now)),

    requestResume: (request) => rule(owned(request), (record) => rules.resume(record)),

    read: (request) =>
      carryOut(() => {
        const job = jobs.get(request.jobId);
        return job === undefined ? missing : readJob(job, request, reducer, clock.now(), notBefore);
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
        const givenUp: JobEvent[] = [];
        const nextDueAt = jobs
          .all()
          .reduce((next, job) => Math.min(next, doDue(job, now, givenUp)), Number.POSITIVE_INFINITY);
        return { nextDueInMs: nextDueAt === Number.POSITIVE_INFINITY ? null : nextDueAt - now, givenUp };
      }),

    subscribe: (jobId, listener) => subscription(pushes.onJob(jobId, listener)),
    subscribeOwner: (ownerId, listener) => subscription(pushes.onOwner(ownerId, listener)),
    subscribeControl: (listener) => subscription(pushes.onControl(listener)),
    now: () => clock.now(),
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
        if (next && !isAvailable()) notBefore = clock.now() + leaseMs;
        if (setAvailable(next) && next) pushes.checkAll();
      },
      interceptPushes: pushes.intercept,
    },
  };
}
