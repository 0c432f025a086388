import type { Scenario } from '../scenario.ts';
import { TRANSCRIPTS_JOB } from './parts.ts';
import { TRANSCRIPTS } from './texts.ts';

const { job } = TRANSCRIPTS_JOB;

export const failureRetryable: Scenario = {
  id: 'failure-retryable',
  title: 'Failure that can be tried again',
  summary: 'The model stops answering; the person tries again and the job goes on from its text.',
  durationMs: 50000,
  moments: { failed: 15000, resumed: 28000, completed: 35000 },
  steps: [
    { at: 400, do: 'worker:create', ...TRANSCRIPTS_JOB },
    { at: 600, do: 'worker:step', job, step: 'reading', status: 'active' },
    { at: 2_000, do: 'worker:progress', job, progress: 20 },
    { at: 2_000, do: 'worker:step', job, step: 'reading', status: 'completed' },
    { at: 2_000, do: 'worker:step', job, step: 'clustering', status: 'active' },
    { at: 4_000, do: 'worker:progress', job, progress: 48 },
    { at: 4_000, do: 'worker:step', job, step: 'clustering', status: 'completed' },
    { at: 4_000, do: 'worker:step', job, step: 'drafting', status: 'active' },
    { at: 4_200, do: 'worker:stream', job, text: TRANSCRIPTS, tokensPerSecond: 9 },
    { at: 9_000, do: 'worker:progress', job, progress: 71 },
    { at: 9_200, do: 'worker:step', job, step: 'drafting', status: 'failed' },
    {
      at: 9_200,
      do: 'worker:fail',
      job,
      code: 'model_timeout',
      message: 'The model stopped answering',
      retryable: true,
    },
    { at: 22_000, do: 'person:resume', job },
    { at: 26_000, do: 'worker:step', job, step: 'drafting', status: 'active' },
    { at: 30_000, do: 'worker:progress', job, progress: 90 },
    { at: 34_000, do: 'worker:complete', job },
  ],
};
