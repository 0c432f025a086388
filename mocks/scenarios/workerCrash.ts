import type { Scenario } from '../scenario.ts';
import { STUDY, inOrder, study } from './parts.ts';
import { MARKET_STUDY } from './texts.ts';

export const workerCrash: Scenario = {
  id: 'worker-crash',
  title: 'Worker crash and takeover',
  summary: 'A worker dies in mid-stream; after its lease another one takes the job over and goes on.',
  durationMs: 80000,
  moments: { silent: 42000, takenOver: 52000 },
  steps: inOrder(study({ tokensPerSecond: 6 }), [
    { at: 10_000, do: 'worker:crash', job: STUDY },
    { at: 45_000, do: 'worker:takeover', job: STUDY },
    {
      at: 46_000,
      do: 'worker:stream',
      job: STUDY,
      text: MARKET_STUDY.slice(300),
      tokensPerSecond: 10,
      progress: { from: 50, to: 98 },
    },
  ]),
};
