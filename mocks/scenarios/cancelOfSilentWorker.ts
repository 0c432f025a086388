import type { Scenario } from '../scenario.ts';
import { STUDY, inOrder, study } from './parts.ts';

export const cancelOfSilentWorker: Scenario = {
  id: 'cancel-of-silent-worker',
  title: 'Cancel of a dead worker',
  summary: 'The worker is dead when the person cancels: nobody answers, and the server ends the job when it gives up.',
  durationMs: 150000,
  moments: { silent: 60000, cancelled: 140000 },
  steps: inOrder(study({ tokensPerSecond: 6 }), [
    { at: 10_000, do: 'worker:crash', job: STUDY },
    { at: 12_000, do: 'person:cancel', job: STUDY },
  ]),
};
