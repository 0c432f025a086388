import type { Scenario } from '../scenario.ts';
import { HANDBOOK_JOB, TRANSCRIPTS_JOB, inOrder, study } from './parts.ts';
import { HANDBOOK, TRANSCRIPTS } from './texts.ts';

const handbook = HANDBOOK_JOB.job;
const transcripts = TRANSCRIPTS_JOB.job;

export const threeJobs: Scenario = {
  id: 'three-jobs',
  title: 'Several jobs',
  summary: 'Three jobs: one with a percentage, one with steps alone, one paused.',
  durationMs: 40000,
  moments: { working: 14000 },
  steps: inOrder(
    [
      { at: 100, do: 'worker:create', ...HANDBOOK_JOB },
      { at: 200, do: 'worker:step', job: handbook, step: 'thinking', status: 'active' },
      { at: 900, do: 'worker:progress', job: handbook, progress: 6 },
      { at: 900, do: 'worker:step', job: handbook, step: 'thinking', status: 'completed' },
      { at: 900, do: 'worker:step', job: handbook, step: 'writing', status: 'active' },
      { at: 1_000, do: 'worker:write', job: handbook, text: HANDBOOK },
      { at: 2_800, do: 'worker:progress', job: handbook, progress: 45 },
      { at: 3_000, do: 'worker:pause', job: handbook, reason: 'Waiting for the glossary to be approved' },
      { at: 1_200, do: 'worker:create', ...TRANSCRIPTS_JOB },
      { at: 1_400, do: 'worker:step', job: transcripts, step: 'reading', status: 'active' },
      { at: 3_400, do: 'worker:step', job: transcripts, step: 'reading', status: 'completed' },
      { at: 3_400, do: 'worker:step', job: transcripts, step: 'clustering', status: 'active' },
      { at: 3_600, do: 'worker:stream', job: transcripts, text: TRANSCRIPTS, tokensPerSecond: 5 },
    ],
    study({ at: 1_600 }),
  ),
};
