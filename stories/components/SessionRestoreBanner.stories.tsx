import type { Meta, StoryObj } from '@storybook/react-vite';
import type { ReactElement } from 'react';
import { expect, fn, userEvent, within } from 'storybook/test';
import {
  cancelledMeanwhile,
  completedMeanwhile,
  failedMeanwhile,
  goneMeanwhile,
  pageCrash,
  reloadSeveral,
  reloadUnknownProgress,
  reloadWithoutConnection,
  staleSession,
} from '../../mocks/scenarios/index.ts';
import { SessionRestoreBanner } from '../../src/components/realtime/SessionRestoreBanner.tsx';
import { useSessionRestore } from '../../src/hooks/sessionRestore.ts';
import { still } from '../support/still.ts';

/** The banner as an application uses it: what the hook says goes in. */
function RestoredPage(props: { onShow: (jobId: string) => void }): ReactElement {
  const session = useSessionRestore({ onShow: props.onShow });
  return <SessionRestoreBanner {...session.banner} />;
}

/** The code as an application has it. */
const AS_USED = `const { banner } = useSessionRestore({ onShow: openJob });

return <SessionRestoreBanner {...banner} />;`;

const meta: Meta<typeof RestoredPage> = {
  title: 'Components/SessionRestoreBanner',
  component: SessionRestoreBanner as never,
  render: (args) => <RestoredPage {...args} />,
  args: { onShow: fn() },
  parameters: { controls: { disable: true }, docs: { source: { code: AS_USED } } },
};
export default meta;

type Story = StoryObj<typeof RestoredPage>;
type Play = NonNullable<Story['play']>;

const says =
  (message: string): Play =>
  async ({ canvasElement }) => {
    const banner = within(canvasElement).getByRole('status');
    await expect(banner).toHaveTextContent(message);
    await expect(within(banner).getByRole('button', { name: 'Dismiss' })).toBeEnabled();
  };

/** Plays from just before the page crashes, at 14 s. */
export const Playground: Story = {
  parameters: { realtime: { scenario: pageCrash, from: 13_000 }, stage: { height: 96 } },
};

export const Restoring: Story = {
  parameters: still(pageCrash, 'reconnecting', 'narrow', 'rtl'),
  play: says('Reconnecting to job (61%)…'),
};

export const RestoringUnknown: Story = {
  name: 'Restoring, no percentage',
  parameters: still(reloadUnknownProgress, 'reconnecting'),
  play: says('Reconnecting to job…'),
};

export const RestoringSeveral: Story = {
  name: 'Restoring several',
  parameters: still(reloadSeveral, 'reconnecting'),
  play: says('Reconnecting to 3 jobs…'),
};

export const Waiting: Story = {
  name: 'Out of reach after a reload',
  parameters: still(reloadWithoutConnection, 'waiting', 'narrow'),
  play: says('Waiting for a connection to the job (56%). The text so far is kept in this browser.'),
};

export const Resuming: Story = {
  parameters: still(pageCrash, 'resuming', 'narrow', 'rtl'),
  play: says('Resuming from 61%'),
};

export const CompletedMeanwhile: Story = {
  name: 'Completed meanwhile',
  parameters: still(completedMeanwhile, 'back', 'narrow', 'rtl'),
  play: async (context) => {
    await says('Market study: cold-chain logistics in the Nordics was completed while you were away.')(context);
    await expect(within(context.canvasElement).getByRole('button', { name: 'Show' })).toBeEnabled();
  },
};

/** Each choice answers the message, so it goes with it. */
export const Shown: Story = {
  name: 'Shown, and gone',
  parameters: still(completedMeanwhile, 'back'),
  play: async ({ canvasElement, args }) => {
    const canvas = within(canvasElement);
    await userEvent.click(canvas.getByRole('button', { name: 'Show' }));
    await expect(args.onShow).toHaveBeenCalledWith('7f3a91c2');
    await expect(canvas.queryByRole('status')).toBeNull();
  },
};

export const FailedMeanwhile: Story = {
  name: 'Failed meanwhile',
  parameters: still(failedMeanwhile, 'back', 'narrow'),
  play: async (context) => {
    await says('failed while you were away: The model stopped answering.')(context);
    await expect(within(context.canvasElement).getByRole('button', { name: 'Try again' })).toBeEnabled();
  },
};

export const CancelledMeanwhile: Story = {
  name: 'Cancelled meanwhile',
  parameters: still(cancelledMeanwhile, 'back'),
  play: says('was cancelled while you were away.'),
};

export const Gone: Story = {
  name: 'Its log is gone',
  parameters: still(goneMeanwhile, 'gone', 'narrow', 'rtl'),
  play: says('The server does not have this job. The text up to 56% is kept in this browser; the rest is lost.'),
};

export const NothingToRestore: Story = {
  name: 'Nothing to restore',
  parameters: still(staleSession, 'started'),
  play: async ({ canvasElement }) => {
    await expect(within(canvasElement).queryByRole('status')).toBeNull();
  },
};
