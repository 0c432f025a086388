import { assertNever, type JobStep } from '@regen/realtime-shared';
import type { JobPhase } from './jobPhase.ts';
import type { Tone } from './tone.ts';

export type RailStroke = 'solid' | 'hairline' | 'comb' | 'dots';

/** A part of the line; `from` and `to` are percent of its whole. */
export interface RailSegment {
  stroke: RailStroke;
  from: number;
  to: number;
  tone: Tone;
  /** What stands where the segment begins, and takes some room of it. */
  after?: 'mark' | 'seam' | 'step';
}

export type RailMarkKind = 'needle' | 'still' | 'pause' | 'stopping' | 'stopped' | 'failed' | 'cut' | 'seam';

/** The point where the line stands. */
export interface RailMark {
  kind: RailMarkKind;
  /** Percent. */
  at: number;
  tone: Tone;
}

/** Where a step began; it is dropped where the one before is closer than 4 px. */
export interface RailStepMark {
  at: number;
  /** Distance to the mark before, or to the line's beginning, in percent. */
  apart: number;
  ahead: boolean;
}

/** What is said of a rail to those who do not see it. */
export interface RailValue {
  percent: number | null;
  phase: JobPhase;
  /** The active step; `index` counts from 1. */
  step: { label: string; index: number; count: number } | null;
}

export interface RailView {
  segments: readonly RailSegment[];
  mark: RailMark | null;
  stepMarks: readonly RailStepMark[];
  /** Where the line keeps a gap, in percent. */
  gaps: readonly number[];
  /** Percent from which on the scale of tenths is drawn; null where nobody measures. */
  scaleFrom: number | null;
  endStop: boolean;
  value: RailValue;
}

export interface RailInput {
  phase: JobPhase;
  /** 0 to 100; null while unknown. */
  progress: number | null;
  steps: readonly JobStep[];
  gaps?: readonly number[];
  /** Whether the worker said anything of its progress, be it that it does not know it. */
  reported?: boolean;
}

/** How a job's line is drawn; null where nothing was reported and none is due. */
export function railView(input: RailInput): RailView | null {
  const { phase, steps } = input;
  const progress = phase.kind === 'completed' ? 100 : input.progress === null ? null : clamp(input.progress);
  const value: RailValue = { percent: progress, phase, step: activeStep(steps) };
  if (phase.kind === 'unknown' || phase.kind === 'gone') return null;
  if (phase.kind === 'queued' || progress === null) {
    if (phase.kind === 'queued') return emptyRail(value);
    if (steps.length > 0) return laneRail(phase, steps, value);
    return input.reported === true ? unknownRail(phase, value) : null;
  }
  return measuredRail(phase, progress, steps, input.gaps ?? [], value);
}

/** The step that is active, else the last one that began, with its place in the order; null without steps. */
export function activeStep(steps: readonly JobStep[]): RailValue['step'] {
  const active = steps.findLastIndex((step) => step.status === 'active');
  const index = active >= 0 ? active : steps.findLastIndex((step) => step.status !== 'pending');
  const step = steps[index];
  return step === undefined ? null : { label: step.label, index: index + 1, count: steps.length };
}

const TRACK: RailSegment = { stroke: 'hairline', from: 0, to: 100, tone: 'done' };

function emptyRail(value: RailValue): RailView {
  return { segments: [TRACK], mark: null, stepMarks: [], gaps: [], scaleFrom: null, endStop: true, value };
}

interface Drawing {
  mark: RailMarkKind | null;
  /** Of the mark and of the part since the active step began. */
  tone: Tone;
  done: Tone;
  ahead: 'track' | 'dots' | 'comb' | 'nothing';
}

/** The line code: what becomes of the needle and of what is ahead of it. */
function drawingOf(phase: JobPhase): Drawing {
  switch (phase.kind) {
    case 'running':
      return phase.live
        ? { mark: 'needle', tone: 'live', done: 'done', ahead: 'track' }
        : { mark: 'still', tone: 'quiet', done: 'done', ahead: 'track' };
    case 'cancelling':
      return { mark: 'stopping', tone: 'live', done: 'done', ahead: 'track' };
    case 'paused':
      return { mark: 'pause', tone: 'wait', done: 'done', ahead: 'track' };
    case 'resuming':
      return { mark: 'pause', tone: 'quiet', done: 'quiet', ahead: 'track' };
    case 'catchingUp':
      return { mark: 'seam', tone: 'live', done: 'done', ahead: 'comb' };
    case 'holding':
    case 'workerSilent':
      return { mark: 'still', tone: 'wait', done: 'done', ahead: 'dots' };
    case 'delayed':
      return { mark: 'still', tone: 'quiet', done: 'quiet', ahead: 'dots' };
    case 'notLive':
      return { mark: 'cut', tone: 'quiet', done: 'quiet', ahead: 'nothing' };
    case 'failed':
      return { mark: 'failed', tone: 'lost', done: 'done', ahead: phase.retryable ? 'track' : 'nothing' };
    case 'cancelled':
      return { mark: 'stopped', tone: 'done', done: 'done', ahead: 'nothing' };
    case 'completed':
      return { mark: null, tone: 'done', done: 'done', ahead: 'nothing' };
    case 'queued':
    case 'unknown':
    case 'gone':
      return { mark: null, tone: 'quiet', done: 'quiet', ahead: 'track' };
    default:
      return assertNever(phase);
  }
}

/** Whether the part since the active step began has a tone of its own. */
function isUnderWay(phase: JobPhase): boolean {
  return ['running', 'cancelling', 'paused', 'resuming', 'workerSilent', 'holding', 'delayed'].includes(phase.kind);
}

function measuredRail(
  phase: JobPhase,
  progress: number,
  steps: readonly JobStep[],
  gaps: readonly number[],
  value: RailValue,
): RailView {
  const drawing = drawingOf(phase);
  const starts = stepStarts(steps, progress);
  const since = isUnderWay(phase) ? (starts.at(-1) ?? 0) : progress;
  const segments: RailSegment[] = [];
  if (drawing.ahead === 'track') segments.push({ ...TRACK, from: progress });
  if (drawing.ahead === 'dots') segments.push({ ...ahead('dots', progress, drawing.tone), after: 'mark' });
  if (drawing.ahead === 'comb') segments.push({ ...ahead('comb', progress, drawing.tone), after: 'seam' });
  if (since > 0) segments.push({ stroke: 'solid', from: 0, to: since, tone: drawing.done });
  if (since < progress) segments.push({ stroke: 'solid', from: since, to: progress, tone: drawing.tone });
  return {
    segments,
    mark: drawing.mark === null ? null : { kind: drawing.mark, at: progress, tone: drawing.tone },
    stepMarks: starts.map((at, index) => ({ at, apart: at - (starts[index - 1] ?? 0), ahead: false })),
    gaps: [...new Set(gaps)].filter((at) => at > 0 && at < progress),
    scaleFrom: drawing.ahead === 'track' ? progress : null,
    endStop: drawing.ahead !== 'nothing' || phase.kind === 'completed',
    value,
  };
}

function ahead(stroke: 'dots' | 'comb', from: number, tone: Tone): RailSegment {
  return { stroke, from, to: 100, tone };
}

/** Where the steps after the first began, in order; none where a snapshot does not say it of the active one. */
function stepStarts(steps: readonly JobStep[], progress: number): readonly number[] {
  const begun = steps.filter((step) => step.status !== 'pending' && step.status !== 'skipped');
  if (begun.slice(1).some((step) => step.startedAt !== undefined && step.startedAtProgress === undefined)) return [];
  const starts = begun.flatMap((step) => (step.startedAtProgress === undefined ? [] : [step.startedAtProgress]));
  return [...new Set(starts)].filter((at) => at > 0 && at <= progress).sort((one, other) => one - other);
}

/** Steps are known, a percentage is not: one lane a step. */
function laneRail(phase: JobPhase, steps: readonly JobStep[], value: RailValue): RailView {
  const drawing = drawingOf(phase);
  const width = 100 / steps.length;
  const current = (value.step?.index ?? 1) - 1;
  const isCut = drawing.ahead === 'nothing';
  const segments: RailSegment[] = [];
  const stepMarks: RailStepMark[] = [];
  steps.forEach((step, index) => {
    const from = index * width;
    const to = from + width;
    const isDone = step.status === 'completed' || (index < current && step.status !== 'skipped');
    const after = index === 0 ? {} : { after: 'step' as const };
    if (isDone) segments.push({ stroke: 'solid', from, to, tone: drawing.done });
    else if (isCut) return;
    else if (step.status === 'failed') segments.push({ stroke: 'solid', from, to, tone: 'lost' });
    else if (step.status === 'active') segments.push({ stroke: 'dots', from, to, tone: drawing.tone, ...after });
    else segments.push({ stroke: 'hairline', from, to, tone: 'done', ...after });
    if (index > 0) stepMarks.push({ at: from, apart: width, ahead: index > current });
  });
  const at = steps[current]?.status === 'completed' ? (current + 1) * width : current * width;
  const isMarked = drawing.mark !== null && drawing.mark !== 'needle' && drawing.mark !== 'still';
  return {
    segments,
    mark: isMarked && drawing.mark !== null ? { kind: drawing.mark, at, tone: drawing.tone } : null,
    stepMarks: isMarked ? stepMarks.filter((mark) => mark.at !== at) : stepMarks,
    gaps: [],
    scaleFrom: null,
    endStop: !isCut,
    value,
  };
}

/** It lives, and that is all that is known. */
function unknownRail(phase: JobPhase, value: RailValue): RailView {
  const drawing = drawingOf(phase);
  const isCut = drawing.ahead === 'nothing';
  const stroke = drawing.ahead === 'comb' ? 'comb' : 'dots';
  return {
    segments: isCut ? [] : [{ stroke, from: 0, to: 100, tone: drawing.tone }],
    mark: isCut && drawing.mark !== null ? { kind: drawing.mark, at: 0, tone: drawing.tone } : null,
    stepMarks: [],
    gaps: [],
    scaleFrom: null,
    endStop: false,
    value,
  };
}

function clamp(percent: number): number {
  return Math.min(100, Math.max(0, percent));
}
