import type { Meta, StoryObj } from '@storybook/react-vite';
import {
  cancelAfterReload,
  cancelElsewhere,
  cancelInTime,
  cancelLost,
  cancelTooLate,
  failureFinal,
  failureRetryable,
  pauseAndResume,
  workerCrash,
  workerLost,
  workerSilent,
} from '../../mocks/scenarios/index.ts';
import { AppPage } from '../support/AppPage.tsx';
import { played } from '../support/played.ts';

const meta: Meta<typeof AppPage> = {
  title: 'Scenarios/Worker and cancel',
  component: AppPage,
  parameters: { layout: 'fullscreen', controls: { disable: true } },
  tags: ['!autodocs'],
};
export default meta;

type Story = StoryObj<typeof AppPage>;

export const WorkerSilent: Story = played(workerSilent);
export const WorkerCrash: Story = played(workerCrash);
export const WorkerLost: Story = played(workerLost);
export const PauseAndResume: Story = played(pauseAndResume);
export const FailureRetryable: Story = played(failureRetryable);
export const FailureFinal: Story = played(failureFinal);
export const CancelInTime: Story = played(cancelInTime);
export const CancelTooLate: Story = played(cancelTooLate);
export const CancelLost: Story = played(cancelLost);
export const CancelAfterReload: Story = played(cancelAfterReload);
export const CancelElsewhere: Story = played(cancelElsewhere);
