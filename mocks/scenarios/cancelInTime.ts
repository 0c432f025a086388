import type { Scenario } from '../scenario.ts';
import { STUDY, inOrder, study } from './parts.ts';

export const cancelInTime: Scenario = {
  id: 'cancel-in-time',
  title: 'Cancel in time',
  summary: 'The person cancels, and the worker stops.',
  durationMs: 30000,
  moments: { cancelling: 11500, cancelled: 14500 },
  steps: inOrder(study(), [
    { at: 9_000, do: 'worker:onCancel', job: STUDY, afterMs: 3_000 },
    { at: 10_000, do: 'person:cancel', job: STUDY },
  ]),
};
