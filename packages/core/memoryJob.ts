import {
  EVENTS,
  channelOf,
  isFinal,
  isFinished,
  type IngestEvent,
  type JobEvent,
  type JobReducer,
  type JobState,
  type Position,
} from '@regen/realtime-shared';
import { contentLength, snapshotLength } from './contentLength.ts';
import type { AppendResult, JobHead, LogAppendRequest, ReadRequest, ReadResult } from './jobLog.ts';
import { placePosition } from './position.ts';

/** How much of a running job's log is kept; older events live on in the snapshot alone. */
export interface EventRetention {
  maxEvents: number;
  /** UTF-16 code units of content. */
  maxLength: number;
}

/** One job of the in-memory log. */
export interface MemoryJob {
  readonly jobId: string;
  readonly ownerId: string;
  epoch: string;
  earlier: Position[];
  writer: string;
  /** The fold of all events; immutable, replaced by each append. */
  state: JobState;
  /** Events after `base.sequence`, in order; `ends[i]` is the content's length up to and with `events[i]`. */
  events: JobEvent[];
  ends: number[];
  /** The fold up to the last event that is no longer held; `null` while all are. */
  base: JobState | null;
  baseEnd: number;
  /** States on the way, every `CHECKPOINT_EVENTS` or quarter of the kept length, so that dropping events folds nothing twice. */
  checkpoints: JobState[];
  /** ms since the Unix epoch; null where no lease runs. */
  leaseUntil: number | null;
  lastSignOfLife: number;
  cancelReason: string | undefined;
  cancelRequestedAt: number | undefined;
}

export const CHECKPOINT_EVENTS = 256;

/** Numbers and completes one event of a worker. */
export function completeEvent(event: IngestEvent, state: JobState, epoch: string, now: number): JobEvent {
  const placed = {
    ...event,
    jobId: state.jobId,
    epoch,
    sequence: state.sequence + 1,
    timestamp: event.timestamp ?? now,
  };
  if (placed.type !== EVENTS.MODEL_CHUNK) return placed;
  const channel = state.channels[channelOf(placed)];
  return { ...placed, offset: placed.offset ?? (channel === undefined ? 0 : channel.offset + channel.text.length) };
}

/** An append that will be taken in: the completed events, and the state after each. */
export interface AcceptedAppend {
  kind: 'accepted';
  events: readonly JobEvent[];
  states: readonly JobState[];
}

/** What an append would do, decided before anything is changed. */
export type AppendPlan = AcceptedAppend | Exclude<AppendResult, { kind: 'appended' }>;

export function planAppend(
  job: MemoryJob,
  request: LogAppendRequest,
  reducer: JobReducer<string>,
  now: number,
): AppendPlan {
  const { state } = job;
  const { sequence } = state;
  if (request.writer !== undefined && request.writer !== job.writer) return { kind: 'fenced' };
  let fresh = request.events;
  if (request.from !== undefined) {
    if (request.from + fresh.length - 1 <= sequence) {
      return { kind: 'duplicate', epoch: job.epoch, sequence, cancelRequested: state.cancelRequested };
    }
    fresh = fresh.slice(Math.max(0, sequence + 1 - request.from));
  }
  if (isFinal(state) || (isFinished(state) && fresh[0]?.type !== EVENTS.JOB_RESUMED)) return { kind: 'finished' };
  if (request.from !== undefined && request.from > sequence + 1) return { kind: 'gap', sequence };
  if (request.from === undefined && isBehind(job, request.notBefore)) return { kind: 'gap', sequence };

  const events: JobEvent[] = [];
  const states: JobState[] = [];
  let folded = state;
  for (const ingested of fresh) {
    const event = completeEvent(ingested, folded, job.epoch, now);
    const fit = reducer.fit(folded, event);
    const next = fit === 'next' ? reducer.reduce(folded, event) : null;
    if (next === null) return { kind: 'invalid', message: refusal(request.events.indexOf(ingested), event, fit) };
    events.push(event);
    states.push(next);
    folded = next;
  }
  return { kind: 'accepted', events, states };
}

function isBehind(job: MemoryJob, answered: Position | undefined): boolean {
  return answered !== undefined && answered.epoch === job.epoch && job.state.sequence < answered.sequence;
}

function refusal(index: number, event: JobEvent, fit: string): string {
  const where = `events.${String(index)}`;
  if (fit === 'ended') return `${where}: nothing can follow the end of the job; send ${event.type} before it or not.`;
  if (event.type === EVENTS.MODEL_CHUNK) {
    return `${where}.offset: ${String(event.offset)} is not where the channel's text ends; leave it out and the log fills it.`;
  }
  return `${where}: ${event.type} does not fit here.`;
}

/** Takes the planned events in. Constant time an event, but for dropping old ones every now and then. */
export function commitAppend(job: MemoryJob, plan: AcceptedAppend, retention: EventRetention): void {
  plan.events.forEach((event, index) => {
    job.events.push(event);
    job.ends.push((job.ends.at(-1) ?? job.baseEnd) + contentLength(event));
    const state = plan.states[index];
    if (state === undefined) return;
    job.state = state;
    if (isCheckpoint(job, state.sequence, retention)) job.checkpoints.push(state);
  });
  trim(job, retention);
}

function isCheckpoint(job: MemoryJob, sequence: number, retention: EventRetention): boolean {
  if (sequence % CHECKPOINT_EVENTS === 0) return true;
  const last = job.checkpoints.at(-1);
  const lastEnd = last === undefined ? job.baseEnd : job.ends[last.sequence - baseSequence(job) - 1];
  return (job.ends.at(-1) ?? 0) - (lastEnd ?? 0) >= retention.maxLength / 4;
}

function trim(job: MemoryJob, retention: EventRetention): void {
  const length = (job.ends.at(-1) ?? job.baseEnd) - job.baseEnd;
  if (job.events.length <= retention.maxEvents + CHECKPOINT_EVENTS && length <= retention.maxLength * 1.25) return;
  const held = (sequence: number): { events: number; length: number } => ({
    events: job.state.sequence - sequence,
    length: (job.ends.at(-1) ?? 0) - (job.ends[sequence - baseSequence(job) - 1] ?? 0),
  });
  const cut = job.checkpoints.findLastIndex((checkpoint) => {
    const rest = held(checkpoint.sequence);
    return rest.events >= retention.maxEvents || rest.length >= retention.maxLength;
  });
  const base = job.checkpoints[cut];
  if (base === undefined) return;
  const dropped = base.sequence - baseSequence(job);
  job.baseEnd = job.ends[dropped - 1] ?? job.baseEnd;
  job.events = job.events.slice(dropped);
  job.ends = job.ends.slice(dropped);
  job.checkpoints = job.checkpoints.slice(cut + 1);
  job.base = base;
}

/** The last sequence that is no longer held. */
export function baseSequence(job: MemoryJob): number {
  return job.base?.sequence ?? 0;
}

/** Forgets all events after `sequence`, as a store does that comes back from an older copy of itself. */
export function dropTail(job: MemoryJob, sequence: number, reducer: JobReducer<string>): void {
  const base = baseSequence(job);
  const kept = Math.max(sequence, base, 1);
  const before = job.state;
  job.events = job.events.slice(0, kept - base);
  job.ends = job.ends.slice(0, kept - base);
  job.checkpoints = job.checkpoints.filter((checkpoint) => checkpoint.sequence <= kept);
  const start = job.checkpoints.at(-1) ?? job.base;
  let state: JobState | null = start;
  for (const event of job.events.slice((start?.sequence ?? 0) - base)) state = reducer.reduce(state, event);
  if (state === null) return;
  job.earlier = job.earlier.map((ended) => ({ ...ended, sequence: Math.min(ended.sequence, kept) }));
  job.state = { ...state, epoch: job.epoch, cancelRequested: before.cancelRequested };
}

export function headOf(job: MemoryJob, now: number): JobHead {
  const { state } = job;
  return {
    jobId: job.jobId,
    ownerId: job.ownerId,
    epoch: job.epoch,
    sequence: state.sequence,
    status: state.status,
    final: isFinal(state),
    cancelRequested: state.cancelRequested,
    resumeRequested: state.resumeRequested,
    ...(state.workerSilentSince === undefined ? {} : { workerSilentSince: state.workerSilentSince }),
    ...(job.leaseUntil === null || job.leaseUntil <= now ? {} : { leaseRemainingMs: job.leaseUntil - now }),
    snapshotLength: snapshotLength(state),
  };
}

export function readJob(job: MemoryJob, request: ReadRequest, reducer: JobReducer<string>, now: number): ReadResult {
  const head = headOf(job, now);
  const withSnapshot = <Kind extends 'snapshot' | 'diverged' | 'ahead'>(kind: Kind): ReadResult => ({
    kind,
    head,
    snapshot: reducer.toSnapshot(job.state),
  });
  if (request.after === undefined) return withSnapshot('snapshot');
  const after = request.after === 'beginning' ? { epoch: job.epoch, sequence: 0 } : request.after;
  const place = placePosition(after, { epoch: job.epoch, sequence: head.sequence, earlier: job.earlier });
  if (place !== 'within') return withSnapshot(place);
  const start = after.sequence - baseSequence(job);
  if (start < 0) return withSnapshot('snapshot');
  const end = pageEnd(job, start, request);
  const total = job.ends.at(-1) ?? job.baseEnd;
  return {
    kind: 'events',
    head,
    events: job.events.slice(start, end),
    remaining: { events: job.events.length - end, length: total - (job.ends[end - 1] ?? job.baseEnd) },
  };
}

function pageEnd(job: MemoryJob, start: number, { maxEvents, maxLength }: ReadRequest): number {
  let end = maxEvents === undefined ? job.events.length : Math.min(job.events.length, start + maxEvents);
  if (maxLength === undefined) return end;
  const before = job.ends[start - 1] ?? job.baseEnd;
  while (end > start + 1 && (job.ends[end - 1] ?? 0) - before > maxLength) end -= 1;
  return end;
}
