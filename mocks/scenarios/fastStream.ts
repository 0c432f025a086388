import type { Scenario } from '../scenario.ts';
import { completed, inOrder, study } from './parts.ts';
import { longText } from './texts.ts';

export const fastStream: Scenario = {
  id: 'fast-stream',
  title: 'Fast stream',
  summary: 'A worker writes 1,000 tokens a second.',
  durationMs: 16000,
  moments: { streaming: 8000, completed: 15500 },
  steps: inOrder(study({ text: longText(60_000), tokensPerSecond: 1_000 }), completed(15_000)),
};
