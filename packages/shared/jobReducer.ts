/**
 * The one fold of a job's event log. Client, server snapshot and mock all use it.
 * Pure: no clock, no randomness; an event that changes nothing returns the same reference.
 */
import {
  EVENTS,
  type ChannelState,
  type JobEvent,
  type JobEventOf,
  type JobNoticePayload,
  type JobSnapshot,
  type JobState,
  type JobStatus,
  type JobStep,
  type JobSummary,
  type SequencedPayload,
} from './events.ts';

/** A numbered event of a type that this version does not know: it takes its place and changes nothing else. */
export type SkippedEvent = { type: 'skipped' } & SequencedPayload & { firstSequence?: number };

/**
 * How an event fits behind a state:
 * - `next`: it is the one that follows;
 * - `overlap`: a merged chunk of which a first part is known, the rest follows;
 * - `duplicate`: known already;
 * - `hole`: events between the state and it are missing;
 * - `conflict`: the histories differ (a chunk whose offset does not fit, or a beginning that is none);
 * - `ended`: the job is over, nothing can follow.
 */
export type EventFit = 'next' | 'overlap' | 'duplicate' | 'hole' | 'conflict' | 'ended';

/** How a text is held. All functions are pure; lengths are UTF-16 code units. */
export interface TextOperations<Text> {
  from(text: string): Text;
  append(text: Text, addition: string): Text;
  lengthOf(text: Text): number;
  /** Drops `count` code units from the front. */
  dropFirst(text: Text, count: number): Text;
  /** The code unit at an index, for not cutting a surrogate pair in two. */
  codeUnitAt(text: Text, index: number): number;
  toString(text: Text): string;
}

export interface JobReducerOptions {
  /**
   * Code units of a channel that are kept at least, once it is longer than this; the front is dropped in steps of
   * a quarter of it. A function of the text's length alone, so that all ways to the same text keep the same tail.
   */
  maxTextLength?: number;
}

export interface JobReducer<Text> {
  /** How `event` fits behind `state`; `null` is the state before the first event. */
  fit(state: JobState<Text> | null, event: JobEvent | SkippedEvent): EventFit;
  /** The state after `event`; the same reference where `fit` is neither `next` nor `overlap`. */
  reduce(state: JobState<Text> | null, event: JobEvent | SkippedEvent): JobState<Text> | null;
  /** The state after a notice; notices have no sequence and may come twice. */
  applyNotice(state: JobState<Text>, notice: JobNoticePayload): JobState<Text>;
  fromSnapshot(snapshot: JobSnapshot): JobState<Text>;
  /**
   * A later snapshot of the same history: keeps the text that is held already and appends what is new, so that
   * a reader loses neither its beginning nor its place.
   */
  continueWithSnapshot(state: JobState<Text>, snapshot: JobSnapshot): JobState<Text>;
  /** Whether every text of `snapshot` begins with what `state` holds of it; compares the texts, so it costs their length. */
  extendsText(state: JobState<Text>, snapshot: JobSnapshot): boolean;
  toSnapshot(state: JobState<Text>): JobSnapshot;
}

export const stringText: TextOperations<string> = {
  from: (text) => text,
  append: (text, addition) => text + addition,
  lengthOf: (text) => text.length,
  dropFirst: (text, count) => text.slice(count),
  codeUnitAt: (text, index) => text.charCodeAt(index),
  toString: (text) => text,
};

const FINISHED: readonly JobStatus[] = ['completed', 'failed', 'cancelled'];

/** Completed, failed or cancelled; a failed job may still be resumable. */
export function isFinished(job: Pick<JobSummary, 'status'>): boolean {
  return FINISHED.includes(job.status);
}

/** Nothing can be appended any more. */
export function isFinal(job: Pick<JobSummary, 'status' | 'error'>): boolean {
  return isFinished(job) && !(job.status === 'failed' && job.error?.retryable === true);
}

export function toJobSummary(job: JobState<unknown>): JobSummary {
  return {
    jobId: job.jobId,
    title: job.title,
    ...(job.kind === undefined ? {} : { kind: job.kind }),
    status: job.status,
    progress: job.progress,
    ...(job.step === undefined ? {} : { step: job.step }),
    createdAt: job.createdAt,
    ...(job.startedAt === undefined ? {} : { startedAt: job.startedAt }),
    ...(job.finishedAt === undefined ? {} : { finishedAt: job.finishedAt }),
    ...(job.error === undefined ? {} : { error: job.error }),
  };
}

/** A fold over states that hold their text in the form of `operations`. */
export function createJobReducer<Text>(
  operations: TextOperations<Text>,
  options: JobReducerOptions = {},
): JobReducer<Text> {
  const maxTextLength = options.maxTextLength ?? Number.POSITIVE_INFINITY;

  function endOf(channel: ChannelState<Text> | undefined): number {
    return channel === undefined ? 0 : channel.offset + operations.lengthOf(channel.text);
  }

  function trim(channel: ChannelState<Text>): ChannelState<Text> {
    const start = keptFrom(endOf(channel), maxTextLength);
    if (start <= channel.offset) return channel;
    const cut = start - channel.offset;
    const pairCut = isLowSurrogate(operations.codeUnitAt(channel.text, cut)) ? cut + 1 : cut;
    return { text: operations.dropFirst(channel.text, pairCut), offset: channel.offset + pairCut };
  }

  function fit(state: JobState<Text> | null, event: JobEvent | SkippedEvent): EventFit {
    const first = firstSequenceOf(event);
    if (state === null) {
      if (first > 1) return 'hole';
      return event.type === EVENTS.JOB_CREATED ? 'next' : 'conflict';
    }
    if (event.sequence <= state.sequence) return 'duplicate';
    if (first > state.sequence + 1) return 'hole';
    if (isFinished(state) && !(state.resumable && event.type === EVENTS.JOB_RESUMED)) return 'ended';
    if (event.type === EVENTS.JOB_CREATED) return 'conflict';
    if (event.type !== EVENTS.MODEL_CHUNK) return 'next';
    const known = endOf(state.channels[channelOf(event)]) - event.offset;
    if (first === state.sequence + 1) return known === 0 ? 'next' : 'conflict';
    return known >= 0 && known <= event.text.length ? 'overlap' : 'conflict';
  }

  function appendChunk(state: JobState<Text>, chunk: JobEventOf<'model:chunk:v1'>): JobState<Text>['channels'] {
    const name = channelOf(chunk);
    const channel = state.channels[name];
    const addition = chunk.text.slice(endOf(channel) - chunk.offset);
    const next =
      channel === undefined
        ? { text: operations.from(addition), offset: 0 }
        : { text: operations.append(channel.text, addition), offset: channel.offset };
    return { ...state.channels, [name]: trim(next) };
  }

  function reduce(state: JobState<Text> | null, event: JobEvent | SkippedEvent): JobState<Text> | null {
    const how = fit(state, event);
    if (how !== 'next' && how !== 'overlap') return state;
    if (state === null) return event.type === EVENTS.JOB_CREATED ? createState(event) : state;
    const alive = without(state, 'workerSilentSince');
    const base: JobState<Text> = { ...alive, epoch: event.epoch, sequence: event.sequence };
    switch (event.type) {
      case 'skipped':
      case EVENTS.JOB_CREATED:
        return base;
      case EVENTS.JOB_STARTED:
        return running(base, event.timestamp);
      case EVENTS.JOB_PROGRESS: {
        const moved = withoutReport(running(base, event.timestamp));
        return withOptional<JobState<Text>>(
          { ...moved, progress: event.progress, ...(event.progress === null ? { indeterminate: true } : {}) },
          { message: event.message, etaMs: event.etaMs },
        );
      }
      case EVENTS.JOB_STEP:
        return withStep(running(base, event.timestamp), event);
      case EVENTS.MODEL_CHUNK:
        return { ...running(base, event.timestamp), channels: appendChunk(state, event) };
      case EVENTS.JOB_PAUSED:
        return withOptional<JobState<Text>>(
          { ...without(without(base, 'reason'), 'etaMs'), status: 'paused', resumable: true },
          { reason: event.reason },
        );
      case EVENTS.JOB_RESUMED: {
        const continued = without(without(without(base, 'error'), 'reason'), 'finishedAt');
        return {
          ...continued,
          status: 'running',
          startedAt: base.startedAt ?? event.timestamp,
          // A cancel that came before a failure was answered by that failure; one during a pause still stands.
          cancelRequested: state.status === 'failed' ? false : state.cancelRequested,
          resumeRequested: false,
          resumable: false,
        };
      }
      case EVENTS.JOB_COMPLETED:
        return withOptional(
          { ...finished(base, 'completed', event.timestamp), progress: 100 },
          'result' in event ? { result: event.result } : {},
        );
      case EVENTS.JOB_FAILED:
        return {
          ...finished(base, 'failed', event.timestamp),
          error: event.error,
          resumable: event.error.retryable,
        };
      case EVENTS.JOB_CANCELLED:
        return withOptional(finished(base, 'cancelled', event.timestamp), { reason: event.reason });
      default:
        return assertNever(event);
    }
  }

  function createState(event: JobEventOf<'job:created'>): JobState<Text> {
    return withOptional<JobState<Text>>(
      {
        jobId: event.jobId,
        title: event.title,
        status: 'queued',
        progress: null,
        createdAt: event.timestamp,
        epoch: event.epoch,
        sequence: event.sequence,
        steps: (event.steps ?? []).map((step): JobStep => ({
          id: step.id,
          label: step.label ?? step.id,
          status: 'pending',
        })),
        channels: {},
        cancelRequested: false,
        resumeRequested: false,
        resumable: false,
      },
      { kind: event.kind },
    );
  }

  function applyNotice(state: JobState<Text>, notice: JobNoticePayload): JobState<Text> {
    if (notice.jobId !== state.jobId) return state;
    switch (notice.kind) {
      case 'cancel_requested':
        return state.cancelRequested ? state : { ...state, cancelRequested: true };
      case 'resume_requested':
        return state.resumeRequested || !state.resumable ? state : { ...state, resumeRequested: true };
      case 'worker_silent':
        return notice.since === undefined || notice.since === state.workerSilentSince || isFinished(state)
          ? state
          : { ...state, workerSilentSince: notice.since };
      case 'worker_back':
        return without(state, 'workerSilentSince');
      default:
        return assertNever(notice.kind);
    }
  }

  function mapChannels<From, To>(
    channels: Readonly<Record<string, From>>,
    map: (channel: From, name: string) => To,
  ): Record<string, To> {
    return Object.fromEntries(Object.entries(channels).map(([name, channel]) => [name, map(channel, name)]));
  }

  function held(channel: ChannelState): ChannelState<Text> {
    return { text: operations.from(channel.text), offset: channel.offset };
  }

  return {
    fit,
    reduce,
    applyNotice,
    fromSnapshot: (snapshot) => ({ ...snapshot, channels: mapChannels(snapshot.channels, held) }),
    continueWithSnapshot: (state, snapshot) => ({
      ...snapshot,
      channels: mapChannels(snapshot.channels, (channel, name) => {
        const mine = state.channels[name];
        const known = endOf(mine) - channel.offset;
        const continues = mine !== undefined && mine.offset <= channel.offset && known >= 0;
        if (!continues || known > channel.text.length) return held(channel);
        return known === channel.text.length
          ? mine
          : trim({ text: operations.append(mine.text, channel.text.slice(known)), offset: mine.offset });
      }),
    }),
    extendsText: (state, snapshot) =>
      Object.entries(state.channels).every(([name, mine]) => {
        const theirs = snapshot.channels[name];
        if (theirs === undefined) return operations.lengthOf(mine.text) === 0;
        const shift = theirs.offset - mine.offset;
        return shift >= 0 && theirs.text.startsWith(operations.toString(mine.text).slice(shift));
      }),
    toSnapshot: (state) => ({
      ...state,
      channels: mapChannels(state.channels, (channel) => ({
        text: operations.toString(channel.text),
        offset: channel.offset,
      })),
    }),
  };
}

/** The fold over plain strings: `(state, event) => state`. */
const plain: JobReducer<string> = createJobReducer(stringText);
export function jobReducer(state: JobState | null, event: JobEvent): JobState | null {
  return plain.reduce(state, event);
}

/**
 * Where the kept part of a text begins that ends at `end`, in UTF-16 code units: what a reducer with this
 * `maxTextLength` drops, but for a surrogate pair that is not cut.
 */
export function keptFrom(end: number, maxTextLength: number): number {
  if (end <= maxTextLength) return 0;
  const step = Math.max(1, Math.floor(maxTextLength / 4));
  return Math.floor((end - maxTextLength) / step) * step;
}

/** The channel of a chunk; `output` where it names none. */
export function channelOf(chunk: { channel?: string }): string {
  return chunk.channel ?? 'output';
}

/** The first sequence that an event covers. */
export function firstSequenceOf(event: JobEvent | SkippedEvent): number {
  return (
    (event.type === EVENTS.MODEL_CHUNK || event.type === 'skipped' ? event.firstSequence : undefined) ?? event.sequence
  );
}

function running<State extends JobState<unknown>>(state: State, timestamp: number): State {
  if (state.status !== 'queued') return state;
  return { ...state, status: 'running', startedAt: state.startedAt ?? timestamp };
}

function finished<State extends JobState<unknown>>(state: State, status: JobStatus, timestamp: number): State {
  const ended = without(without(without(state, 'etaMs'), 'indeterminate'), 'reason');
  return {
    ...ended,
    status,
    finishedAt: timestamp,
    steps: state.steps.map((step) => (step.status === 'active' ? { ...step, finishedAt: timestamp } : step)),
    resumeRequested: false,
    resumable: false,
  };
}

function withStep<State extends JobState<unknown>>(state: State, event: JobEventOf<'job:step'>): State {
  const { id, label, status } = event.step;
  const known = state.steps.find((step) => step.id === id);
  const before: JobStep = known ?? { id, label: id, status: 'pending' };
  // Said again it changes nothing, but one that its job ended with begins again.
  const isSaidAgain = status === before.status && (status !== 'active' || before.finishedAt === undefined);
  const named = { ...before, label: label ?? before.label, status };
  let step: JobStep;
  if (isSaidAgain) step = named;
  else if (status !== 'active') step = { ...named, finishedAt: event.timestamp };
  else {
    const begun = without(without(named, 'finishedAt'), 'startedAtProgress');
    step = {
      ...begun,
      startedAt: event.timestamp,
      ...(state.progress === null ? {} : { startedAtProgress: state.progress }),
    };
  }
  const steps =
    known === undefined ? [...state.steps, step] : state.steps.map((other) => (other.id === id ? step : other));
  const current = status === 'active' || state.step?.id === id ? { id, label: step.label } : state.step;
  const next = { ...without(state, 'etaMs'), steps };
  return current === undefined ? next : { ...next, step: current };
}

/** Each report of progress replaces the one before as a whole. */
function withoutReport<State extends JobState<unknown>>(state: State): State {
  return without(without(without(state, 'message'), 'etaMs'), 'indeterminate');
}

function without<State extends object>(state: State, key: keyof State): State {
  if (!(key in state)) return state;
  const copy = { ...state };
  delete copy[key];
  return copy;
}

function withOptional<State extends object>(
  state: State,
  fields: { [Key in keyof State]?: State[Key] | undefined },
): State {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return given.length === 0 ? state : { ...state, ...Object.fromEntries(given) };
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** For the default of an exhaustive `switch`. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value ${JSON.stringify(value)}`);
}
