import type { Scenario } from '../scenario.ts';
import { STUDY, inOrder, study } from './parts.ts';

export const holding: Scenario = {
  id: 'holding',
  title: 'Server rebuilds its record',
  summary: 'The server lost the end of its record while the worker lives: the page waits for the worker to fill it up.',
  durationMs: 60000,
  moments: { holding: 18000, resumed: 32000 },
  steps: inOrder(study({ tokensPerSecond: 8 }), [
    { at: 10_000, do: 'worker:silence', job: STUDY },
    { at: 10_300, do: 'server:loseTail', job: STUDY, events: 20 },
    { at: 10_500, do: 'network:drop' },
    { at: 24_000, do: 'server:refill', job: STUDY },
    { at: 24_500, do: 'worker:speak', job: STUDY },
  ]),
};
