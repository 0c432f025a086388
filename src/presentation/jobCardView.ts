import { assertNever, type JobStatus } from '@regen/realtime-shared';
import type { ClientJobState, ConnectionState, JobEntry } from '../services/realtime/realtimeStore.ts';
import { connectionLiveness } from './connectionLiveness.ts';
import { isStopAwaited, jobPhase, knownOf, type JobPhase } from './jobPhase.ts';
import { titleOf } from './jobTitle.ts';
import { activeStep, railView, type RailView } from './railView.ts';
import { stepTrail, type StepTrailItem } from './stepTrail.ts';
import type { GlyphName, Tone } from './tone.ts';

export type ReadoutView =
  { kind: 'percent'; percent: number; muted: boolean } | { kind: 'step'; index: number; count: number; muted: boolean };

/** The banner that hangs from the mark. Lengths are UTF-16 code units, null where the text is not known here. */
export type HangingBannerView =
  | { kind: 'paused'; reason: string | null; keptLength: number | null }
  | { kind: 'failed'; message: string; code: string; retryable: boolean; keptLength: number | null }
  /** The server does not have the job: what is shown is what this browser kept. */
  | { kind: 'gone'; percent: number | null; textKept: boolean };

export interface OutputView {
  /** UTF-16 code units that are held. */
  length: number;
  /** UTF-16 code units that were dropped from the front. */
  droppedLength: number;
  /** More may be written: the caret stands. */
  growing: boolean;
  /** The server's record replaced the one that was shown. */
  replaced: boolean;
}

/** What the person can do. A command that cannot arrive is not offered. */
export interface JobActionsView {
  cancel: 'offered' | 'lost' | 'none';
  resume: 'offered' | 'lost' | 'none';
}

export interface JobCardView {
  jobId: string;
  /** The id where no title is known; empty where the job has none that can be seen. */
  title: string;
  phase: JobPhase;
  glyph: GlyphName;
  tone: Tone;
  /** Last sequenced event, local time: what the live pulse beats for. */
  lastEventAt: number | null;
  readout: ReadoutView | null;
  /** Label of the step that is under way. */
  stepLabel: string | null;
  elapsedMs: number | null;
  /** As the worker reported it. */
  remainingMs: number | null;
  steps: readonly StepTrailItem[];
  rail: RailView | null;
  banner: HangingBannerView | null;
  output: OutputView | null;
  actions: JobActionsView;
  finished: boolean;
}

/**
 * Everything that a job's card shows, derived once.
 *
 * @param now local time, ms since the Unix epoch
 * @param serverTimeOffset server time minus local time, ms; a job's own times are the server's
 */
export function jobCardView(
  entry: JobEntry,
  connection: ConnectionState,
  now: number,
  serverTimeOffset: number = 0,
): JobCardView {
  const known = knownOf(entry);
  const job = entry.job;
  const phase = jobPhase(entry, connection, now, serverTimeOffset);
  const isFinished = phase.kind === 'completed' || phase.kind === 'failed' || phase.kind === 'cancelled';
  const canCommand = connectionLiveness(connection).kind === 'live';
  return {
    jobId: entry.jobId,
    title: known === null ? entry.jobId : titleOf(known),
    phase,
    ...signOf(phase),
    lastEventAt: entry.lastEventAt,
    readout: readoutOf(phase, job, known?.progress ?? null),
    stepLabel: phase.kind === 'running' ? (known?.step?.label ?? null) : null,
    elapsedMs: elapsedOf(phase, known, now + serverTimeOffset),
    remainingMs: phase.kind === 'running' && phase.live ? (job?.etaMs ?? null) : null,
    steps: stepTrail(job?.steps ?? [], phase, stepsUntil(entry, phase, connection, now, serverTimeOffset)),
    rail: railView({
      phase,
      progress: known?.progress ?? null,
      steps: job?.steps ?? [],
      gaps: entry.gaps,
      reported: job?.indeterminate === true,
    }),
    banner: bannerOf(entry, phase),
    output: outputOf(entry, isFinished, phase),
    actions: actionsOf(entry, phase, canCommand),
    finished: isFinished,
  };
}

/** Up to when the active step counts, by the server's clock: where nothing arrives any more, its time stands still. */
function stepsUntil(
  entry: JobEntry,
  phase: JobPhase,
  connection: ConnectionState,
  now: number,
  serverTimeOffset: number,
): number | null {
  const finishedAt = knownOf(entry)?.finishedAt;
  if (finishedAt !== undefined) return finishedAt;
  const heardAt =
    phase.kind === 'gone'
      ? entry.lastEventAt
      : phase.kind === 'notLive'
        ? (connection.lostAt ?? entry.lastEventAt)
        : now;
  return heardAt === null ? null : heardAt + serverTimeOffset;
}

const UNKNOWN_SIGNS = {
  asked: { glyph: 'connecting', tone: 'quiet' },
  refused: { glyph: 'gone', tone: 'lost' },
  notConnected: { glyph: 'offline', tone: 'quiet' },
} as const;

/** The sign of a phase and its tone, the same in cards, lanes and history. */
function signOf(phase: JobPhase): { glyph: GlyphName; tone: Tone } {
  switch (phase.kind) {
    case 'unknown':
      return UNKNOWN_SIGNS[phase.why];
    case 'queued':
      return { glyph: 'queued', tone: 'quiet' };
    case 'running':
      return phase.live ? { glyph: 'live', tone: 'live' } : { glyph: 'ready', tone: 'quiet' };
    case 'cancelling':
      return { glyph: 'stopping', tone: 'live' };
    case 'paused':
      return { glyph: 'paused', tone: 'wait' };
    case 'resuming':
      return { glyph: 'paused', tone: 'quiet' };
    case 'catchingUp':
      return { glyph: 'catchingUp', tone: 'live' };
    case 'holding':
      return { glyph: 'holding', tone: 'wait' };
    case 'workerSilent':
      return { glyph: 'workerSilent', tone: 'wait' };
    case 'delayed':
      return { glyph: 'delayed', tone: 'wait' };
    case 'notLive':
      return { glyph: 'reconnecting', tone: 'quiet' };
    case 'gone':
      return { glyph: 'gone', tone: 'lost' };
    case 'completed':
      return { glyph: 'completed', tone: 'good' };
    case 'failed':
      return { glyph: 'failed', tone: 'lost' };
    case 'cancelled':
      return { glyph: 'stopped', tone: 'quiet' };
    default:
      return assertNever(phase);
  }
}

function readoutOf(phase: JobPhase, job: ClientJobState | null, progress: number | null): ReadoutView | null {
  const isOver = phase.kind === 'completed' || phase.kind === 'gone' || phase.kind === 'unknown';
  if (isOver || (phase.kind === 'failed' && !phase.retryable)) return null;
  const isStanding = phase.kind === 'paused' || phase.kind === 'resuming';
  const muted = !(isStanding || (phase.kind === 'running' && phase.live));
  if (progress !== null) return { kind: 'percent', percent: progress, muted };
  const step = activeStep(job?.steps ?? []);
  return step === null || phase.kind === 'queued'
    ? null
    : { kind: 'step', index: step.index, count: step.count, muted };
}

interface Times {
  createdAt: number;
  startedAt?: number;
  finishedAt?: number;
  status: JobStatus;
}

/** ms since the worker began, or since the job was accepted while it waits; null where other words stand instead. */
function elapsedOf(phase: JobPhase, known: Times | null, serverNow: number): number | null {
  const isReplaced = ['notLive', 'catchingUp', 'workerSilent', 'holding', 'delayed', 'gone'].includes(phase.kind);
  if (known === null || isReplaced) return null;
  return Math.max(0, (known.finishedAt ?? serverNow) - (known.startedAt ?? known.createdAt));
}

function bannerOf(entry: JobEntry, phase: JobPhase): HangingBannerView | null {
  const { job } = entry;
  const known = knownOf(entry);
  const keptLength = job === null ? null : lengthOf(job);
  switch (phase.kind) {
    case 'gone':
      return { kind: 'gone', percent: known?.progress ?? null, textKept: keptLength !== null && keptLength > 0 };
    case 'paused':
      return { kind: 'paused', reason: job?.reason ?? null, keptLength };
    case 'failed':
      return known?.error === undefined ? null : { kind: 'failed', ...known.error, keptLength };
    default:
      return null;
  }
}

function lengthOf(job: ClientJobState): number {
  const output = job.channels['output'];
  return output === undefined ? 0 : output.offset + output.text.length;
}

function outputOf(entry: JobEntry, isFinished: boolean, phase: JobPhase): OutputView | null {
  const output = entry.job?.channels['output'];
  if (output === undefined || output.text.length === 0) return null;
  const isGrowing = phase.kind === 'running' ? phase.live : phase.kind === 'cancelling';
  return {
    length: output.text.length,
    droppedLength: output.offset,
    growing: isGrowing && !isFinished,
    replaced: entry.replaced,
  };
}

function actionsOf(entry: JobEntry, phase: JobPhase, canCommand: boolean): JobActionsView {
  const cancellable = ['queued', 'running', 'paused', 'resuming', 'catchingUp', 'workerSilent', 'holding'];
  const isCancellable = cancellable.includes(phase.kind) && !isStopAwaited(phase);
  const isResumable = phase.kind === 'paused' || (phase.kind === 'failed' && phase.retryable);
  return {
    cancel: canCommand && isCancellable ? (entry.cancel === 'lost' ? 'lost' : 'offered') : 'none',
    resume: canCommand && isResumable ? (entry.resume === 'lost' ? 'lost' : 'offered') : 'none',
  };
}

/** Keeps the views of entries that did not change, so that a change of one job renders one card. */
export function createJobCardViews(): (
  entry: JobEntry,
  connection: ConnectionState,
  now: number,
  serverTimeOffset: number,
) => JobCardView {
  const kept = new WeakMap<JobEntry, { key: string; view: JobCardView }>();
  return (entry, connection, now, serverTimeOffset) => {
    const liveness = connectionLiveness(connection);
    const isTicking = knownOf(entry)?.finishedAt === undefined || liveness.kind === 'lost';
    const second = isTicking ? Math.floor(now / 1_000) : 0;
    const since = liveness.kind === 'lost' ? liveness.since : null;
    const isInitial = connection.socketStatus === 'initial';
    const key = [liveness.kind, since, isInitial, second, serverTimeOffset].join();
    const known = kept.get(entry);
    if (known?.key === key) return known.view;
    const view = jobCardView(entry, connection, now, serverTimeOffset);
    kept.set(entry, { key, view });
    return view;
  };
}
