import type { Scenario } from '../scenario.ts';

export const refusedSignIn: Scenario = {
  id: 'refused-sign-in',
  title: 'Refused sign-in',
  summary: 'The server does not accept this sign-in: no retry storm, one request.',
  durationMs: 30000,
  moments: { refused: 5000 },
  steps: [{ at: 0, do: 'server:refuse', code: 'unauthorized', message: 'This account may not use live updates.' }],
};
