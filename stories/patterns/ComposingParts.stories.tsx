import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, within } from 'storybook/test';
import {
  cancelInTime,
  failureRetryable,
  goneMeanwhile,
  happyPath,
  longOutage,
  pauseAndResume,
  queued,
  threeJobs,
} from '../../mocks/scenarios/index.ts';
import { BesideCard } from '../parts/BesideCard.tsx';
import { Draft } from '../parts/Draft.tsx';
import { JobTable } from '../parts/JobTable.tsx';
import { OwnBar } from '../parts/OwnBar.tsx';
import { SOURCES } from '../parts/sources.ts';
import { shown } from '../support/shown.ts';
import { still } from '../support/still.ts';
import './composingParts.css';

const STUDY = '7f3a91c2';
const TRANSCRIPTS = 'c04e77d1';
const HANDBOOK = 'e61b0d44';

interface OfAJob {
  jobId: string;
}

const meta: Meta<OfAJob> = {
  title: 'Patterns/Composing parts',
  args: { jobId: STUDY },
  parameters: { controls: { disable: true } },
};
export default meta;

type Story = StoryObj<OfAJob>;
type Play = NonNullable<Story['play']>;

const says =
  (...words: readonly (string | RegExp)[]): Play =>
  async ({ canvasElement }) => {
    const draft = within(canvasElement).getByRole('article');
    for (const word of words) await expect(draft).toHaveTextContent(word);
  };

export const CardBesideItsSubject: Story = {
  name: 'A card beside its subject',
  render: ({ jobId }) => (
    <div className="compose-columns">
      <BesideCard jobId={jobId} />
    </div>
  ),
  parameters: { ...still(happyPath, 'writing', 'narrow'), docs: shown(SOURCES.besideCard) },
  play: async ({ canvasElement }) => {
    await expect(within(canvasElement).getByRole('article', { name: /Market study/ })).toBeVisible();
  },
};

const draft = (jobId: string): Pick<Story, 'args' | 'render'> => ({
  args: { jobId },
  render: (args) => (
    <div className="compose-draft">
      <Draft jobId={args.jobId} />
    </div>
  ),
});
const draftCode = { docs: shown(SOURCES.draft) };

export const TextAsContent: Story = {
  name: 'The text as the page’s content',
  ...draft(STUDY),
  parameters: { realtime: { scenario: happyPath, from: 7_000 }, ...draftCode },
};

export const TextQueued: Story = {
  name: 'The text, its job queued',
  ...draft(STUDY),
  parameters: { realtime: { scenario: queued, at: 'queued' }, ...draftCode },
  play: says('Queued'),
};

export const TextPaused: Story = {
  name: 'The text, its job paused',
  ...draft(HANDBOOK),
  parameters: { realtime: { scenario: pauseAndResume, at: 'paused' }, ...draftCode },
  play: async (context) => {
    await says('Paused')(context);
    await expect(context.canvasElement.querySelector('[data-caret]')).toBeNull();
  },
};

export const TextFailed: Story = {
  name: 'The text, its job failed',
  ...draft(TRANSCRIPTS),
  parameters: { realtime: { scenario: failureRetryable, at: 'failed' }, ...draftCode },
  play: says('Failed'),
};

export const TextCancelled: Story = {
  name: 'The text, its job cancelled',
  ...draft(STUDY),
  parameters: { realtime: { scenario: cancelInTime, at: 'cancelled' }, ...draftCode },
  play: says('Cancelled'),
};

export const TextGone: Story = {
  name: 'The text, its job gone',
  ...draft(STUDY),
  parameters: { realtime: { scenario: goneMeanwhile, at: 'gone' }, ...draftCode },
  play: says(/The server/),
};

export const TextNotLive: Story = {
  name: 'The text, not live',
  ...draft(STUDY),
  parameters: { realtime: { scenario: longOutage, at: 'notLive' }, ...draftCode },
  play: says('Running when last seen'),
};

export const BarOfOnesOwn: Story = {
  name: 'A bar of one’s own',
  render: () => <OwnBar />,
  parameters: { realtime: { scenario: threeJobs, at: 'working' }, docs: shown(SOURCES.ownBar) },
  play: async ({ canvasElement }) => {
    await expect(within(canvasElement).getByText('2 jobs running')).toBeVisible();
  },
};

const table: Pick<Story, 'render'> = {
  render: () => (
    <div className="compose-table">
      <JobTable />
    </div>
  ),
};

export const OwnTable: Story = {
  name: 'Hooks alone',
  ...table,
  parameters: { realtime: { scenario: threeJobs, at: 'working' }, docs: shown(SOURCES.jobTable) },
  play: async ({ canvasElement }) => {
    const canvas = within(canvasElement);
    await expect(canvas.getByText('Connection: connected')).toBeVisible();
    await expect(canvas.getAllByRole('row').length).toBeGreaterThan(3);
    await expect(canvas.getAllByText('now').length).toBeGreaterThan(1);
  },
};

export const OwnTableNotLive: Story = {
  name: 'Hooks alone, not live',
  ...table,
  parameters: { realtime: { scenario: longOutage, at: 'reconnecting' }, docs: shown(SOURCES.jobTable) },
  play: async ({ canvasElement }) => {
    const canvas = within(canvasElement);
    await expect(canvas.getByText('Connection: reconnecting')).toBeVisible();
    await expect(canvas.queryByText('now')).toBeNull();
  },
};
