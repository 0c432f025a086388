import type { Scenario } from '../scenario.ts';
import { inOrder, study } from './parts.ts';

export const staleSession: Scenario = {
  id: 'stale-session',
  title: 'Stale saved session',
  summary: 'What an earlier page left in this browser cannot be used: it is removed and never breaks a start.',
  durationMs: 20000,
  moments: { started: 6000 },
  steps: inOrder([{ at: 0, do: 'device:leave', record: 'stale', job: 'earlier' }], study()),
};
