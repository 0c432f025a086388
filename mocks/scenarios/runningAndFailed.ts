import type { Scenario } from '../scenario.ts';
import { forbidden, inOrder, study } from './parts.ts';

export const runningAndFailed: Scenario = {
  id: 'running-and-failed',
  title: 'One runs, one failed',
  summary: 'A failure keeps the panel open until it is dismissed.',
  durationMs: 40000,
  moments: { failed: 12000 },
  steps: inOrder(study({ tokensPerSecond: 8 }), [
    { at: 600, do: 'worker:create', job: '02b9fe10', title: 'Ask the archive' },
    { at: 800, do: 'worker:progress', job: '02b9fe10', progress: 15 },
    ...forbidden(5_000, '02b9fe10'),
  ]),
};
