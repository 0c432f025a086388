import type { Scenario } from '../scenario.ts';
import { completed, inOrder, study } from './parts.ts';

export const offline: Scenario = {
  id: 'offline',
  title: 'No network',
  summary: 'The device says that it has no network; the jobs go on.',
  durationMs: 50000,
  moments: { offline: 18000, back: 34000 },
  steps: inOrder(
    study({ tokensPerSecond: 8 }),
    [
      { at: 300, do: 'worker:create', job: 'c04e77d1', title: 'Summarise 14 interview transcripts' },
      { at: 500, do: 'worker:progress', job: 'c04e77d1', progress: 18 },
      { at: 10_000, do: 'device:offline' },
      { at: 30_000, do: 'device:online' },
    ],
    completed(48_000),
  ),
};
