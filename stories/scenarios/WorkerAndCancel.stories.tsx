import type { Meta, StoryObj } from '@storybook/react-vite';
import {
  cancelAfterReload,
  cancelElsewhere,
  cancelInTime,
  cancelLost,
  cancelOfSilentWorker,
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
};
export default meta;

type Story = StoryObj<typeof AppPage>;

export const WorkerSilent: Story = { name: 'Worker silent, and back', parameters: played(workerSilent) };
export const WorkerCrash: Story = { name: 'Worker crash and takeover', parameters: played(workerCrash) };
export const WorkerLost: Story = { name: 'Worker given up', parameters: played(workerLost) };
export const PauseAndResume: Story = { name: 'Pause and resume', parameters: played(pauseAndResume) };
export const FailureRetryable: Story = {
  name: 'Failure that can be tried again',
  parameters: played(failureRetryable),
};
export const FailureFinal: Story = { name: 'Failure for good', parameters: played(failureFinal) };
export const CancelInTime: Story = { name: 'Cancel in time', parameters: played(cancelInTime) };
export const CancelTooLate: Story = { name: 'Cancel too late', parameters: played(cancelTooLate) };
export const CancelLost: Story = { name: 'Cancel did not get through', parameters: played(cancelLost) };
export const CancelOfSilentWorker: Story = {
  name: 'Cancel of a dead worker',
  parameters: played(cancelOfSilentWorker),
};
export const CancelAfterReload: Story = { name: 'Cancel, then reload', parameters: played(cancelAfterReload) };
export const CancelElsewhere: Story = { name: 'Cancel from another tab', parameters: played(cancelElsewhere) };
