import type { Scenario } from '../scenario.ts';
import { completed, inOrder, study } from './parts.ts';

export const degradedStore: Scenario = {
  id: 'degraded-store',
  title: 'Degraded store',
  summary: 'The server cannot reach its log for a while; connections stay and everything heals.',
  durationMs: 50000,
  moments: { degraded: 16000, healed: 32000 },
  steps: inOrder(
    study({ tokensPerSecond: 6 }),
    [
      { at: 300, do: 'worker:create', job: 'c04e77d1', title: 'Summarise 14 interview transcripts' },
      { at: 500, do: 'worker:progress', job: 'c04e77d1', progress: 18 },
      { at: 10_000, do: 'server:degrade' },
      { at: 25_000, do: 'server:recover' },
    ],
    completed(46_000),
  ),
};
