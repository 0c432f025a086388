import type { Scenario } from '../scenario.ts';
import { STUDY, inOrder, study } from './parts.ts';

export const cancelLost: Scenario = {
  id: 'cancel-lost',
  title: 'Cancel did not get through',
  summary: 'The line is dead when the person cancels: the request passes its deadline, and nothing is assumed.',
  durationMs: 50000,
  moments: { lost: 21000 },
  steps: inOrder(study({ tokensPerSecond: 5 }), [
    { at: 10_000, do: 'network:stall', direction: 'up' },
    { at: 10_200, do: 'person:cancel', job: STUDY },
  ]),
};
