import type { Scenario } from '../scenario.ts';

export const skippedAndFailedSteps: Scenario = {
  id: 'skipped-and-failed-steps',
  title: 'Skipped and failed steps',
  summary: 'One step is skipped and another fails; the job goes on.',
  durationMs: 30000,
  moments: { writing: 13000 },
  steps: [
    {
      at: 400,
      do: 'worker:create',
      job: '5d1190ab',
      title: 'Draft reply to tender 2291',
      steps: [
        { id: 'thinking', label: 'Thinking' },
        { id: 'searching', label: 'Searching' },
        { id: 'checking', label: 'Checking' },
        { id: 'writing', label: 'Writing' },
      ],
    },
    { at: 600, do: 'worker:step', job: '5d1190ab', step: 'thinking', status: 'active' },
    { at: 700, do: 'worker:progress', job: '5d1190ab', progress: 15 },
    { at: 3_000, do: 'worker:step', job: '5d1190ab', step: 'thinking', status: 'completed' },
    { at: 3_000, do: 'worker:step', job: '5d1190ab', step: 'searching', status: 'skipped' },
    { at: 3_200, do: 'worker:step', job: '5d1190ab', step: 'checking', status: 'active' },
    { at: 4_000, do: 'worker:progress', job: '5d1190ab', progress: 40 },
    { at: 6_000, do: 'worker:step', job: '5d1190ab', step: 'checking', status: 'failed' },
    { at: 6_000, do: 'worker:step', job: '5d1190ab', step: 'writing', status: 'active' },
    { at: 9_000, do: 'worker:progress', job: '5d1190ab', progress: 70 },
  ],
};
