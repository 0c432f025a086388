import type { Scenario, ScenarioStep } from '../scenario.ts';
import { THREE_STEPS, inOrder } from './parts.ts';

const idOf = (index: number) => `contract-${String(412 + index).padStart(4, '0')}`;

function contract(index: number): ScenarioStep[] {
  const title = `Contract ${String(412 + index).padStart(4, '0')}, clause extraction`;
  return [{ at: 300 + index * 10, do: 'worker:create', job: idOf(index), title, steps: THREE_STEPS }];
}

function work(index: number): ScenarioStep[] {
  const job = idOf(index);
  const at = 2_000 + index * 200;
  const reached = [91, 77, 64, 52, 38, 21, 6][index] ?? 0;
  return [
    { at, do: 'worker:start', job },
    { at, do: 'worker:step', job, step: 'thinking', status: 'active' },
    { at: at + 400, do: 'worker:progress', job, progress: Math.min(4, reached) },
    ...(reached > 20 ? searching(job, at + 800) : []),
    ...(reached > 60 ? writing(job, at + 1_600) : []),
    { at: at + 4_000, do: 'worker:progress', job, progress: reached },
  ];
}

function searching(job: string, at: number): ScenarioStep[] {
  return [
    { at, do: 'worker:step', job, step: 'thinking', status: 'completed' },
    { at, do: 'worker:step', job, step: 'searching', status: 'active' },
  ];
}

function writing(job: string, at: number): ScenarioStep[] {
  return [
    { at, do: 'worker:progress', job, progress: 40 },
    { at, do: 'worker:step', job, step: 'searching', status: 'completed' },
    { at, do: 'worker:step', job, step: 'writing', status: 'active' },
  ];
}

export const manyJobs: Scenario = {
  id: 'many-jobs',
  title: 'Many jobs',
  summary: 'A hundred jobs: seven run, the rest wait for their turn.',
  durationMs: 30000,
  moments: { running: 12000 },
  steps: inOrder(
    Array.from({ length: 100 }, (_, index) => contract(index)).flat(),
    Array.from({ length: 7 }, (_, index) => work(index)).flat(),
  ),
};
