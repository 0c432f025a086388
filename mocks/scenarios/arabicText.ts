import type { Scenario } from '../scenario.ts';
import { ARABIC } from './texts.ts';

export const arabicText: Scenario = {
  id: 'arabic-text',
  title: 'Text in Arabic',
  summary: 'A text that is not plain English prose, streamed in small pieces.',
  durationMs: 24000,
  moments: { writing: 3000, written: 17000 },
  steps: [
    {
      at: 400,
      do: 'worker:create',
      job: 'a7c31e05',
      title: 'دراسة سوق: سلسلة التبريد في بلدان الشمال',
      steps: [{ id: 'writing', label: 'Writing' }],
    },
    { at: 600, do: 'worker:step', job: 'a7c31e05', step: 'writing', status: 'active' },
    { at: 800, do: 'worker:stream', job: 'a7c31e05', text: ARABIC, tokensPerSecond: 30, progress: { from: 0, to: 90 } },
    { at: 18_000, do: 'worker:complete', job: 'a7c31e05' },
  ],
};
