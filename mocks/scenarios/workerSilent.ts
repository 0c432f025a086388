import type { Scenario } from '../scenario.ts';
import { TRANSCRIPTS_JOB, inOrder, study } from './parts.ts';
import { TRANSCRIPTS } from './texts.ts';

const { job } = TRANSCRIPTS_JOB;

export const workerSilent: Scenario = {
  id: 'worker-silent',
  title: 'Worker silent, and back',
  summary: 'A worker says nothing for longer than its lease; then it goes on.',
  durationMs: 80000,
  moments: { silent: 48000, back: 63000 },
  steps: inOrder(study({ tokensPerSecond: 4 }), [
    { at: 300, do: 'worker:create', ...TRANSCRIPTS_JOB },
    { at: 500, do: 'worker:step', job, step: 'reading', status: 'active' },
    { at: 2_000, do: 'worker:progress', job, progress: 20 },
    { at: 2_000, do: 'worker:step', job, step: 'reading', status: 'completed' },
    { at: 2_000, do: 'worker:step', job, step: 'clustering', status: 'active' },
    { at: 2_200, do: 'worker:write', job, text: TRANSCRIPTS },
    { at: 8_000, do: 'worker:progress', job, progress: 34 },
    { at: 8_000, do: 'worker:silence', job },
    { at: 60_000, do: 'worker:speak', job },
    { at: 61_000, do: 'worker:progress', job, progress: 50 },
  ]),
};
