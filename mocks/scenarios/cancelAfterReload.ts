import type { Scenario } from '../scenario.ts';
import { STUDY, inOrder, study } from './parts.ts';

export const cancelAfterReload: Scenario = {
  id: 'cancel-after-reload',
  title: 'Cancel, then reload',
  summary: 'A cancel is asked for and the page reloaded before the worker answers: the card still says so.',
  durationMs: 40000,
  moments: { cancelling: 14000, cancelled: 20000 },
  steps: inOrder(study(), [
    { at: 9_000, do: 'worker:onCancel', job: STUDY, afterMs: 8_000 },
    { at: 10_000, do: 'person:cancel', job: STUDY },
    { at: 11_000, do: 'device:reload', awayMs: 800 },
  ]),
};
