import type { Scenario } from '../scenario.ts';
import { inOrder, study } from './parts.ts';

export const tokenExpiring: Scenario = {
  id: 'token-expiring',
  title: 'Sign-in renewed in time',
  summary: 'The sign-in is about to end; a new one is there and given to the server in place.',
  durationMs: 120000,
  tokenValidMs: 90_000,
  moments: { renewed: 40000, after: 110000 },
  steps: inOrder(study({ tokensPerSecond: 3 }), [{ at: 25_000, do: 'device:renewToken' }]),
};
