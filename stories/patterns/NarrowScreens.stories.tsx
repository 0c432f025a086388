import type { Decorator, Meta, StoryObj } from '@storybook/react-vite';
import { expect, userEvent, within } from 'storybook/test';
import { longOutage, pageCrash, threeJobs } from '../../mocks/scenarios/index.ts';
import { AppPage } from '../support/AppPage.tsx';
import { still } from '../support/still.ts';
import './narrowScreens.css';

/** A screen of this width. */
const screen =
  (width: number): Decorator =>
  (Story) => (
    <div className="screen" style={{ inlineSize: width }}>
      <Story />
    </div>
  );

const meta: Meta<typeof AppPage> = {
  title: 'Patterns/Narrow screens',
  component: AppPage,
  decorators: [screen(390)],
  parameters: { layout: 'fullscreen', controls: { disable: true } },
};
export default meta;

type Story = StoryObj<typeof AppPage>;

export const Sheet: Story = {
  name: 'The panel is a sheet',
  parameters: still(threeJobs, 'working'),
  play: async ({ canvasElement }) => {
    const panel = within(within(canvasElement).getByRole('region', { name: 'Jobs' }));
    if (panel.queryByRole('button', { name: 'Collapse' }) === null) await userEvent.click(panel.getByRole('button'));
    const { width } = within(canvasElement).getByRole('region', { name: 'Jobs' }).getBoundingClientRect();
    await expect(width).toBeGreaterThan(380);
    (document.activeElement as HTMLElement | null)?.blur();
  },
};

export const AfterAReload: Story = {
  name: 'After a reload',
  parameters: { realtime: { scenario: pageCrash, at: 'resuming' } },
};

/** Nothing is cut at the narrowest width that is supported. */
export const Narrowest: Story = {
  name: '320 px',
  decorators: [
    (Story) => (
      <div style={{ inlineSize: 320, contain: 'layout' }}>
        <Story />
      </div>
    ),
  ],
  parameters: { realtime: { scenario: longOutage, at: 'reconnecting' } },
  play: async ({ canvasElement }) => {
    const bar = within(canvasElement).getAllByRole('status')[0];
    await expect(bar).toHaveTextContent('Reconnecting…');
    await expect(bar?.scrollWidth).toBeLessThanOrEqual(bar?.clientWidth ?? 0);
  },
};
