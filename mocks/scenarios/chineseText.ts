import type { Scenario } from '../scenario.ts';
import { CHINESE } from './texts.ts';

export const chineseText: Scenario = {
  id: 'chinese-text',
  title: 'Text in Chinese',
  summary: 'A text that is not plain English prose, streamed in small pieces.',
  durationMs: 24000,
  moments: { writing: 3000, written: 17000 },
  steps: [
    {
      at: 400,
      do: 'worker:create',
      job: 'a7c31e05',
      title: '北欧冷链物流市场研究',
      steps: [{ id: 'writing', label: 'Writing' }],
    },
    { at: 600, do: 'worker:step', job: 'a7c31e05', step: 'writing', status: 'active' },
    {
      at: 800,
      do: 'worker:stream',
      job: 'a7c31e05',
      text: CHINESE,
      tokensPerSecond: 30,
      progress: { from: 0, to: 90 },
    },
    { at: 18_000, do: 'worker:complete', job: 'a7c31e05' },
  ],
};
