import type { Scenario } from '../scenario.ts';
import { inOrder, study } from './parts.ts';

export const tokenExpired: Scenario = {
  id: 'token-expired',
  title: 'Sign-in expired',
  summary: 'The sign-in ends and nobody renews it: the bar asks for it, and the jobs go on.',
  durationMs: 120000,
  tokenValidMs: 70_000,
  moments: { expired: 80000, back: 116000 },
  steps: inOrder(study({ tokensPerSecond: 3 }), [
    { at: 300, do: 'worker:create', job: 'c04e77d1', title: 'Summarise 14 interview transcripts' },
    { at: 500, do: 'worker:progress', job: 'c04e77d1', progress: 18 },
    { at: 110_000, do: 'device:renewToken' },
    { at: 112_000, do: 'person:retry' },
  ]),
};
