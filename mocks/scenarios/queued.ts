import type { Scenario } from '../scenario.ts';
import { STUDY, STUDY_TITLE, THREE_STEPS } from './parts.ts';

export const queued: Scenario = {
  id: 'queued',
  title: 'Queued',
  summary: 'The job was accepted; no worker has taken it.',
  durationMs: 20000,
  moments: { queued: 3600 },
  steps: [{ at: 400, do: 'worker:create', job: STUDY, title: STUDY_TITLE, steps: THREE_STEPS }],
};
