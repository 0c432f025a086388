import type { Scenario } from '../scenario.ts';
import { HANDBOOK_JOB, inOrder, study } from './parts.ts';

export const anotherUser: Scenario = {
  id: 'another-user',
  title: 'Another user signs in',
  summary:
    'Somebody signs out, and Bob signs in: nothing of the first one stays, and Bob sees his own job. Then the first one is back, and so is the text.',
  durationMs: 36_000,
  moments: { first: 8_000, signedOut: 12_000, second: 20_000, firstAgain: 30_000 },
  steps: inOrder(study(), [
    { at: 500, do: 'worker:create', ...HANDBOOK_JOB, owner: 'bob' },
    { at: 700, do: 'worker:step', job: HANDBOOK_JOB.job, step: 'thinking', status: 'active' },
    { at: 700, do: 'worker:progress', job: HANDBOOK_JOB.job, progress: 41 },
    { at: 10_000, do: 'device:signOut' },
    { at: 14_000, do: 'device:signIn', user: 'bob' },
    { at: 24_000, do: 'device:signIn', user: 'dev' },
  ]),
};
