import type { Scenario } from '../scenario.ts';
import { completed, inOrder, study } from './parts.ts';

export const reloadWithoutConnection: Scenario = {
  id: 'reload-without-connection',
  title: 'Reload without a connection',
  summary: 'The page is reloaded while the server is out of reach: it has its text, and waits for the rest.',
  durationMs: 50000,
  moments: { waiting: 24000, resumed: 42000 },
  steps: inOrder(
    study({ tokensPerSecond: 8 }),
    [
      { at: 12_000, do: 'network:cut' },
      { at: 14_000, do: 'device:reload', awayMs: 800 },
      { at: 30_000, do: 'network:restore' },
    ],
    completed(48_000),
  ),
};
