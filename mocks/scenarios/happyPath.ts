import type { Scenario } from '../scenario.ts';
import { MARKET_STUDY } from './texts.ts';

export const happyPath: Scenario = {
  id: 'happy-path',
  title: 'Happy path',
  summary: 'One job thinks, searches and writes, reports a percentage and completes.',
  durationMs: 22_000,
  moments: { queued: 900, thinking: 2_000, searching: 4_200, writing: 9_000, completed: 15_500, collapsed: 21_500 },
  steps: [
    {
      at: 600,
      do: 'worker:create',
      job: '7f3a91c2',
      title: 'Market study: cold-chain logistics in the Nordics',
      steps: [
        { id: 'thinking', label: 'Thinking' },
        { id: 'searching', label: 'Searching' },
        { id: 'writing', label: 'Writing' },
      ],
    },
    { at: 1_200, do: 'worker:start', job: '7f3a91c2' },
    { at: 1_200, do: 'worker:progress', job: '7f3a91c2', progress: 0 },
    { at: 1_200, do: 'worker:step', job: '7f3a91c2', step: 'thinking', status: 'active' },
    { at: 2_600, do: 'worker:progress', job: '7f3a91c2', progress: 8 },
    { at: 2_600, do: 'worker:step', job: '7f3a91c2', step: 'thinking', status: 'completed' },
    { at: 2_600, do: 'worker:step', job: '7f3a91c2', step: 'searching', status: 'active' },
    { at: 4_000, do: 'worker:progress', job: '7f3a91c2', progress: 20, message: 'Reading 31 sources' },
    { at: 5_200, do: 'worker:progress', job: '7f3a91c2', progress: 31, etaMs: 10_000 },
    { at: 5_200, do: 'worker:step', job: '7f3a91c2', step: 'searching', status: 'completed' },
    { at: 5_200, do: 'worker:step', job: '7f3a91c2', step: 'writing', status: 'active' },
    {
      at: 5_400,
      do: 'worker:stream',
      job: '7f3a91c2',
      text: MARKET_STUDY,
      tokensPerSecond: 26,
      progress: { from: 31, to: 99 },
    },
    { at: 15_000, do: 'worker:step', job: '7f3a91c2', step: 'writing', status: 'completed' },
    { at: 15_000, do: 'worker:complete', job: '7f3a91c2' },
  ],
};
