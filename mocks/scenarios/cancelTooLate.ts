import type { Scenario } from '../scenario.ts';
import { STUDY, completed, inOrder, study } from './parts.ts';

export const cancelTooLate: Scenario = {
  id: 'cancel-too-late',
  title: 'Cancel too late',
  summary: 'The job completes before its worker hears of the cancel.',
  durationMs: 30000,
  moments: { finished: 13000 },
  steps: inOrder(
    study(),
    [
      { at: 9_000, do: 'worker:onCancel', job: STUDY, afterMs: null },
      { at: 10_000, do: 'person:cancel', job: STUDY },
    ],
    completed(12_000),
  ),
};
