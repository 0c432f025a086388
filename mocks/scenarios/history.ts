import type { Scenario, ScenarioStep } from '../scenario.ts';
import { forbidden, inOrder } from './parts.ts';

const JOBS = [
  ['job-captions', 'Image captions for the spring catalogue'],
  ['job-digest', 'Weekly digest for the board'],
  ['job-rewrite', 'Rewrite of chapter 3 in plain language'],
  ['job-archive', 'Ask the archive'],
  ['job-tender', 'Tender 2291, compliance matrix'],
] as const;

export const history: Scenario = {
  id: 'history',
  title: 'Only history',
  summary: 'Five jobs have ended in different ways; none runs.',
  durationMs: 60000,
  moments: { running: 700, ended: 12_000, later: 55000 },
  steps: inOrder(
    JOBS.flatMap(([job, title], index): ScenarioStep[] => [
      { at: 200 + index * 2_000, do: 'worker:create', job, title },
      { at: 400 + index * 2_000, do: 'worker:start', job },
    ]),
    [
      { at: 1_000, do: 'worker:complete', job: JOBS[0][0] },
      { at: 2_800, do: 'worker:onCancel', job: JOBS[1][0], afterMs: null },
      { at: 3_000, do: 'person:cancel', job: JOBS[1][0] },
      { at: 3_400, do: 'worker:complete', job: JOBS[1][0] },
      { at: 5_000, do: 'person:cancel', job: JOBS[2][0] },
      ...forbidden(7_000, JOBS[3][0]),
      { at: 9_400, do: 'worker:complete', job: JOBS[4][0] },
    ],
  ),
};
