import type { Scenario } from '../scenario.ts';
import { completed, inOrder, study } from './parts.ts';

export const draining: Scenario = {
  id: 'draining',
  title: 'Draining server',
  summary: 'The server goes away in good order and tells each client when to come back.',
  durationMs: 40000,
  moments: { draining: 11000, back: 18000 },
  steps: inOrder(
    study({ tokensPerSecond: 8 }),
    [{ at: 10_000, do: 'server:drain', windowMs: 3_000, downMs: 500 }],
    completed(38_000),
  ),
};
