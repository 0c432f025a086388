import type { Scenario } from '../scenario.ts';

export const idle: Scenario = {
  id: 'idle',
  title: 'Nothing to do',
  summary: 'The page is connected and no job runs.',
  durationMs: 10000,
  moments: { ready: 1000 },
  steps: [],
};
