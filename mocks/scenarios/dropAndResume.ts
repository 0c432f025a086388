import type { Scenario } from '../scenario.ts';
import { completed, inOrder, study } from './parts.ts';

export const dropAndResume: Scenario = {
  id: 'drop-and-resume',
  title: 'Drop and resume',
  summary: 'The connection drops for a moment; nothing is announced, nothing is lost.',
  durationMs: 30000,
  moments: { before: 9900, dropped: 10150, resumed: 13000, completed: 28500 },
  steps: inOrder(study(), [{ at: 10_000, do: 'network:drop' }], completed(28_000)),
};
