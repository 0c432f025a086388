import type { Scenario } from '../scenario.ts';
import { inOrder, study } from './parts.ts';

export const twoJobs: Scenario = {
  id: 'two-jobs',
  title: 'Two jobs',
  summary: 'Two jobs run and report percentages.',
  durationMs: 40000,
  moments: { working: 15000 },
  steps: inOrder(
    [
      { at: 200, do: 'worker:create', job: 'c04e77d1', title: 'Summarise 14 interview transcripts' },
      { at: 400, do: 'worker:progress', job: 'c04e77d1', progress: 4 },
      { at: 3_000, do: 'worker:progress', job: 'c04e77d1', progress: 18 },
    ],
    study({ at: 600 }),
  ),
};
