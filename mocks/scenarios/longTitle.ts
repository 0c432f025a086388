import type { Scenario, ScenarioStep } from '../scenario.ts';
import { inOrder } from './parts.ts';

const STEPS = [
  { id: 'collecting', label: 'Collecting' },
  { id: 'reading', label: 'Reading' },
  { id: 'extracting', label: 'Extracting' },
  { id: 'reconciling', label: 'Reconciling' },
  { id: 'reviewing', label: 'Reviewing' },
  { id: 'annotating', label: 'Annotating' },
  { id: 'exporting', label: 'Exporting' },
];

export const longTitle: Scenario = {
  id: 'long-title',
  title: 'Long title, many steps',
  summary: 'A title of many words and nine steps, of which most fold into counts.',
  durationMs: 30000,
  moments: { reconciling: 9000 },
  steps: inOrder([
    {
      at: 400,
      do: 'worker:create',
      job: 'reconcile-2024-eu-ledger',
      title:
        'Extract all figures from the annual reports of 2019 to 2024 and reconcile them with the general ledger of each subsidiary',
      steps: STEPS,
    },
    ...STEPS.slice(0, 3).flatMap((step, index): ScenarioStep[] => [
      { at: 600 + index * 900, do: 'worker:step', job: 'reconcile-2024-eu-ledger', step: step.id, status: 'active' },
      { at: 1_000 + index * 900, do: 'worker:progress', job: 'reconcile-2024-eu-ledger', progress: 2 + index * 2 },
      {
        at: 1_400 + index * 900,
        do: 'worker:step',
        job: 'reconcile-2024-eu-ledger',
        step: step.id,
        status: 'completed',
      },
    ]),
    { at: 3_400, do: 'worker:step', job: 'reconcile-2024-eu-ledger', step: 'reconciling', status: 'active' },
    { at: 3_600, do: 'worker:progress', job: 'reconcile-2024-eu-ledger', progress: 7 },
    {
      at: 4_000,
      do: 'worker:write',
      job: 'reconcile-2024-eu-ledger',
      text: 'company,year,revenue_keur,ebit_keur\nHalvor AS,2019,48210,3911\nHalvor AS,2020,51077,4020\nHalvor AS,2021,',
    },
  ]),
};
