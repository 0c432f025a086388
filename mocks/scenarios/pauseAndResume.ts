import type { Scenario } from '../scenario.ts';
import { HANDBOOK } from './texts.ts';

export const pauseAndResume: Scenario = {
  id: 'pause-and-resume',
  title: 'Pause and resume',
  summary: 'A job waits for an approval, says why, and goes on when the person says so.',
  durationMs: 40000,
  moments: { paused: 12000, resuming: 18000, running: 24000 },
  steps: [
    {
      at: 400,
      do: 'worker:create',
      job: 'e61b0d44',
      title: 'Translate the staff handbook into Finnish',
      steps: [
        { id: 'thinking', label: 'Thinking' },
        { id: 'writing', label: 'Writing' },
      ],
    },
    { at: 600, do: 'worker:step', job: 'e61b0d44', step: 'thinking', status: 'active' },
    { at: 1_600, do: 'worker:progress', job: 'e61b0d44', progress: 6 },
    { at: 1_600, do: 'worker:step', job: 'e61b0d44', step: 'thinking', status: 'completed' },
    { at: 1_600, do: 'worker:step', job: 'e61b0d44', step: 'writing', status: 'active' },
    { at: 1_800, do: 'worker:stream', job: 'e61b0d44', text: HANDBOOK, tokensPerSecond: 8 },
    { at: 7_000, do: 'worker:progress', job: 'e61b0d44', progress: 45 },
    { at: 7_200, do: 'worker:onResume', job: 'e61b0d44', afterMs: 4_000 },
    { at: 7_200, do: 'worker:pause', job: 'e61b0d44', reason: 'Waiting for the glossary to be approved' },
    { at: 16_000, do: 'person:resume', job: 'e61b0d44' },
  ],
};
