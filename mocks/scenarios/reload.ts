import type { Scenario } from '../scenario.ts';
import { completed, inOrder, study } from './parts.ts';

export const reload: Scenario = {
  id: 'reload',
  title: 'Reload',
  summary: 'The page is reloaded in mid-stream.',
  durationMs: 40000,
  moments: { resuming: 15500 },
  steps: inOrder(study({ tokensPerSecond: 8 }), [{ at: 14_000, do: 'device:reload', awayMs: 800 }], completed(38_000)),
};
