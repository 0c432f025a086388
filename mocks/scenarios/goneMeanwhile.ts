import type { Scenario } from '../scenario.ts';
import { STUDY, inOrder, study } from './parts.ts';

export const goneMeanwhile: Scenario = {
  id: 'gone-meanwhile',
  title: 'Its log is gone',
  summary: 'While the page is away the server loses its log, and the worker is gone too.',
  durationMs: 40000,
  moments: { gone: 22600 },
  steps: inOrder(study({ tokensPerSecond: 8 }), [
    { at: 12_000, do: 'device:reload', awayMs: 10_000 },
    { at: 14_000, do: 'worker:crash', job: STUDY },
    { at: 15_000, do: 'server:restart', keepLog: false, downMs: 1_000 },
  ]),
};
