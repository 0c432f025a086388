import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, userEvent, within } from 'storybook/test';
import {
  catchingUp,
  connecting,
  degradedStore,
  draining,
  dropAndResume,
  holding,
  idle,
  longOutage,
  manyJobs,
  noServer,
  offline,
  queued,
  refusedSignIn,
  threeRunning,
  tokenExpired,
  tooManyConnections,
  twoJobs,
  workerSilent,
} from '../../mocks/scenarios/index.ts';
import { GlobalAIStatusBar } from '../../src/components/realtime/GlobalAIStatusBar.tsx';
import { still } from '../support/still.ts';

const meta: Meta<typeof GlobalAIStatusBar> = {
  title: 'Components/GlobalAIStatusBar',
  component: GlobalAIStatusBar,
  args: { onSignIn: () => undefined },
  parameters: { layout: 'fullscreen', stage: { height: 56 }, controls: { disable: true } },
};
export default meta;

type Story = StoryObj<typeof GlobalAIStatusBar>;
type Play = NonNullable<Story['play']>;

/** The bar says so. */
const says =
  (...words: readonly (string | RegExp)[]): Play =>
  async ({ canvasElement }) => {
    const bar = within(canvasElement).getByRole('status', { name: '' });
    for (const word of words) await expect(bar).toHaveTextContent(word);
  };

/** Plays from the start. */
export const Playground: Story = { parameters: { realtime: { scenario: twoJobs } } };

export const Connecting: Story = { parameters: still(connecting, 'connecting'), play: says('Connecting…') };

export const Idle: Story = { name: 'Connected, idle', parameters: still(idle, 'ready'), play: says('Ready') };

export const Working: Story = {
  name: 'Connected, working',
  parameters: still(twoJobs, 'working', 'narrow', 'rtl'),
  play: says('2 jobs running', 'Writing', '88%'),
};

export const WorkingOneUnknown: Story = {
  name: 'Working, one unknown',
  parameters: still(threeRunning, 'working'),
  play: says('3 jobs running'),
};

export const WorkingMany: Story = {
  name: 'Working, many jobs',
  parameters: still(manyJobs, 'running', 'narrow'),
  play: says('7 jobs running'),
};

export const Waiting: Story = {
  name: 'Jobs wait for a worker',
  parameters: still(queued, 'queued'),
  play: says('1 job'),
};

export const DroppedCalmly: Story = {
  name: 'Dropped for less than 5 s',
  parameters: still(dropAndResume, 'dropped'),
  play: async (context) => {
    await says('1 job running')(context);
    await expect(within(context.canvasElement).queryByText('Reconnecting…')).toBeNull();
  },
};

export const Reconnecting: Story = {
  parameters: still(longOutage, 'reconnecting', 'narrow', 'rtl'),
  play: async (context) => {
    await says('Reconnecting…', /attempt \d/, /next try in \d+ s/)(context);
    await expect(within(context.canvasElement).getByRole('button', { name: 'Retry now' })).toBeEnabled();
  },
};

export const Offline: Story = {
  parameters: still(offline, 'offline', 'narrow', 'rtl'),
  play: says('No network.', 'Your jobs go on and will be shown when you are back.'),
};

export const CatchingUp: Story = {
  name: 'Catching up',
  parameters: still(catchingUp, 'counting', 'narrow', 'rtl'),
  play: says(/Catching up: [\d,]+ updates/, /[\d,]+ of [\d,]+/),
};

export const CatchingUpUnknown: Story = {
  name: 'Catching up, count unknown',
  parameters: still(catchingUp, 'asking'),
  play: says('Catching up…'),
};

export const WorkerSilent: Story = {
  name: 'Worker silent',
  parameters: still(workerSilent, 'silent', 'narrow', 'rtl'),
  play: says('No sign of life', 'Summarise 14 interview transcripts', /for \d+ s/),
};

export const Degraded: Story = {
  name: 'Server degraded',
  parameters: still(degradedStore, 'degraded'),
  play: says('Live updates are delayed'),
};

export const SignInExpired: Story = {
  name: 'Sign-in expired',
  parameters: still(tokenExpired, 'expired', 'narrow', 'rtl'),
  play: async (context) => {
    await says('Your sign-in has expired')(context);
    await expect(within(context.canvasElement).getByRole('button', { name: 'Sign in again' })).toBeEnabled();
  },
};

export const SignInRefused: Story = {
  name: 'Sign-in refused',
  parameters: still(refusedSignIn, 'refused', 'narrow'),
  play: says('This account may not use live updates.'),
};

export const TooManyConnections: Story = {
  name: 'Too many connections',
  parameters: still(tooManyConnections, 'refused', 'narrow'),
  play: async (context) => {
    await says('You have 20 tabs open already. Close one, then try again.')(context);
    await expect(within(context.canvasElement).getByRole('button', { name: 'Retry now' })).toBeEnabled();
  },
};

export const Draining: Story = {
  name: 'Server draining',
  parameters: still(draining, 'draining'),
  play: says('1 job running'),
};

export const Holding: Story = {
  parameters: still(holding, 'holding', 'narrow'),
  play: says('Waiting for', 'to continue'),
};

export const ConnectionDetails: Story = {
  name: 'Connection details',
  parameters: { ...still(twoJobs, 'working'), stage: { height: 232 } },
  play: async ({ canvasElement }) => {
    const canvas = within(canvasElement);
    await userEvent.click(canvas.getByRole('button', { name: 'Connection details' }));
    await expect(canvas.getByText('Round trip')).toBeVisible();
    await expect(canvas.getByText('40 ms')).toBeVisible();
  },
};

export const NoServer: Story = {
  name: 'No server',
  parameters: still(noServer, 'silent'),
  play: async ({ canvasElement }) => {
    await expect(within(canvasElement).queryByRole('status', { name: '' })).toBeNull();
  },
};
