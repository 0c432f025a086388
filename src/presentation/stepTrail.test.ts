import type { JobStep } from '@regen/realtime-shared';
import { expect, test } from 'vitest';
import { stepTrail, type StepTrailItem } from './stepTrail.ts';
import { NOW, STEPS } from './testFacts.ts';

const RUNNING = { kind: 'running', live: true } as const;

/** Items as words: `Label:state`, or a count in brackets. */
function words(items: readonly StepTrailItem[]): string {
  return items
    .map((item) => (item.kind === 'step' ? `${item.label}:${item.state}` : `[${item.count} ${item.state}]`))
    .join(' ');
}

function steps(statuses: string): readonly JobStep[] {
  const names = { c: 'completed', a: 'active', p: 'pending', s: 'skipped', f: 'failed' } as const;
  return [...statuses].map((letter, index) => ({
    id: `s${index}`,
    label: String(index + 1),
    status: names[letter as keyof typeof names], // the test's own alphabet
  }));
}

test('done steps show their time, the active one its time so far', () => {
  expect(stepTrail(STEPS, RUNNING, NOW).map((item) => 'durationMs' in item && item.durationMs)).toEqual([
    12_000, 31_000, 59_000,
  ]);
});

test('where it is not known how long the active step went on, no time is shown of it', () => {
  expect(stepTrail(STEPS, { kind: 'gone' }, null).map((item) => 'durationMs' in item && item.durationMs)).toEqual([
    12_000,
    31_000,
    null,
  ]);
});

test('a step under way whose job failed before and was resumed is timed to now', () => {
  const step: JobStep = { id: 'a', label: 'A', status: 'active', startedAt: NOW - 9_000, finishedAt: NOW - 5_000 };
  expect(stepTrail([step], RUNNING, NOW)).toMatchObject([{ state: 'active', durationMs: 9_000 }]);
});

test('a step to come and a skipped one show no time', () => {
  const shown = stepTrail(
    [
      { id: 'a', label: 'A', status: 'skipped', startedAt: 0, finishedAt: 5 },
      { id: 'b', label: 'B', status: 'pending' },
    ],
    RUNNING,
    NOW,
  );
  expect(shown.map((item) => 'durationMs' in item && item.durationMs)).toEqual([null, null]);
});

test.each([
  ['caap', '1:done 2:active 3:active 4:pending'],
  ['cccappp', '[3 done] 4:active 5:pending [2 pending]'],
  ['cappp', '1:done 2:active 3:pending [2 pending]'],
  ['cccca', '[4 done] 5:active'],
  ['cfcsap', '[3 done] 2:failed 5:active 6:pending'],
  ['pppppp', '1:pending 2:pending [4 pending]'],
  ['cccccc', '[5 done] 6:done'],
  ['ccaccp', '[2 done] 3:active 4:done 5:done 6:pending'],
])('%s folds to %s', (given, expected) => {
  expect(words(stepTrail(steps(given), RUNNING, NOW))).toBe(expected);
});

test('the step in which a job failed has failed, that of a cancelled one was stopped, that of a completed one is done', () => {
  expect(words(stepTrail(steps('ca'), { kind: 'failed', retryable: true }, NOW))).toBe('1:done 2:failed');
  expect(words(stepTrail(steps('ca'), { kind: 'cancelled' }, NOW))).toBe('1:done 2:stopped');
  expect(words(stepTrail(steps('ccaccp'), { kind: 'cancelled' }, NOW))).toBe(
    '[2 done] 3:stopped 4:done 5:done 6:pending',
  );
  expect(words(stepTrail(steps('cap'), { kind: 'completed', late: false }, NOW))).toBe('1:done 2:done 3:pending');
});
