import type { Scenario } from '../scenario.ts';
import { completed, inOrder, study } from './parts.ts';

export const serverRestartWithoutLog: Scenario = {
  id: 'server-restart-without-log',
  title: 'Server restart without its log',
  summary: 'The server dies and loses its log; the worker tells its story again. The reset is shown, never silent.',
  durationMs: 40000,
  moments: { reset: 20000, completed: 36500 },
  steps: inOrder(study(), [{ at: 10_000, do: 'server:restart', keepLog: false, downMs: 2_000 }], completed(36_000)),
};
