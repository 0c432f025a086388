import type { Meta, StoryObj } from '@storybook/react-vite';
import {
  cancelledMeanwhile,
  completedMeanwhile,
  damagedSession,
  failedMeanwhile,
  foreignSession,
  goneMeanwhile,
  pageCrash,
  reload,
  reloadSeveral,
  reloadUnknownProgress,
  reloadWithoutConnection,
  staleSession,
} from '../../mocks/scenarios/index.ts';
import { AppPage } from '../support/AppPage.tsx';
import { played } from '../support/played.ts';

const meta: Meta<typeof AppPage> = {
  title: 'Scenarios/Reload and crash',
  component: AppPage,
  parameters: { layout: 'fullscreen', controls: { disable: true } },
};
export default meta;

type Story = StoryObj<typeof AppPage>;

export const PageCrash: Story = { name: 'Crash of the page', parameters: played(pageCrash) };
export const Reload: Story = { name: 'Reload', parameters: played(reload) };
export const ReloadSeveral: Story = { name: 'Reload with several jobs', parameters: played(reloadSeveral) };
export const ReloadUnknownProgress: Story = {
  name: 'Reload without a percentage',
  parameters: played(reloadUnknownProgress),
};
export const ReloadWithoutConnection: Story = {
  name: 'Reload without a connection',
  parameters: played(reloadWithoutConnection),
};
export const CompletedMeanwhile: Story = { name: 'Completed while away', parameters: played(completedMeanwhile) };
export const FailedMeanwhile: Story = { name: 'Failed while away', parameters: played(failedMeanwhile) };
export const CancelledMeanwhile: Story = { name: 'Cancelled while away', parameters: played(cancelledMeanwhile) };
export const GoneMeanwhile: Story = { name: 'Its log is gone', parameters: played(goneMeanwhile) };
export const StaleSession: Story = { name: 'Stale saved session', parameters: played(staleSession) };
export const ForeignSession: Story = { name: 'Saved session of another user', parameters: played(foreignSession) };
export const DamagedSession: Story = { name: 'Damaged saved session', parameters: played(damagedSession) };
