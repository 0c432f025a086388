import type { Scenario } from '../scenario.ts';

export const noServer: Scenario = {
  id: 'no-server',
  title: 'No server',
  summary: 'There is no server at this address: the page stays silent and harmless.',
  durationMs: 30000,
  noServer: true,
  moments: { silent: 12000 },
  steps: [],
};
