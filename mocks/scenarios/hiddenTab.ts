import type { Scenario } from '../scenario.ts';
import { completed, inOrder, study } from './parts.ts';

export const hiddenTab: Scenario = {
  id: 'hidden-tab',
  title: 'Hidden tab',
  summary: 'The tab is hidden for a while and shown again: the text is complete at once.',
  durationMs: 40000,
  moments: { shown: 18100 },
  steps: inOrder(
    study({ tokensPerSecond: 20 }),
    [
      { at: 6_000, do: 'device:hide' },
      { at: 18_000, do: 'device:show' },
    ],
    completed(36_000),
  ),
};
