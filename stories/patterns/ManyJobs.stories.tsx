import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, userEvent, within } from 'storybook/test';
import { manyJobs, threeJobs } from '../../mocks/scenarios/index.ts';
import { AppPage } from '../support/AppPage.tsx';

const meta: Meta<typeof AppPage> = {
  title: 'Patterns/Many jobs',
  component: AppPage,
  parameters: { layout: 'fullscreen', controls: { disable: true } },
};
export default meta;

type Story = StoryObj<typeof AppPage>;

/** Each has a lane in the bar, an arc in the ring and a card in the panel. */
export const Three: Story = { name: 'Three jobs', parameters: { realtime: { scenario: threeJobs } } };

export const Hundred: Story = {
  name: 'A hundred jobs',
  parameters: { realtime: { scenario: manyJobs, at: 'running' } },
  play: async ({ canvasElement }) => {
    const panel = within(within(canvasElement).getByRole('region', { name: 'Jobs' }));
    if (panel.queryByRole('button', { name: 'Collapse' }) === null) await userEvent.click(panel.getByRole('button'));
    await expect(panel.getByText('100 jobs: 7 running, 93 queued')).toBeInTheDocument();
    (document.activeElement as HTMLElement | null)?.blur();
  },
};
