import type { Scenario } from '../scenario.ts';

export const noProgress: Scenario = {
  id: 'no-progress',
  title: 'No progress reported',
  summary: 'The worker reports nothing but text: no rail is drawn.',
  durationMs: 20000,
  moments: { running: 7000 },
  steps: [
    { at: 400, do: 'worker:create', job: '02b9fe10', title: 'Ask the archive' },
    { at: 600, do: 'worker:start', job: '02b9fe10' },
    { at: 1_000, do: 'worker:write', job: '02b9fe10', text: 'Looking through 31 volumes' },
  ],
};
