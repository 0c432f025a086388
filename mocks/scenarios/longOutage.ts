import type { Scenario } from '../scenario.ts';
import { completed, inOrder, study } from './parts.ts';

export const longOutage: Scenario = {
  id: 'long-outage',
  title: 'Long outage',
  summary: 'The network is gone for 20 s while two jobs go on; then everything that was missed arrives.',
  durationMs: 60000,
  moments: { calm: 13000, reconnecting: 17500, notLive: 24000, resumed: 45000 },
  steps: inOrder(
    study({ tokensPerSecond: 8 }),
    [
      { at: 300, do: 'worker:create', job: 'c04e77d1', title: 'Summarise 14 interview transcripts' },
      { at: 500, do: 'worker:progress', job: 'c04e77d1', progress: 4 },
      { at: 4_000, do: 'worker:progress', job: 'c04e77d1', progress: 18 },
      { at: 10_000, do: 'network:cut' },
      { at: 30_000, do: 'network:restore' },
    ],
    completed(55_000),
  ),
};
