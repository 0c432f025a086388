import type { JobStep } from '@regen/realtime-shared';
import type { JobPhase } from './jobPhase.ts';

export type StepTrailState = 'done' | 'active' | 'pending' | 'skipped' | 'failed' | 'stopped';

export type StepTrailItem =
  /** `id` is the worker's, which may give one twice. */
  | { kind: 'step'; id: string; label: string; state: StepTrailState; durationMs: number | null }
  /** Several steps as one count. */
  | { kind: 'folded'; state: 'done' | 'pending'; count: number };

/** Steps that are shown one by one; more of them fold. */
const SHOWN_UNFOLDED = 4;

/**
 * @param now server time at which the times of the active step are read, ms since the Unix epoch: the job's end once it
 *   has ended; null: it is not known for how long it went on
 */
export function stepTrail(steps: readonly JobStep[], phase: JobPhase, now: number | null): readonly StepTrailItem[] {
  const items = steps.map((step) => toItem(step, phase, now));
  return items.length > SHOWN_UNFOLDED ? fold(items) : items;
}

type ShownStep = Extract<StepTrailItem, { kind: 'step' }>;

function toItem(step: JobStep, phase: JobPhase, now: number | null): ShownStep {
  // An active one that has an end had it with its job, which was then resumed.
  const end = step.status === 'active' ? now : (step.finishedAt ?? null);
  const hasTime = step.startedAt !== undefined && end !== null && step.status !== 'skipped';
  return {
    kind: 'step',
    id: step.id,
    label: step.label,
    state: stateOf(step, phase),
    durationMs: hasTime ? Math.max(0, end - (step.startedAt ?? end)) : null,
  };
}

/** A job that ended leaves its active step as it was: it ended with the job, and as the job did. */
function stateOf(step: JobStep, phase: JobPhase): StepTrailState {
  switch (step.status) {
    case 'completed':
      return 'done';
    case 'active':
      if (phase.kind === 'failed') return 'failed';
      if (phase.kind === 'cancelled') return 'stopped';
      return phase.kind === 'completed' ? 'done' : 'active';
    default:
      return step.status;
  }
}

function fold(items: readonly ShownStep[]): readonly StepTrailItem[] {
  const active = items.findIndex((item) => item.state === 'active' || item.state === 'stopped');
  const lastBegun = items.findLastIndex((item) => item.state !== 'pending');
  const current = Math.max(active >= 0 ? active : lastBegun, 0);
  const before = items.slice(0, current);
  const done = before.filter((item) => item.state === 'done' || item.state === 'skipped');
  const failed = before.filter((item) => item.state === 'failed');
  const rest = items.slice(current + 1);
  const [next, ...later] = rest;
  return [
    ...(done.length > 1 ? [{ kind: 'folded', state: 'done', count: done.length } as const] : done),
    ...failed,
    ...items.slice(current, current + 1),
    ...(next === undefined ? [] : [next]),
    ...(later.length > 1 && later.every((item) => item.state === 'pending')
      ? [{ kind: 'folded', state: 'pending', count: later.length } as const]
      : later),
  ];
}
