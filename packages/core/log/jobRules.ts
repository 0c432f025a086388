/** The rules of a log, whatever the store: what a call is answered, and what it changes. Pure. */
import {
  assertNever,
  type CancelState,
  type JobEvent,
  type JobNoticePayload,
  type JobReducer,
  type JobState,
  type ResumeState,
} from '@regen/realtime-shared';
import type { AcceptedEvents, Measured } from './acceptEvents.ts';
import { planAppend } from './appendPlan.ts';
import { answerTaken, beginJob } from './jobBeginning.ts';
import { dueOf, endingOfGivenUp } from './jobDue.ts';
import type {
  AppendResult,
  CreateRequest,
  CreateResult,
  HeartbeatResult,
  JobLogMessage,
  ListedJob,
  LogAppendRequest,
  LogControlMessage,
  Missing,
  TakeoverResult,
} from './jobLog.ts';
import { hasNews, listed, type JobRecord } from './jobRecord.ts';
import { cancelState, controlMessage, resumeState } from './jobRequests.ts';
import { leaseAfterAppend } from './lease.ts';
import type { LogTimings } from './logTimings.ts';
import { decideHeartbeat, decideTakeover, reincarnate, takeOver, type Incarnation } from './writer.ts';

/** What is told of a job, and to whom. */
export type Telling =
  | { to: 'job'; message: JobLogMessage }
  | { to: 'owner'; message: ListedJob }
  | { to: 'workers'; message: LogControlMessage };

/** What becomes of a job: to be done as a whole, and told when it is done. */
export interface JobChange<Text = string> {
  record: JobRecord<JobState<Text>>;
  /** The events that are new, with the state after each. */
  appended?: Pick<AcceptedEvents<Text>, 'events' | 'states'>;
  tell: readonly Telling[];
}

export interface Ruling<Answer, Text = string> {
  answer: Answer;
  /** Absent where nothing changes. */
  change?: JobChange<Text>;
}

/** What time asks for. */
export type DueRuling<Text = string> =
  | { kind: 'wait'; until: number }
  /** `givenUp`: the last event of a job that ends with it. */
  | { kind: 'change'; change: JobChange<Text>; givenUp: readonly JobEvent[] }
  | { kind: 'forget' };

/** `now`: ms since the Unix epoch, by the log's clock. `draw` is called where something begins anew, at most once. */
export interface JobRules<Text> {
  create(
    existing: JobRecord<JobState<Text>> | undefined,
    request: CreateRequest,
    draw: () => Incarnation,
    now: number,
  ): Ruling<CreateResult, Text>;
  /** `held`: of the events that the request repeats (see `repeatedCount`) those that the log still holds. */
  append(
    record: JobRecord<JobState<Text>>,
    request: LogAppendRequest,
    held: readonly JobEvent[],
    now: number,
  ): Ruling<Exclude<AppendResult, Missing>, Text>;
  heartbeat(
    record: JobRecord<JobState<Text>>,
    writer: string,
    now: number,
  ): Ruling<Exclude<HeartbeatResult, Missing>, Text>;
  takeover(
    record: JobRecord<JobState<Text>>,
    request: { writer?: string },
    draw: () => Incarnation,
    now: number,
  ): Ruling<Exclude<TakeoverResult, Missing>, Text>;
  cancel(
    record: JobRecord<JobState<Text>>,
    reason: string | undefined,
    now: number,
  ): Ruling<{ kind: CancelState }, Text>;
  resume(record: JobRecord<JobState<Text>>): Ruling<{ kind: ResumeState }, Text>;
  /** One thing after the other, until it has to wait; nothing before `notBefore`. */
  due(record: JobRecord<JobState<Text>>, draw: () => Incarnation, now: number, notBefore: number): DueRuling<Text>;
}

export function createJobRules<Text extends Measured>(reducer: JobReducer<Text>, timings: LogTimings): JobRules<Text> {
  type Record = JobRecord<JobState<Text>>;
  const { leaseMs } = timings;

  /** A notice changes the state as each reader's. */
  function noticed(record: Record, what: Omit<JobNoticePayload, 'jobId'>): { record: Record; telling: Telling } {
    const notice = { jobId: record.jobId, ...what };
    return {
      record: { ...record, state: reducer.applyNotice(record.state, notice) },
      telling: { to: 'job', message: { kind: 'notice', notice } },
    };
  }

  function workerBack(record: Record): { record: Record; tell: readonly Telling[] } {
    if (record.state.workerSilentSince === undefined) return { record, tell: [] };
    const { record: next, telling } = noticed(record, { kind: 'worker_back' });
    return { record: next, tell: [telling] };
  }

  function taken(
    before: Record,
    accepted: AcceptedEvents<Text>,
    by: 'worker' | 'janitor',
    now: number,
  ): JobChange<Text> {
    const state = accepted.states.at(-1) ?? before.state;
    const record = { ...before, state, ...leaseAfterAppend(before, state, now, leaseMs) };
    return {
      record,
      appended: accepted,
      tell: [
        ...(by === 'worker' ? workerBack(before).tell : []),
        { to: 'job', message: { kind: 'events', events: accepted.events } },
        ...toldOwner(before, record),
      ],
    };
  }

  function toldOwner(before: Record, { state }: Record): readonly Telling[] {
    return hasNews(before.state, state) ? [{ to: 'owner', message: listed(state) }] : [];
  }

  return {
    create(existing, request, draw, now) {
      if (existing !== undefined) return { answer: answerTaken(existing, request) };
      const { created, record } = beginJob(request, draw(), reducer, now, leaseMs);
      const { jobId, writer, state } = record;
      return {
        answer: { kind: 'created', jobId, epoch: state.epoch, writer, sequence: 1 },
        change: {
          record,
          appended: { events: [created], states: [state] },
          tell: [
            { to: 'job', message: { kind: 'events', events: [created] } },
            { to: 'owner', message: listed(state) },
          ],
        },
      };
    },

    append(record, request, held, now) {
      const plan = planAppend(record, request, held, reducer, now);
      if (plan.kind === 'duplicate') {
        const { record: back, tell } = workerBack(record);
        return {
          answer: plan,
          change: { record: { ...back, ...leaseAfterAppend(record, record.state, now, leaseMs) }, tell },
        };
      }
      if (plan.kind !== 'accepted') return { answer: plan };
      const change = taken(record, plan, 'worker', now);
      const { epoch, sequence, cancelRequested } = change.record.state;
      return { answer: { kind: 'appended', epoch, sequence, cancelRequested }, change };
    },

    heartbeat(record, writer, now) {
      const decision = decideHeartbeat(record, writer, now, leaseMs);
      if (decision.kind !== 'renewed') return { answer: decision };
      const { lease, ...answer } = decision;
      const { record: back, tell } = workerBack(record);
      return { answer, change: { record: { ...back, ...lease }, tell } };
    },

    takeover(record, request, draw, now) {
      const decision = decideTakeover(record, request, now);
      if (decision.kind !== 'free') return { answer: decision };
      const { record: next, tell } = workerBack(takeOver(record, draw(), now, leaseMs));
      const { epoch, sequence } = next.state;
      return {
        answer: { kind: 'taken', writer: next.writer, epoch, sequence },
        change: { record: next, tell: [...tell, { to: 'job', message: { kind: 'check' } }] },
      };
    },

    cancel(record, reason, now) {
      const kind = cancelState(record.state);
      if (kind !== 'requested') return { answer: { kind } };
      const asked = { ...record, cancelReason: reason, cancelRequestedAt: now };
      const { record: next, telling } = noticed(asked, { kind: 'cancel_requested' });
      return {
        answer: { kind },
        change: { record: next, tell: [telling, { to: 'workers', message: controlMessage(next, 'cancel') }] },
      };
    },

    resume(record) {
      const kind = resumeState(record.state);
      if (kind !== 'requested' || record.state.resumeRequested) return { answer: { kind } };
      const { record: next, telling } = noticed(record, { kind: 'resume_requested' });
      return {
        answer: { kind },
        change: { record: next, tell: [telling, { to: 'workers', message: controlMessage(next, 'resume') }] },
      };
    },

    due(record, draw, now, notBefore) {
      const { what, at } = dueOf(record, timings);
      const from = Math.max(at, notBefore);
      if (from > now) return { kind: 'wait', until: from };
      switch (what) {
        case 'silent': {
          const { record: next, telling } = noticed(record, { kind: 'worker_silent', since: record.lastSignOfLife });
          return { kind: 'change', change: { record: next, tell: [telling] }, givenUp: [] };
        }
        case 'give_up': {
          const lost = reincarnate(record, draw());
          const ending = planAppend(lost, { jobId: lost.jobId, events: [endingOfGivenUp(lost)] }, [], reducer, now);
          if (ending.kind !== 'accepted') throw new Error(`The end of a job that is given up was ${ending.kind}.`);
          return { kind: 'change', change: taken(lost, ending, 'janitor', now), givenUp: ending.events };
        }
        case 'end_lease':
          return { kind: 'change', change: { record: { ...record, leaseUntil: null }, tell: [] }, givenUp: [] };
        case 'forget':
          return { kind: 'forget' };
        default:
          return assertNever(what);
      }
    },
  };
}
