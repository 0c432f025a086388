import { expect, test } from 'vitest';
import type { JobPhase } from './jobPhase.ts';
import { activeStep, railView, type RailView } from './railView.ts';
import { STEPS, STEPS_WITHOUT_PROGRESS } from './testFacts.ts';

const RUNNING: JobPhase = { kind: 'running', live: true };
const NOT_LIVE: JobPhase = { kind: 'notLive', lastStatus: 'running', agoMs: 12_000 };

function draw(phase: JobPhase, progress: number | null = 62, steps = STEPS, gaps: readonly number[] = []): RailView {
  const view = railView({ phase, progress, steps, gaps, reported: true });
  if (view === null) throw new Error('a rail is expected');
  return view;
}

/** A drawing as one line of text. */
function sketch(view: RailView): string {
  const strokes = view.segments.map(({ stroke, from, to, tone }) => `${stroke} ${from}-${to} ${tone}`);
  const mark = view.mark === null ? 'no mark' : `${view.mark.kind} ${view.mark.at} ${view.mark.tone}`;
  return [...strokes, mark, view.endStop ? 'end' : 'open'].join(', ');
}

const ROWS: readonly (readonly [name: string, phase: JobPhase, drawing: string])[] = [
  ['running', RUNNING, 'hairline 62-100 done, solid 0-31 done, solid 31-62 live, needle 62 live, end'],
  [
    'running while nothing can arrive',
    { kind: 'running', live: false },
    'hairline 62-100 done, solid 0-31 done, solid 31-62 quiet, still 62 quiet, end',
  ],
  [
    'cancelling',
    { kind: 'cancelling' },
    'hairline 62-100 done, solid 0-31 done, solid 31-62 live, stopping 62 live, end',
  ],
  ['cancelled', { kind: 'cancelled' }, 'solid 0-62 done, stopped 62 done, open'],
  ['paused', { kind: 'paused' }, 'hairline 62-100 done, solid 0-31 done, solid 31-62 wait, pause 62 wait, end'],
  ['resuming', { kind: 'resuming' }, 'hairline 62-100 done, solid 0-31 quiet, solid 31-62 quiet, pause 62 quiet, end'],
  [
    'failed, can be tried again',
    { kind: 'failed', retryable: true },
    'hairline 62-100 done, solid 0-62 done, failed 62 lost, end',
  ],
  ['failed for good', { kind: 'failed', retryable: false }, 'solid 0-62 done, failed 62 lost, open'],
  [
    'worker silent',
    { kind: 'workerSilent', forMs: 40_000 },
    'dots 62-100 wait, solid 0-31 done, solid 31-62 wait, still 62 wait, end',
  ],
  ['not live', NOT_LIVE, 'solid 0-62 quiet, cut 62 quiet, open'],
  [
    'catching up',
    { kind: 'catchingUp', applied: 3, total: 312 },
    'comb 62-100 live, solid 0-62 done, seam 62 live, end',
  ],
  ['holding', { kind: 'holding' }, 'dots 62-100 wait, solid 0-31 done, solid 31-62 wait, still 62 wait, end'],
  ['delayed', { kind: 'delayed' }, 'dots 62-100 quiet, solid 0-31 quiet, solid 31-62 quiet, still 62 quiet, end'],
  ['completed', { kind: 'completed', late: false }, 'solid 0-100 done, no mark, end'],
  ['queued', { kind: 'queued', live: true }, 'hairline 0-100 done, no mark, end'],
];

test.each(ROWS)('%s', (_, phase, drawing) => {
  expect(sketch(draw(phase))).toBe(drawing);
});

test('nothing is drawn for a job of which nothing is known, or that is gone', () => {
  expect(railView({ phase: { kind: 'unknown', why: 'asked' }, progress: null, steps: [] })).toBeNull();
  expect(railView({ phase: { kind: 'gone' }, progress: 45, steps: [] })).toBeNull();
});

test('no progress reported: no rail; reported as unknown: dots without an end', () => {
  expect(railView({ phase: RUNNING, progress: null, steps: [] })).toBeNull();
  expect(sketch(draw(RUNNING, null, []))).toBe('dots 0-100 live, no mark, open');
});

test('100% while running: the needle stands on the end and stays live', () => {
  const view = draw(RUNNING, 100);
  expect(view.mark).toEqual({ kind: 'needle', at: 100, tone: 'live' });
  expect(view.endStop).toBe(true);
});

test('steps without a percentage are one lane a step', () => {
  const view = draw(RUNNING, null, STEPS_WITHOUT_PROGRESS);
  expect(view.segments.map((segment) => segment.stroke)).toEqual(['solid', 'dots', 'hairline']);
  expect(view.stepMarks.map((mark) => [Math.round(mark.at), mark.ahead])).toEqual([
    [33, false],
    [67, true],
  ]);
  expect(view).toMatchObject({ mark: null, endStop: true, scaleFrom: null });
});

test('steps without a percentage end where the step ended that was reported last', () => {
  expect(draw(NOT_LIVE, null, STEPS_WITHOUT_PROGRESS)).toMatchObject({
    segments: [{ stroke: 'solid', from: 0 }],
    mark: { kind: 'cut', at: 100 / 3 },
    endStop: false,
  });
});

test('the scale stands only ahead of the needle, and only where somebody measures', () => {
  expect(draw(RUNNING).scaleFrom).toBe(62);
  expect(draw({ kind: 'workerSilent', forMs: 1 }).scaleFrom).toBeNull();
  expect(draw(NOT_LIVE).scaleFrom).toBeNull();
  expect(draw(RUNNING, null, STEPS_WITHOUT_PROGRESS).scaleFrom).toBeNull();
});

test('step marks know how far apart they are', () => {
  expect(draw(RUNNING).stepMarks).toEqual([
    { at: 8, apart: 8, ahead: false },
    { at: 31, apart: 23, ahead: false },
  ]);
});

test('where a snapshot does not say at which progress a step began, there are no marks and one fill', () => {
  const steps = STEPS.map((step) => {
    const { startedAtProgress: _, ...rest } = step;
    return rest;
  });
  const view = draw(RUNNING, 62, steps);
  expect(view.stepMarks).toEqual([]);
  expect(sketch(view)).toBe('hairline 62-100 done, solid 0-62 live, needle 62 live, end');
});

test('gaps stay behind the needle', () => {
  expect(draw(RUNNING, 62, STEPS, [0, 45, 62, 80]).gaps).toEqual([45]);
});

test('a percentage out of range is drawn at the end that it passed', () => {
  expect(draw(RUNNING, 140).mark?.at).toBe(100);
  expect(draw(RUNNING, -3).mark?.at).toBe(0);
});

test('the active step is told with its place; without one, the last that began', () => {
  expect(activeStep(STEPS)).toEqual({ label: 'Writing', index: 3, count: 3 });
  const ended = STEPS_WITHOUT_PROGRESS.map((step) =>
    step.status === 'active' ? { ...step, status: 'completed' as const } : step,
  );
  expect(activeStep(ended)).toEqual({ label: 'Clustering', index: 2, count: 3 });
  expect(activeStep([])).toBeNull();
});

test('step marks stand in the order of the line, whatever the order in which the steps began', () => {
  const steps = [
    { id: 'a', label: 'A', status: 'completed', startedAtProgress: 40 },
    { id: 'b', label: 'B', status: 'active', startedAtProgress: 20 },
  ] as const;
  expect(draw(RUNNING, 62, steps).stepMarks.map(({ at, apart }) => [at, apart])).toEqual([
    [20, 20],
    [40, 20],
  ]);
});

test('the lane of a skipped step is to come, not done', () => {
  const steps = [
    { id: 'a', label: 'A', status: 'skipped' },
    { id: 'b', label: 'B', status: 'active' },
  ] as const;
  expect(sketch(draw(RUNNING, null, steps))).toBe('hairline 0-50 done, dots 50-100 live, no mark, end');
});
