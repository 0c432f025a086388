import type { Scenario } from '../scenario.ts';
import { HANDBOOK_JOB } from './parts.ts';
import { HANDBOOK } from './texts.ts';

const { job } = HANDBOOK_JOB;

export const pauseAndResume: Scenario = {
  id: 'pause-and-resume',
  title: 'Pause and resume',
  summary: 'A job waits for an approval, says why, and goes on when the person says so.',
  durationMs: 40000,
  moments: { paused: 12000, resuming: 18000, running: 24000 },
  steps: [
    { at: 400, do: 'worker:create', ...HANDBOOK_JOB },
    { at: 600, do: 'worker:step', job, step: 'thinking', status: 'active' },
    { at: 1_600, do: 'worker:progress', job, progress: 6 },
    { at: 1_600, do: 'worker:step', job, step: 'thinking', status: 'completed' },
    { at: 1_600, do: 'worker:step', job, step: 'writing', status: 'active' },
    { at: 1_800, do: 'worker:stream', job, text: HANDBOOK, tokensPerSecond: 8 },
    { at: 7_000, do: 'worker:progress', job, progress: 45 },
    { at: 7_200, do: 'worker:onResume', job, afterMs: 4_000 },
    { at: 7_200, do: 'worker:pause', job, reason: 'Waiting for the glossary to be approved' },
    { at: 16_000, do: 'person:resume', job },
  ],
};
