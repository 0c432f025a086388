import type { Scenario } from '../scenario.ts';
import { completed, inOrder, study } from './parts.ts';

export const serverRestart: Scenario = {
  id: 'server-restart',
  title: 'Server restart with its log',
  summary: 'The server dies and comes back with its log: a short pause, no loss.',
  durationMs: 40000,
  moments: { down: 11500, back: 18000, completed: 36500 },
  steps: inOrder(study(), [{ at: 10_000, do: 'server:restart', keepLog: true, downMs: 3_000 }], completed(36_000)),
};
