import type { JobEntry, RealtimeState } from '../services/realtime/realtimeStore.ts';
import { connectionLiveness } from './connectionLiveness.ts';
import { hasEnded, jobPhase, knownOf, standingOf, type JobPhase } from './jobPhase.ts';
import type { Tone } from './tone.ts';

/** `gone`: the server does not have the job, and its end was not seen. */
export type JobCountKind = 'running' | 'paused' | 'failed' | 'gone' | 'queued' | 'completed' | 'cancelled';

/** How many jobs stand in one way. */
export interface JobCount {
  kind: JobCountKind;
  count: number;
}

/** One arc of the ring. */
export interface RingArc {
  key: string;
  stroke: 'solid' | 'dots';
  /** 0 to 100 of the arc's own length. */
  percent: number;
  tone: Tone;
}

export interface PillView {
  arcs: readonly RingArc[];
  words: { kind: 'counts'; counts: readonly JobCount[] } | { kind: 'notLive'; jobs: number } | { kind: 'nothing' };
}

/** More jobs than this share one arc: the share that has ended. */
const ARCS_AT_MOST = 6;

/** Counts in the order in which they matter; the completed and the cancelled only where nothing else is left. */
export function jobCounts(entries: readonly JobEntry[]): readonly JobCount[] {
  const by = (kind: JobCountKind): JobCount => ({
    kind,
    count: entries.filter((entry) => standingOf(entry) === kind).length,
  });
  const open = [by('running'), by('paused'), by('failed'), by('gone'), by('queued')].filter(({ count }) => count > 0);
  return open.length > 0 ? open : [by('completed'), by('cancelled')].filter(({ count }) => count > 0);
}

/**
 * @param jobs those that the pill speaks of: what is under way, and what ended since the panel was last looked at
 */
export function pillView(
  jobs: readonly JobEntry[],
  state: Pick<RealtimeState, 'connection' | 'serverTimeOffset'>,
  now: number,
): PillView {
  const entries = jobs.filter((entry) => knownOf(entry) !== null);
  const arcs = arcsOf(entries, (entry) => jobPhase(entry, state.connection, now, state.serverTimeOffset));
  if (entries.length === 0) return { arcs, words: { kind: 'nothing' } };
  const open = entries.filter((entry) => !hasEnded(entry));
  if (open.length > 0 && connectionLiveness(state.connection).kind === 'lost') {
    return { arcs, words: { kind: 'notLive', jobs: open.length } };
  }
  return { arcs, words: { kind: 'counts', counts: jobCounts(entries).slice(0, 2) } };
}

function arcsOf(entries: readonly JobEntry[], phaseOf: (entry: JobEntry) => JobPhase): readonly RingArc[] {
  if (entries.length > ARCS_AT_MOST) {
    const ended = entries.filter(hasEnded).length;
    const tones = entries.map((entry) => toneOf(phaseOf(entry)));
    const tone: Tone = tones.includes('live') ? 'live' : tones.every((one) => one === 'good') ? 'good' : 'quiet';
    return [{ key: 'all', stroke: 'solid', percent: (ended / entries.length) * 100, tone }];
  }
  return entries.map((entry) => {
    const phase = phaseOf(entry);
    const percent = phase.kind === 'completed' ? 100 : (knownOf(entry)?.progress ?? null);
    const tone = toneOf(phase);
    const isUnknown = percent === null && phase.kind !== 'queued' && phase.kind !== 'cancelled';
    return { key: entry.jobId, stroke: isUnknown ? 'dots' : 'solid', percent: isUnknown ? 100 : (percent ?? 0), tone };
  });
}

function toneOf(phase: JobPhase): Tone {
  switch (phase.kind) {
    case 'completed':
      return 'good';
    case 'failed':
    case 'gone':
      return 'lost';
    case 'paused':
    case 'workerSilent':
    case 'holding':
      return 'wait';
    case 'running':
      return phase.live ? 'live' : 'quiet';
    case 'cancelling':
    case 'catchingUp':
      return 'live';
    default:
      return 'quiet';
  }
}
