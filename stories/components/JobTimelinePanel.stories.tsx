import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, userEvent, waitFor, within } from 'storybook/test';
import {
  allCompleted,
  goneMeanwhile,
  happyPath,
  history,
  idle,
  longOutage,
  manyJobs,
  noServer,
  runningAndFailed,
  threeJobs,
} from '../../mocks/scenarios/index.ts';
import { JobTimelinePanel } from '../../src/components/realtime/JobTimelinePanel.tsx';
import { still } from '../support/still.ts';
import { playOn } from '../support/playOn.ts';

const meta: Meta<typeof JobTimelinePanel> = {
  title: 'Components/JobTimelinePanel',
  component: JobTimelinePanel,
  args: { output: 'mono' },
  argTypes: { output: { control: 'inline-radio', options: ['mono', 'prose'] } },
  parameters: { layout: 'fullscreen', stage: { height: 760, width: 720 }, controls: { include: ['output'] } },
};
export default meta;

type Story = StoryObj<typeof JobTimelinePanel>;
type Play = NonNullable<Story['play']>;

/** A collapsed panel needs little room. */
const SMALL = { stage: { height: 96, width: 420 } };

const panelOf = (canvasElement: HTMLElement) => within(canvasElement).getByRole('region', { name: 'Jobs' });

/** Opens the panel unless it is open. */
const opened: Play = async ({ canvasElement }) => {
  const panel = within(panelOf(canvasElement));
  if (panel.queryByRole('button', { name: 'Collapse' }) === null) await userEvent.click(panel.getByRole('button'));
  await expect(panel.getByRole('button', { name: 'Collapse' })).toBeVisible();
  (document.activeElement as HTMLElement | null)?.blur();
};
const collapsed: Play = async ({ canvasElement }) => {
  const panel = within(panelOf(canvasElement));
  const collapse = panel.queryByRole('button', { name: 'Collapse' });
  if (collapse !== null) await userEvent.click(collapse);
  await expect(panel.getByRole('button', { expanded: false })).toBeVisible();
  (document.activeElement as HTMLElement | null)?.blur();
};
const says =
  (then: Play, ...words: readonly (string | RegExp)[]): Play =>
  async (context) => {
    await then(context);
    for (const word of words) await expect(panelOf(context.canvasElement)).toHaveTextContent(word);
  };

/** Plays from the start, with the controls below. */
export const Playground: Story = { parameters: { realtime: { scenario: threeJobs } } };

// ---- Collapsed

export const PillOne: Story = {
  name: 'Pill: one running',
  parameters: { ...still(happyPath, 'writing'), ...SMALL },
  play: says(collapsed, '1 running'),
};
export const PillSeveral: Story = {
  name: 'Pill: several, one unknown, one paused',
  parameters: { ...still(threeJobs, 'working', 'narrow', 'rtl'), ...SMALL },
  play: says(collapsed, '2 running', '1 paused'),
};
export const PillMany: Story = {
  name: 'Pill: more than six',
  parameters: { ...still(manyJobs, 'running'), ...SMALL },
  play: says(collapsed, '7 running', '93 queued'),
};
export const PillFailed: Story = {
  name: 'Pill: one failed',
  parameters: { ...still(runningAndFailed, 'failed'), ...SMALL },
  play: says(collapsed, '1 running', '1 failed'),
};
export const PillDone: Story = {
  name: 'Pill: all done',
  parameters: { ...still(allCompleted, 'running'), ...SMALL },
  play: async (context) => {
    // The panel has to see the jobs end: it closes by itself 5 s after the last one.
    await playOn(context, 13_500, 19_000);
    await says(collapsed, '2 completed')(context);
  },
};
export const PillNotLive: Story = {
  name: 'Pill: not live',
  parameters: { ...still(longOutage, 'notLive'), ...SMALL },
  play: says(collapsed, '2 jobs', 'not live'),
};
export const PillNothing: Story = {
  name: 'Pill: nothing yet',
  parameters: { ...still(idle, 'ready'), ...SMALL },
  play: says(collapsed, 'Jobs'),
};

// ---- Expanded

export const Working: Story = {
  parameters: still(threeJobs, 'working', 'narrow', 'rtl'),
  play: async (context) => {
    await says(opened, '2 running, 1 paused')(context);
    const first = within(panelOf(context.canvasElement)).getAllByRole('article')[2];
    if (first === undefined) throw new Error('a card is missing');
    const open = within(first).queryByRole('button', { name: /^Open / });
    if (open !== null) await userEvent.click(open);
  },
};
export const NotLive: Story = {
  name: 'Not live',
  parameters: still(longOutage, 'notLive'),
  play: says(opened, '2 jobs', 'not live'),
};
export const Many: Story = {
  parameters: still(manyJobs, 'running', 'narrow'),
  play: says(opened, '100 jobs: 7 running, 93 queued'),
};
export const Empty: Story = {
  parameters: { ...still(idle, 'ready'), stage: { height: 240, width: 720 } },
  play: says(opened, 'Jobs appear here as soon as one starts.'),
};
export const NotConnected: Story = {
  name: 'Not connected',
  parameters: { ...still(noServer, 'silent'), stage: { height: 240, width: 720 } },
  play: says(opened, 'Not connected. Jobs appear here once the server can be reached.'),
};
export const OnlyHistory: Story = {
  name: 'Only history',
  parameters: still(history, 'running', 'rtl'),
  play: async (context) => {
    await opened(context);
    await playOn(context, 12_000);
    await userEvent.click(within(panelOf(context.canvasElement)).getByRole('button', { name: 'Dismiss' }));
    await collapsed(context);
    await playOn(context, 55_000);
    await says(
      opened,
      'None running',
      'Tender 2291, compliance matrix',
      'Ask the archive',
      'You may not read volumes 12 to 31',
      'Finished before it could be cancelled',
    )(context);
  },
};
export const Failed: Story = {
  name: 'A failure keeps it open',
  parameters: still(runningAndFailed, 'failed'),
  play: says(opened, '1 running, 1 failed'),
};

export const Gone: Story = {
  name: 'The server does not have a job',
  parameters: still(goneMeanwhile, 'gone'),
  play: says(opened, '1 not found', 'The server does not have this job.'),
};

// ---- Behaviour

export const Keyboard: Story = {
  name: 'Keyboard',
  parameters: { realtime: { scenario: threeJobs, at: 'working' } },
  play: async ({ canvasElement }) => {
    const panel = within(panelOf(canvasElement));
    if (panel.queryByRole('button', { name: 'Collapse' }) === null) await userEvent.click(panel.getByRole('button'));
    const cards = panel.getAllByRole('article');
    cards[0]?.focus();
    await userEvent.keyboard('{ArrowDown}');
    await expect(cards[1]).toHaveFocus();
    await userEvent.keyboard('{End}');
    await expect(cards[2]).toHaveFocus();
    await userEvent.keyboard('{Home}');
    await expect(cards[0]).toHaveFocus();
    await userEvent.keyboard('{Escape}');
    await waitFor(async () => {
      await expect(panel.getByRole('button', { expanded: false })).toHaveFocus();
    });
  },
};
