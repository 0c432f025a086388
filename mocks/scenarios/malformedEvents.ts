import type { Scenario } from '../scenario.ts';
import { completed, inOrder, study } from './parts.ts';

export const malformedEvents: Scenario = {
  id: 'malformed-events',
  title: 'Malformed events',
  summary:
    'The server sends nonsense; it is counted, reported once and dropped, and what it should have told is asked for again.',
  durationMs: 40000,
  moments: { writing: 15500, completed: 37000 },
  steps: inOrder(
    study(),
    [
      { at: 5_000, do: 'network:malformed', times: 2, payload: { nothing: 'fits' } },
      { at: 7_000, do: 'network:malformed', times: 1, payload: null },
      { at: 9_000, do: 'network:malformed', times: 1, payload: 'text' },
    ],
    completed(36_000),
  ),
};
