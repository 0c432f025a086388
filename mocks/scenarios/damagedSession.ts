import type { Scenario } from '../scenario.ts';
import { inOrder, study } from './parts.ts';

export const damagedSession: Scenario = {
  id: 'damaged-session',
  title: 'Damaged saved session',
  summary: 'What an earlier page left in this browser cannot be used: it is removed and never breaks a start.',
  durationMs: 20000,
  moments: { started: 6000 },
  steps: inOrder([{ at: 0, do: 'device:leave', record: 'damaged', job: 'earlier' }], study()),
};
