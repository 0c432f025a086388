import type { Scenario } from '../scenario.ts';

export const tooManyConnections: Scenario = {
  id: 'too-many-connections',
  title: 'Too many connections',
  summary: 'The person has too many tabs open; the server says so.',
  durationMs: 30000,
  moments: { refused: 5000 },
  steps: [
    {
      at: 0,
      do: 'server:refuse',
      code: 'too_many_connections',
      message: 'You have 20 tabs open already. Close one, then try again.',
    },
  ],
};
