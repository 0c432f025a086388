import type { Scenario } from '../scenario.ts';
import { TRANSCRIPTS_JOB, inOrder, study } from './parts.ts';

const { job } = TRANSCRIPTS_JOB;

export const threeRunning: Scenario = {
  id: 'three-running',
  title: 'Three jobs, one without a percentage',
  summary: 'The second of three running jobs reports steps and no percentage.',
  durationMs: 40000,
  moments: { working: 14000 },
  steps: inOrder(study({ at: 400 }), [
    { at: 700, do: 'worker:create', job: '5d1190ab', title: 'Draft reply to tender 2291' },
    { at: 900, do: 'worker:progress', job: '5d1190ab', progress: 88 },
    { at: 800, do: 'worker:create', ...TRANSCRIPTS_JOB },
    { at: 1_000, do: 'worker:step', job, step: 'reading', status: 'active' },
    { at: 4_000, do: 'worker:step', job, step: 'reading', status: 'completed' },
    { at: 4_000, do: 'worker:step', job, step: 'clustering', status: 'active' },
  ]),
};
