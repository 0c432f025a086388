import type { Scenario } from '../scenario.ts';
import { STUDY, inOrder, study } from './parts.ts';

export const cancelElsewhere: Scenario = {
  id: 'cancel-elsewhere',
  title: 'Cancel from another tab',
  summary: 'Another tab cancels the job; this one shows it.',
  durationMs: 30000,
  moments: { cancelling: 12000, cancelled: 15000 },
  steps: inOrder(study(), [
    { at: 9_000, do: 'worker:onCancel', job: STUDY, afterMs: 4_000 },
    { at: 10_000, do: 'person:cancelElsewhere', job: STUDY },
  ]),
};
