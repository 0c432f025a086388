import type { Scenario } from '../scenario.ts';

export const connecting: Scenario = {
  id: 'connecting',
  title: 'Connecting',
  summary: 'The first connection takes long: the server answers after six seconds.',
  durationMs: 12000,
  moments: { connecting: 2500, ready: 8000 },
  steps: [
    { at: 0, do: 'network:stall', direction: 'up' },
    { at: 6_000, do: 'network:restore' },
  ],
};
