import type { Scenario } from '../scenario.ts';
import { STUDY, inOrder, study } from './parts.ts';

export const fullButRunning: Scenario = {
  id: 'full-but-running',
  title: '100%, still running',
  summary: 'The worker reported 100% and has not said that it is done.',
  durationMs: 30000,
  moments: { full: 15000 },
  steps: inOrder(study({ tokensPerSecond: 40, upTo: 99 }), [
    { at: 12_000, do: 'worker:progress', job: STUDY, progress: 100 },
  ]),
};
