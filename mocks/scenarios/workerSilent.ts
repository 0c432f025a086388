import type { Scenario } from '../scenario.ts';
import { inOrder, study } from './parts.ts';
import { TRANSCRIPTS } from './texts.ts';

export const workerSilent: Scenario = {
  id: 'worker-silent',
  title: 'Worker silent, and back',
  summary: 'A worker says nothing for longer than its lease; then it goes on.',
  durationMs: 80000,
  moments: { silent: 48000, back: 63000 },
  steps: inOrder(study({ tokensPerSecond: 4 }), [
    {
      at: 300,
      do: 'worker:create',
      job: 'c04e77d1',
      title: 'Summarise 14 interview transcripts',
      steps: [
        { id: 'reading', label: 'Reading' },
        { id: 'clustering', label: 'Clustering' },
        { id: 'drafting', label: 'Drafting' },
      ],
    },
    { at: 500, do: 'worker:step', job: 'c04e77d1', step: 'reading', status: 'active' },
    { at: 2_000, do: 'worker:progress', job: 'c04e77d1', progress: 20 },
    { at: 2_000, do: 'worker:step', job: 'c04e77d1', step: 'reading', status: 'completed' },
    { at: 2_000, do: 'worker:step', job: 'c04e77d1', step: 'clustering', status: 'active' },
    { at: 2_200, do: 'worker:write', job: 'c04e77d1', text: TRANSCRIPTS },
    { at: 8_000, do: 'worker:progress', job: 'c04e77d1', progress: 34 },
    { at: 8_000, do: 'worker:silence', job: 'c04e77d1' },
    { at: 60_000, do: 'worker:speak', job: 'c04e77d1' },
    { at: 61_000, do: 'worker:progress', job: 'c04e77d1', progress: 50 },
  ]),
};
