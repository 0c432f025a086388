import type { Scenario } from '../scenario.ts';
import { completed, inOrder, study } from './parts.ts';

export const wireFaults: Scenario = {
  id: 'wire-faults',
  title: 'Holes, doubles and disorder',
  summary: 'Events are swallowed, doubled and delivered out of order on the wire; the text is right all the same.',
  durationMs: 40000,
  moments: { writing: 15500, completed: 37000 },
  steps: inOrder(
    study(),
    [
      { at: 5_000, do: 'network:hole', times: 3 },
      { at: 8_000, do: 'network:duplicate', times: 8 },
      { at: 11_000, do: 'network:reorder', times: 5, past: 2 },
      { at: 14_000, do: 'network:hole', times: 1 },
      { at: 14_100, do: 'network:duplicate', times: 4 },
      { at: 14_200, do: 'network:reorder', times: 3, past: 3 },
    ],
    completed(36_000),
  ),
};
