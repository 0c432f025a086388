import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, within } from 'storybook/test';
import { goneMeanwhile, pageCrash, reloadSeveral } from '../../mocks/scenarios/index.ts';
import { AppPage } from '../support/AppPage.tsx';
import { still } from '../support/still.ts';

const meta: Meta<typeof AppPage> = {
  title: 'Patterns/Resume after a crash',
  component: AppPage,
  parameters: { layout: 'fullscreen', controls: { disable: true } },
};
export default meta;

type Story = StoryObj<typeof AppPage>;

/** The page crashes at 14 s and is opened again 3 s later. */
export const WholeStory: Story = { name: 'The whole story', parameters: { realtime: { scenario: pageCrash } } };

export const Found: Story = {
  name: 'The job is found',
  parameters: { realtime: { scenario: pageCrash, at: 'reconnecting' } },
  play: async ({ canvasElement }) => {
    await expect(within(canvasElement).getByText('Reconnecting to job (61%)…')).toBeInTheDocument();
  },
};

export const GoesOn: Story = {
  name: 'It goes on where it was',
  parameters: still(pageCrash, 'resuming'),
  play: async ({ canvasElement }) => {
    await expect(within(canvasElement).getByText('Resuming from 61%')).toBeVisible();
  },
};

export const Several: Story = {
  name: 'Several jobs at once',
  parameters: { realtime: { scenario: reloadSeveral, at: 'reconnecting' } },
};

export const Lost: Story = {
  name: 'The server has lost it',
  parameters: { realtime: { scenario: goneMeanwhile, at: 'gone' } },
};
