import type { JobPhase } from './jobPhase.ts';
import type { RailMark, RailSegment } from './railView.ts';
import type { Tone } from './tone.ts';

/** One lane of the bar's lower edge. */
export interface LaneView {
  key: string;
  /** The job's title; null for a lane that stands for the connection or for all jobs. */
  title: string | null;
  percent: number | null;
  phase: JobPhase | null;
  segments: readonly RailSegment[];
  mark: RailMark | null;
  lastEventAt: number | null;
}

/** More jobs than this share one lane: at 320 px theirs would be narrower than 12 px. */
export const LANES_AT_MOST = 20;

export interface LaneJob {
  jobId: string;
  title: string;
  progress: number | null;
  phase: JobPhase;
  lastEventAt: number | null;
}

/** How a job's lane is drawn; `override` is what the connection makes of all of them. */
export function laneView(job: LaneJob, override: 'cut' | 'delayed' | null = null): LaneView {
  const drawing = override === null ? drawingOf(job.phase) : OVERRIDES[override];
  const base = {
    key: job.jobId,
    title: job.title,
    percent: job.progress,
    phase: job.phase,
    lastEventAt: job.lastEventAt,
  };
  const at = job.progress;
  if (at === null) {
    const segments: RailSegment[] = [{ stroke: 'dots', from: 0, to: 100, tone: drawing.tone }];
    return { ...base, segments: drawing.ahead === 'nothing' ? [] : segments, mark: null };
  }
  const ahead: RailSegment[] =
    drawing.ahead === 'nothing'
      ? []
      : drawing.ahead === 'dots'
        ? [{ stroke: 'dots', from: at, to: 100, tone: drawing.tone, after: 'mark' }]
        : [{ stroke: 'hairline', from: at, to: 100, tone: 'done' }];
  const solid: RailSegment[] = at > 0 ? [{ stroke: 'solid', from: 0, to: at, tone: drawing.tone }] : [];
  return { ...base, segments: [...ahead, ...solid], mark: { kind: drawing.mark, at, tone: drawing.tone } };
}

interface LaneDrawing {
  tone: Tone;
  mark: 'needle' | 'still' | 'cut';
  ahead: 'track' | 'dots' | 'nothing';
}

const OVERRIDES: Readonly<Record<'cut' | 'delayed', LaneDrawing>> = {
  cut: { tone: 'quiet', mark: 'cut', ahead: 'nothing' },
  delayed: { tone: 'quiet', mark: 'cut', ahead: 'dots' },
};

function drawingOf(phase: JobPhase): LaneDrawing {
  switch (phase.kind) {
    case 'workerSilent':
    case 'holding':
      return { tone: 'wait', mark: 'cut', ahead: 'dots' };
    case 'notLive':
      return { tone: 'quiet', mark: 'cut', ahead: 'nothing' };
    case 'delayed':
      return OVERRIDES.delayed;
    case 'running':
      return { tone: phase.live ? 'live' : 'quiet', mark: phase.live ? 'needle' : 'still', ahead: 'track' };
    case 'cancelling':
      return { tone: 'live', mark: 'still', ahead: 'track' };
    default:
      return { tone: 'quiet', mark: 'still', ahead: 'track' };
  }
}

/** All jobs as one lane: the share that has ended. */
export function sharedLane(ended: number, all: number, isLive: boolean): LaneView {
  const percent = all === 0 ? 0 : (ended / all) * 100;
  const tone: Tone = isLive ? 'live' : 'quiet';
  const track: RailSegment = { stroke: 'hairline', from: percent, to: 100, tone: 'done' };
  const solid: RailSegment = { stroke: 'solid', from: 0, to: percent, tone };
  return {
    key: 'all',
    title: null,
    percent,
    phase: null,
    segments: percent > 0 ? [track, solid] : [track],
    mark: { kind: isLive ? 'needle' : 'still', at: percent, tone },
    lastEventAt: null,
  };
}

/** A lane that stands for the connection: one stroke, or what is here and what is on its way. */
export function strokeLane(segments: readonly RailSegment[]): LaneView {
  return { key: 'connection', title: null, percent: null, phase: null, segments, mark: null, lastEventAt: null };
}
