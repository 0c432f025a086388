import type { Scenario } from '../scenario.ts';
import { inOrder, study } from './parts.ts';
import { longText } from './texts.ts';

export const longOutput: Scenario = {
  id: 'long-output',
  title: 'Beginning left out',
  summary: 'A text so long that the server keeps only its end; the page is opened late and says what is missing.',
  durationMs: 60000,
  opensAtMs: 22_000,
  maxTextLength: 20_000,
  moments: { opened: 24000 },
  steps: inOrder(study({ at: 100, text: longText(120_000), tokensPerSecond: 1_000, upTo: 88 })),
};
