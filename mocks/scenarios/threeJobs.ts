import type { Scenario } from '../scenario.ts';
import { inOrder, study } from './parts.ts';
import { HANDBOOK, TRANSCRIPTS } from './texts.ts';

export const threeJobs: Scenario = {
  id: 'three-jobs',
  title: 'Several jobs',
  summary: 'Three jobs: one with a percentage, one with steps alone, one paused.',
  durationMs: 40000,
  moments: { working: 14000 },
  steps: inOrder(
    [
      {
        at: 100,
        do: 'worker:create',
        job: 'e61b0d44',
        title: 'Translate the staff handbook into Finnish',
        steps: [
          { id: 'thinking', label: 'Thinking' },
          { id: 'writing', label: 'Writing' },
        ],
      },
      { at: 200, do: 'worker:step', job: 'e61b0d44', step: 'thinking', status: 'active' },
      { at: 900, do: 'worker:progress', job: 'e61b0d44', progress: 6 },
      { at: 900, do: 'worker:step', job: 'e61b0d44', step: 'thinking', status: 'completed' },
      { at: 900, do: 'worker:step', job: 'e61b0d44', step: 'writing', status: 'active' },
      { at: 1_000, do: 'worker:write', job: 'e61b0d44', text: HANDBOOK },
      { at: 2_800, do: 'worker:progress', job: 'e61b0d44', progress: 45 },
      { at: 3_000, do: 'worker:pause', job: 'e61b0d44', reason: 'Waiting for the glossary to be approved' },
      {
        at: 1_200,
        do: 'worker:create',
        job: 'c04e77d1',
        title: 'Summarise 14 interview transcripts',
        steps: [
          { id: 'reading', label: 'Reading' },
          { id: 'clustering', label: 'Clustering' },
          { id: 'drafting', label: 'Drafting' },
        ],
      },
      { at: 1_400, do: 'worker:step', job: 'c04e77d1', step: 'reading', status: 'active' },
      { at: 3_400, do: 'worker:step', job: 'c04e77d1', step: 'reading', status: 'completed' },
      { at: 3_400, do: 'worker:step', job: 'c04e77d1', step: 'clustering', status: 'active' },
      { at: 3_600, do: 'worker:stream', job: 'c04e77d1', text: TRANSCRIPTS, tokensPerSecond: 5 },
    ],
    study({ at: 1_600 }),
  ),
};
