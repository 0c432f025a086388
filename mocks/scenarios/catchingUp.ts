import type { Scenario } from '../scenario.ts';
import { STUDY_TITLE, inOrder, study } from './parts.ts';
import { longText } from './texts.ts';

export const catchingUp: Scenario = {
  id: 'catching-up',
  title: 'Catching up',
  summary: 'After an outage on a thin line the missed updates of three jobs trickle in, and are counted.',
  durationMs: 70000,
  moments: { asking: 41_000, counting: 46_500, caughtUp: 60_000 },
  steps: inOrder(
    ['study-1', 'study-2', 'study-3'].flatMap((job, index) =>
      study({
        at: 200 + index * 50,
        job,
        title: `${STUDY_TITLE} ${String(index + 1)}`,
        text: longText(6_000),
        tokensPerSecond: 12,
      }),
    ),
    [
      { at: 8_000, do: 'network:cut' },
      { at: 40_000, do: 'network:restore' },
      { at: 40_000, do: 'network:slow', bytesPerSecond: 3_000 },
      { at: 62_000, do: 'network:restore' },
    ],
  ),
};
