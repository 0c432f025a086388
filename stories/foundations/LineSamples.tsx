import type { ReactElement } from 'react';
import type { JobStep } from '@regen/realtime-shared';
import { railView, type RailInput } from '../../src/presentation/railView.ts';
import { Rail } from '../../src/components/realtime/Rail.tsx';
import { BothThemes } from '../support/BothThemes.tsx';

interface Sample {
  name: string;
  means: string;
  rail: RailInput;
}

const running = { kind: 'running', live: true } as const;
const step = (id: string, status: JobStep['status'], startedAtProgress?: number): JobStep => ({
  id,
  label: id,
  status,
  ...(startedAtProgress === undefined ? {} : { startedAt: 0, startedAtProgress }),
});

const STROKES: readonly Sample[] = [
  { name: 'Solid', means: 'Reported', rail: { phase: { kind: 'completed', late: false }, progress: 100, steps: [] } },
  { name: 'Hairline', means: 'Still to come', rail: { phase: { kind: 'queued', live: true }, progress: 0, steps: [] } },
  {
    name: 'Comb',
    means: 'It exists and is on its way: catching up',
    rail: { phase: { kind: 'catchingUp', applied: 0, total: 312 }, progress: 0, steps: [] },
  },
  { name: 'Dots', means: 'Unknown', rail: { phase: running, progress: null, steps: [], reported: true } },
  {
    name: 'Cut',
    means: 'Nothing more can arrive',
    rail: { phase: { kind: 'notLive', lastStatus: 'running', agoMs: 12_000 }, progress: 62, steps: [] },
  },
];

const MARKS: readonly Sample[] = [
  {
    name: 'Needle',
    means: 'Live. Behind it a wake, ahead of it the scale and the end stop',
    rail: {
      phase: running,
      progress: 62,
      steps: [step('Thinking', 'completed', 0), step('Searching', 'completed', 8), step('Writing', 'active', 31)],
    },
  },
  {
    name: 'Still',
    means: 'The last report; unknown since',
    rail: { phase: { kind: 'workerSilent', forMs: 40_000 }, progress: 34, steps: [] },
  },
  { name: 'Pause', means: 'Paused', rail: { phase: { kind: 'paused' }, progress: 45, steps: [] } },
  { name: 'Hollow square', means: 'Asked to stop', rail: { phase: { kind: 'cancelling' }, progress: 62, steps: [] } },
  {
    name: 'Square',
    means: 'Stopped; nothing follows',
    rail: { phase: { kind: 'cancelled' }, progress: 62, steps: [] },
  },
  {
    name: 'Cross',
    means: 'Failed. The track stays only where it can be tried again',
    rail: { phase: { kind: 'failed', retryable: true }, progress: 34, steps: [] },
  },
  {
    name: 'Seam',
    means: 'Interrupted, being resumed',
    rail: { phase: { kind: 'catchingUp', applied: 0, total: 312 }, progress: 45, steps: [] },
  },
  {
    name: 'Gap',
    means: 'Was interrupted here, went on',
    rail: { phase: running, progress: 72, steps: [], gaps: [45] },
  },
  {
    name: 'Lanes',
    means: 'Steps without a percentage: one lane a step',
    rail: {
      phase: running,
      progress: null,
      steps: [step('Reading', 'completed'), step('Clustering', 'active'), step('Writing', 'pending')],
    },
  },
];

function Samples({ samples }: { samples: readonly Sample[] }): ReactElement {
  return (
    <BothThemes>
      {samples.map(({ name, means, rail }) => {
        const view = railView(rail);
        return (
          <div key={name} className="docs-line">
            <p>{name}</p>
            {view === null ? null : <Rail view={view} aria-label={`${name}: ${means}`} />}
            <small>{means}</small>
          </div>
        );
      })}
    </BothThemes>
  );
}

/** How the line is drawn, by the component that draws it everywhere. */
export const StrokeSamples = (): ReactElement => <Samples samples={STROKES} />;
/** What stands on the line. */
export const MarkSamples = (): ReactElement => <Samples samples={MARKS} />;
