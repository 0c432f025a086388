import type { Scenario } from '../scenario.ts';
import { TRANSCRIPTS } from './texts.ts';

export const stepsOnly: Scenario = {
  id: 'steps-only',
  title: 'Steps, no percentage',
  summary: 'The worker reports steps and never a percentage.',
  durationMs: 30000,
  moments: { clustering: 12000 },
  steps: [
    {
      at: 400,
      do: 'worker:create',
      job: 'c04e77d1',
      title: 'Summarise 14 interview transcripts',
      steps: [
        { id: 'reading', label: 'Reading' },
        { id: 'clustering', label: 'Clustering' },
        { id: 'drafting', label: 'Drafting' },
      ],
    },
    { at: 600, do: 'worker:step', job: 'c04e77d1', step: 'reading', status: 'active' },
    { at: 7_000, do: 'worker:step', job: 'c04e77d1', step: 'reading', status: 'completed' },
    { at: 7_000, do: 'worker:step', job: 'c04e77d1', step: 'clustering', status: 'active' },
    { at: 7_200, do: 'worker:write', job: 'c04e77d1', text: TRANSCRIPTS },
  ],
};
