import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, within } from 'storybook/test';
import { failureRetryable, happyPath, threeJobs } from '../../mocks/scenarios/index.ts';
import { shown } from '../support/shown.ts';
import { CardParts } from './CardParts.tsx';
import { PanelParts } from './PanelParts.tsx';
import { SOURCES } from './sources.ts';
import './parts.css';

const STUDY = '7f3a91c2';
const TRANSCRIPTS = 'c04e77d1';

interface OfAJob {
  jobId: string;
}

const meta: Meta<OfAJob> = {
  title: 'Components/Parts',
  args: { jobId: STUDY },
  parameters: { controls: { disable: true } },
};
export default meta;

type Story = StoryObj<OfAJob>;

export const OfACard: Story = {
  name: 'Parts of a card',
  render: ({ jobId }) => <CardParts jobId={jobId} />,
  parameters: { realtime: { scenario: happyPath, at: 'writing' }, docs: shown(SOURCES.cardParts) },
  play: async ({ canvasElement }) => {
    const canvas = within(canvasElement);
    await expect(canvas.getAllByRole('progressbar').length).toBeGreaterThan(1);
    // Alone, without a card around them, they look as in one.
    await expect(getComputedStyle(canvas.getByRole('list')).paddingInlineStart).toBe('0px');
    for (const id of canvas.getAllByRole('button', { name: /7f3a91c2/ })) {
      await expect(getComputedStyle(id).borderStyle).toBe('none');
    }
  },
};

export const OfAFailedCard: Story = {
  name: 'Parts of a card that failed',
  args: { jobId: TRANSCRIPTS },
  render: ({ jobId }) => <CardParts jobId={jobId} />,
  parameters: { realtime: { scenario: failureRetryable, at: 'failed' }, docs: shown(SOURCES.cardParts) },
  play: async ({ canvasElement }) => {
    await expect(within(canvasElement).getByRole('button', { name: 'Try again' })).toBeEnabled();
  },
};

export const OfThePanel: Story = {
  name: 'Parts of the panel',
  render: () => <PanelParts />,
  parameters: { realtime: { scenario: threeJobs, at: 'working' }, docs: shown(SOURCES.panelParts) },
  play: async ({ canvasElement }) => {
    await expect(within(canvasElement).getByRole('button', { name: /running/ })).toBeInTheDocument();
  },
};
