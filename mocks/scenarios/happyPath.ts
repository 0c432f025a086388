import type { Scenario } from '../scenario.ts';
import { STUDY, STUDY_TITLE, THREE_STEPS } from './parts.ts';
import { MARKET_STUDY } from './texts.ts';

export const happyPath: Scenario = {
  id: 'happy-path',
  title: 'Happy path',
  summary: 'One job thinks, searches and writes, reports a percentage and completes.',
  durationMs: 22_000,
  moments: { queued: 900, thinking: 2_000, searching: 4_200, writing: 9_000, completed: 15_500, collapsed: 21_500 },
  steps: [
    { at: 600, do: 'worker:create', job: STUDY, title: STUDY_TITLE, steps: THREE_STEPS },
    { at: 1_200, do: 'worker:start', job: STUDY },
    { at: 1_200, do: 'worker:progress', job: STUDY, progress: 0 },
    { at: 1_200, do: 'worker:step', job: STUDY, step: 'thinking', status: 'active' },
    { at: 2_600, do: 'worker:progress', job: STUDY, progress: 8 },
    { at: 2_600, do: 'worker:step', job: STUDY, step: 'thinking', status: 'completed' },
    { at: 2_600, do: 'worker:step', job: STUDY, step: 'searching', status: 'active' },
    { at: 4_000, do: 'worker:progress', job: STUDY, progress: 20, message: 'Reading 31 sources' },
    { at: 5_200, do: 'worker:progress', job: STUDY, progress: 31, etaMs: 10_000 },
    { at: 5_200, do: 'worker:step', job: STUDY, step: 'searching', status: 'completed' },
    { at: 5_200, do: 'worker:step', job: STUDY, step: 'writing', status: 'active' },
    {
      at: 5_400,
      do: 'worker:stream',
      job: STUDY,
      text: MARKET_STUDY,
      tokensPerSecond: 26,
      progress: { from: 31, to: 99 },
    },
    { at: 15_000, do: 'worker:step', job: STUDY, step: 'writing', status: 'completed' },
    { at: 15_000, do: 'worker:complete', job: STUDY },
  ],
};
