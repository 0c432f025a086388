import type { Scenario } from '../scenario.ts';
import { STUDY, inOrder, study } from './parts.ts';

export const failedMeanwhile: Scenario = {
  id: 'failed-meanwhile',
  title: 'Failed while away',
  summary: 'The page is away for ten seconds; meanwhile the job ends.',
  durationMs: 40000,
  moments: { back: 22600 },
  steps: inOrder(
    study({ tokensPerSecond: 8 }),
    [{ at: 12_000, do: 'device:reload', awayMs: 10_000 }],
    [
      {
        at: 16_000,
        do: 'worker:fail',
        job: STUDY,
        code: 'model_timeout',
        message: 'The model stopped answering',
        retryable: true,
      },
    ],
  ),
};
