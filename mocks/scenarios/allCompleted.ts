import type { Scenario } from '../scenario.ts';
import { completed, inOrder, study } from './parts.ts';
import { TRANSCRIPTS } from './texts.ts';

export const allCompleted: Scenario = {
  id: 'all-completed',
  title: 'All done',
  summary: 'Two jobs complete one after the other.',
  durationMs: 40000,
  moments: { running: 6_000, completed: 13_500, collapsed: 19000 },
  steps: inOrder(
    study({ tokensPerSecond: 60 }),
    study({
      at: 700,
      job: 'c04e77d1',
      title: 'Summarise 14 interview transcripts',
      text: TRANSCRIPTS,
      tokensPerSecond: 10,
    }),
    completed(11_000),
    completed(12_000, 'c04e77d1'),
  ),
};
