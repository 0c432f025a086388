import type { Scenario } from '../scenario.ts';
import { completed, inOrder, study } from './parts.ts';

export const halfOpen: Scenario = {
  id: 'half-open',
  title: 'Half-open connection',
  summary: 'The line is dead and nobody is told; the client finds out by itself when the page is looked at again.',
  durationMs: 50000,
  moments: { dead: 19900, probing: 21000, resumed: 30000 },
  steps: inOrder(
    study({ tokensPerSecond: 8 }),
    [
      { at: 8_000, do: 'device:hide' },
      { at: 10_000, do: 'network:halfOpen' },
      { at: 18_000, do: 'network:restore' },
      { at: 20_000, do: 'device:show' },
    ],
    completed(46_000),
  ),
};
