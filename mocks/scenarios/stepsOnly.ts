import type { Scenario } from '../scenario.ts';
import { TRANSCRIPTS_JOB } from './parts.ts';
import { TRANSCRIPTS } from './texts.ts';

const { job } = TRANSCRIPTS_JOB;

export const stepsOnly: Scenario = {
  id: 'steps-only',
  title: 'Steps, no percentage',
  summary: 'The worker reports steps and never a percentage.',
  durationMs: 30000,
  moments: { clustering: 12000 },
  steps: [
    { at: 400, do: 'worker:create', ...TRANSCRIPTS_JOB },
    { at: 600, do: 'worker:step', job, step: 'reading', status: 'active' },
    { at: 7_000, do: 'worker:step', job, step: 'reading', status: 'completed' },
    { at: 7_000, do: 'worker:step', job, step: 'clustering', status: 'active' },
    { at: 7_200, do: 'worker:write', job, text: TRANSCRIPTS },
  ],
};
