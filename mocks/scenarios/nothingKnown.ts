import type { Scenario } from '../scenario.ts';

export const nothingKnown: Scenario = {
  id: 'nothing-known',
  title: 'Nothing known but life',
  summary: 'The worker says that it works, and neither how far it is nor in which step.',
  durationMs: 20000,
  moments: { running: 7000 },
  steps: [
    { at: 400, do: 'worker:create', job: '02b9fe10', title: 'Ask the archive' },
    { at: 600, do: 'worker:start', job: '02b9fe10' },
    { at: 800, do: 'worker:progress', job: '02b9fe10', progress: null },
    { at: 1_000, do: 'worker:write', job: '02b9fe10', text: 'Looking through 31 volumes' },
  ],
};
