import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, userEvent, within } from 'storybook/test';
import { longOutage, pauseAndResume, threeJobs } from '../../mocks/scenarios/index.ts';
import { AppPage } from '../support/AppPage.tsx';
import { still } from '../support/still.ts';
import './press.css';
import './pressHost.css';

/** The code as an application has it; `press.css` is on the page of documentation. */
const AS_USED = `import { GlobalAIStatusBar, JobTimelinePanel } from '@regen/realtime';
import '@regen/realtime/styles.css';
import './press.css';

export function Page() {
  return (
    <div className="press">
      <GlobalAIStatusBar />
      <JobTimelinePanel output="prose" />
    </div>
  );
}`;

const meta: Meta<typeof AppPage> = {
  title: 'Patterns/Another theme',
  component: AppPage,
  args: { host: 'Halden Press', output: 'prose' },
  decorators: [
    (Story) => (
      <div className="press">
        <Story />
      </div>
    ),
  ],
  parameters: {
    layout: 'fullscreen',
    controls: { disable: true },
    docs: { source: { code: AS_USED, language: 'tsx' } },
  },
};
export default meta;

type Story = StoryObj<typeof AppPage>;

export const Working: Story = {
  parameters: still(threeJobs, 'working'),
  play: async ({ canvasElement }) => {
    const region = within(canvasElement).getByRole('region', { name: 'Jobs' });
    const panel = within(region);
    if (panel.queryByRole('button', { name: 'Collapse' }) === null) await userEvent.click(panel.getByRole('button'));
    const title = panel.getAllByRole('heading')[0];
    if (title === undefined) throw new Error('the panel has no title');
    await expect(getComputedStyle(title).fontFamily).toContain('Source Serif 4');
    (document.activeElement as HTMLElement | null)?.blur();
  },
};

export const Reconnecting: Story = { parameters: { realtime: { scenario: longOutage, at: 'reconnecting' } } };
export const Paused: Story = { parameters: { realtime: { scenario: pauseAndResume, at: 'paused' } } };
