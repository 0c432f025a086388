import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, within } from 'storybook/test';
import { happyPath } from '../../mocks/scenarios/index.ts';
import { GlobalAIStatusBar } from '../../src/components/realtime/GlobalAIStatusBar.tsx';

const meta: Meta<typeof GlobalAIStatusBar> = {
  title: 'Components/GlobalAIStatusBar',
  component: GlobalAIStatusBar,
  parameters: { layout: 'fullscreen' },
};
export default meta;

type Story = StoryObj<typeof GlobalAIStatusBar>;

export const Playing: Story = {
  parameters: { realtime: { scenario: happyPath } },
};

export const Working: Story = {
  parameters: { frozen: true, realtime: { scenario: happyPath, at: 'writing' } },
  play: async ({ canvasElement }) => {
    await expect(within(canvasElement).getByRole('status')).toHaveTextContent('1 job running');
  },
};
