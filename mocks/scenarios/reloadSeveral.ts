import type { Scenario } from '../scenario.ts';
import { STUDY_TITLE, inOrder, study } from './parts.ts';

export const reloadSeveral: Scenario = {
  id: 'reload-several',
  title: 'Reload with several jobs',
  summary: 'Three jobs run when the page is reloaded.',
  durationMs: 40000,
  moments: { reconnecting: 14830, resuming: 15500 },
  steps: inOrder(
    ['study-1', 'study-2', 'study-3'].flatMap((job, index) =>
      study({ at: 200 + index * 50, job, title: `${STUDY_TITLE} ${String(index + 1)}`, tokensPerSecond: 8 }),
    ),
    [{ at: 14_000, do: 'device:reload', awayMs: 800 }],
  ),
};
