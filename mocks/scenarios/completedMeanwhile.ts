import type { Scenario } from '../scenario.ts';
import { completed, inOrder, study } from './parts.ts';

export const completedMeanwhile: Scenario = {
  id: 'completed-meanwhile',
  title: 'Completed while away',
  summary: 'The page is away for ten seconds; meanwhile the job ends.',
  durationMs: 40000,
  moments: { back: 22600 },
  steps: inOrder(
    study({ tokensPerSecond: 8 }),
    [{ at: 12_000, do: 'device:reload', awayMs: 10_000 }],
    completed(16_000),
  ),
};
