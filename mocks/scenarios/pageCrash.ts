import type { Scenario } from '../scenario.ts';
import { completed, inOrder, study } from './parts.ts';

export const pageCrash: Scenario = {
  id: 'page-crash',
  title: 'Crash of the page',
  summary: 'The page dies in mid-stream without a word and comes back: the text it had at once, then the rest.',
  durationMs: 40000,
  moments: { before: 13900, reconnecting: 17030, resuming: 17700, after: 24000 },
  steps: inOrder(study({ tokensPerSecond: 8 }), [{ at: 14_000, do: 'device:crash', awayMs: 3_000 }], completed(38_000)),
};
