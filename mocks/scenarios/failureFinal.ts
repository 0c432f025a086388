import type { Scenario } from '../scenario.ts';
import { forbidden } from './parts.ts';

export const failureFinal: Scenario = {
  id: 'failure-final',
  title: 'Failure for good',
  summary: 'The job may not read what it was asked to read; trying again cannot help.',
  durationMs: 30000,
  moments: { failed: 14000 },
  steps: [
    { at: 400, do: 'worker:create', job: '02b9fe10', title: 'Ask the archive' },
    { at: 600, do: 'worker:progress', job: '02b9fe10', progress: 15 },
    ...forbidden(9_000, '02b9fe10'),
  ],
};
