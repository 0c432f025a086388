import type { Scenario } from '../scenario.ts';
import { STUDY, inOrder, study } from './parts.ts';

export const workerLost: Scenario = {
  id: 'worker-lost',
  title: 'Worker given up',
  summary: 'A worker dies and nobody takes its job over: the server gives it up, and it can be tried again.',
  durationMs: 150000,
  moments: { silent: 60000, lost: 140000 },
  steps: inOrder(study({ tokensPerSecond: 6 }), [
    { at: 10_000, do: 'worker:crash', job: STUDY },
    { at: 10_000, do: 'worker:onResume', job: STUDY, afterMs: null },
  ]),
};
