import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, userEvent, waitFor, within } from 'storybook/test';
import {
  cancelElsewhere,
  cancelInTime,
  cancelLost,
  cancelOfSilentWorker,
  cancelTooLate,
  catchingUp,
  degradedStore,
  failureFinal,
  failureRetryable,
  fullButRunning,
  goneMeanwhile,
  happyPath,
  holding,
  longOutage,
  longOutput,
  longTitle,
  noProgress,
  nothingKnown,
  pageCrash,
  pauseAndResume,
  queued,
  serverRestartWithoutLog,
  skippedAndFailedSteps,
  stepsOnly,
  twoJobs,
  workerSilent,
} from '../../mocks/scenarios/index.ts';
import { LiveJobCard } from '../../src/components/realtime/LiveJobCard.tsx';
import { still } from '../support/still.ts';
import '../support/raised.css';

const STUDY = '7f3a91c2';
const TRANSCRIPTS = 'c04e77d1';
const HANDBOOK = 'e61b0d44';
const ARCHIVE = '02b9fe10';

const meta: Meta<typeof LiveJobCard> = {
  title: 'Components/JobCard',
  component: LiveJobCard,
  args: { jobId: STUDY, output: 'mono', defaultOpen: true },
  argTypes: { output: { control: 'inline-radio', options: ['mono', 'prose'] } },
  decorators: [
    (Story, { args }) => (
      // Cards stand on what floats, such as the panel. A default counts when a card is mounted, so another is another card.
      <div key={String(args.defaultOpen)} className="raised">
        <Story />
      </div>
    ),
  ],
  parameters: { stage: { width: 432 }, controls: { include: ['output', 'defaultOpen'] } },
};
export default meta;

type Story = StoryObj<typeof LiveJobCard>;
type Play = NonNullable<Story['play']>;

const says =
  (...words: readonly (string | RegExp)[]): Play =>
  async ({ canvasElement }) => {
    const card = within(canvasElement).getByRole('article');
    for (const word of words) await expect(card).toHaveTextContent(word);
  };

/** Plays from the start, with the controls below. */
export const Playground: Story = { parameters: { realtime: { scenario: happyPath } } };

export const Queued: Story = { parameters: still(queued, 'queued'), play: says('Queued') };

export const Running: Story = {
  parameters: still(happyPath, 'writing', 'narrow', 'rtl'),
  play: async (context) => {
    await says('Running', '62%', 'Thinking', 'Searching', 'Writing')(context);
    const bar = within(context.canvasElement).getByRole('progressbar');
    await expect(bar).toHaveAttribute('aria-valuenow', '62');
    await expect(bar).toHaveAttribute('aria-valuetext', '62 percent, Writing, step 3 of 3');
  },
};

export const Collapsed: Story = {
  args: { defaultOpen: false },
  parameters: still(happyPath, 'writing'),
  play: says('Writing', '62%'),
};

export const Prose: Story = {
  name: 'Running, output in prose',
  args: { output: 'prose' },
  parameters: still(happyPath, 'writing'),
  play: says('Cold-storage capacity'),
};

export const ReadingBack: Story = {
  name: 'Reading back',
  parameters: still(happyPath, 13_500),
  play: async ({ canvasElement }) => {
    const canvas = within(canvasElement);
    const output = canvas.getByRole('group', { name: 'Output' });
    output.scrollTop = 20;
    await waitFor(async () => {
      await expect(canvas.getByRole('button', { name: /Jump to latest/ })).toBeVisible();
    });
  },
};

export const StepsWithoutPercentage: Story = {
  name: 'Steps, no percentage',
  args: { jobId: TRANSCRIPTS },
  parameters: still(stepsOnly, 'clustering'),
  play: async (context) => {
    await says('Step 2 of 3', 'Clustering')(context);
    await expect(within(context.canvasElement).getByRole('progressbar')).not.toHaveAttribute('aria-valuenow');
  },
};

export const NothingKnown: Story = {
  name: 'Nothing known but life',
  args: { jobId: ARCHIVE },
  parameters: still(nothingKnown, 'running'),
  play: async ({ canvasElement }) => {
    await expect(within(canvasElement).getByRole('progressbar')).toHaveAttribute('aria-valuetext', 'progress unknown');
  },
};

export const NoProgressReported: Story = {
  name: 'No progress reported',
  args: { jobId: ARCHIVE },
  parameters: still(noProgress, 'running'),
  play: async ({ canvasElement }) => {
    await expect(within(canvasElement).queryByRole('progressbar')).toBeNull();
  },
};

export const FullButRunning: Story = {
  name: '100%, still running',
  parameters: still(fullButRunning, 'full'),
  play: says('Running', '100%'),
};

export const Completed: Story = {
  parameters: still(happyPath, 'completed'),
  play: async (context) => {
    await says('Completed')(context);
    await expect(within(context.canvasElement).getByRole('button', { name: 'Show text' })).toBeVisible();
  },
};

export const LongTitle: Story = {
  name: 'Long title, many steps',
  args: { jobId: 'reconcile-2024-eu-ledger' },
  parameters: still(longTitle, 'reconciling', 'narrow'),
  play: says('3 done', 'Reconciling', '2 more'),
};

export const SkippedAndFailedSteps: Story = {
  name: 'Skipped and failed steps',
  args: { jobId: '5d1190ab' },
  parameters: still(skippedAndFailedSteps, 'writing'),
  play: says('Searching', 'Checking', '70%'),
};

export const UnderFocus: Story = {
  name: 'Under pointer and focus',
  args: { defaultOpen: false, tabIndex: 0 },
  parameters: still(happyPath, 'writing'),
  play: async ({ canvasElement }) => {
    await userEvent.tab();
    await expect(within(canvasElement).getByRole('article')).toHaveFocus();
  },
};

export const Cancelling: Story = {
  parameters: still(cancelInTime, 'cancelling'),
  play: async (context) => {
    await says('Cancelling…')(context);
    await expect(within(context.canvasElement).queryByRole('button', { name: 'Cancel' })).toBeNull();
  },
};

export const CancellingSilent: Story = {
  name: 'Cancelling, and the worker is silent',
  parameters: still(cancelOfSilentWorker, 'silent', 'narrow'),
  play: says('Cancelling… No sign of life for'),
};

export const CancelledFromAnotherTab: Story = {
  name: 'Cancelling, from another tab',
  parameters: still(cancelElsewhere, 'cancelling'),
  play: says('Cancelling…'),
};

export const Cancelled: Story = { parameters: still(cancelInTime, 'cancelled', 'rtl'), play: says('Cancelled') };

export const TooLate: Story = {
  name: 'Finished before it could be cancelled',
  parameters: still(cancelTooLate, 'finished'),
  play: says('Finished before it could be cancelled'),
};

export const CancelLost: Story = {
  name: 'Cancel did not get through',
  parameters: still(cancelLost, 'lost'),
  play: says('Running', 'The request did not get through.'),
};

export const Paused: Story = {
  args: { jobId: HANDBOOK },
  parameters: still(pauseAndResume, 'paused', 'narrow', 'rtl'),
  play: async (context) => {
    await says('Paused', 'Waiting for the glossary to be approved', 'The text so far is kept.')(context);
    await expect(within(context.canvasElement).getByRole('button', { name: 'Resume' })).toBeEnabled();
  },
};

export const Resuming: Story = {
  name: 'Resume requested',
  args: { jobId: HANDBOOK },
  parameters: still(pauseAndResume, 'resuming'),
  play: says('Resuming…'),
};

export const FailedRetryable: Story = {
  name: 'Failed, can be tried again',
  args: { jobId: TRANSCRIPTS },
  parameters: still(failureRetryable, 'failed', 'narrow', 'rtl'),
  play: async (context) => {
    await says('Failed', 'The model stopped answering', 'model_timeout')(context);
    await expect(within(context.canvasElement).getByRole('button', { name: 'Try again' })).toBeEnabled();
  },
};

export const FailedForGood: Story = {
  name: 'Failed for good',
  args: { jobId: ARCHIVE },
  parameters: still(failureFinal, 'failed'),
  play: async (context) => {
    await says('Failed', 'You may not read volumes 12 to 31', 'forbidden')(context);
    await expect(within(context.canvasElement).queryByRole('button', { name: 'Try again' })).toBeNull();
  },
};

export const WorkerSilent: Story = {
  name: 'Worker silent',
  args: { jobId: TRANSCRIPTS },
  parameters: still(workerSilent, 'silent', 'rtl'),
  play: says(/No sign of life for \d+ s/),
};

export const NotLive: Story = {
  name: 'Not live',
  parameters: still(longOutage, 'notLive', 'rtl'),
  play: says('Running when last seen', '14 s ago'),
};

export const CatchingUp: Story = {
  name: 'Catching up',
  args: { jobId: 'study-3' },
  parameters: still(catchingUp, 'counting', 'rtl'),
  play: says(/Catching up: [\d,]+ updates/),
};

export const Resumed: Story = {
  args: { defaultOpen: false },
  parameters: still(pageCrash, 'after'),
  play: says('Writing', '89%'),
};

export const RecordReplaced: Story = {
  name: 'Record replaced',
  parameters: still(serverRestartWithoutLog, 'reset'),
  play: says('The server replaced its record of this job. This is the text it has now.'),
};

export const BeginningLeftOut: Story = {
  name: 'Beginning left out',
  parameters: still(longOutput, 'opened'),
  play: says(/The first [\d.]+.* characters are left out\./),
};

export const Delayed: Story = {
  name: 'Updates delayed',
  parameters: still(degradedStore, 'degraded'),
  play: says('Updates are delayed'),
};

export const Holding: Story = { parameters: still(holding, 'holding'), play: says('Waiting to continue') };

export const Gone: Story = {
  name: 'The server no longer has it',
  parameters: still(goneMeanwhile, 'gone'),
  play: says('The server does not have this job'),
};

export const SmallReport: Story = {
  name: 'Percentage without steps',
  args: { jobId: TRANSCRIPTS },
  parameters: still(twoJobs, 'working'),
  play: says('18%'),
};
