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
  staleSession,
} from '../../mocks/scenarios/index.ts';
import { AppPage } from '../support/AppPage.tsx';
import { played } from '../support/played.ts';

const meta: Meta<typeof AppPage> = {
  title: 'Scenarios/Reload and crash',
  component: AppPage,
  parameters: { layout: 'fullscreen', controls: { disable: true } },
  tags: ['!autodocs'],
};
export default meta;

type Story = StoryObj<typeof AppPage>;

export const PageCrash: Story = played(pageCrash);
export const Reload: Story = played(reload);
export const ReloadSeveral: Story = played(reloadSeveral);
export const ReloadUnknownProgress: Story = played(reloadUnknownProgress);
export const CompletedMeanwhile: Story = played(completedMeanwhile);
export const FailedMeanwhile: Story = played(failedMeanwhile);
export const CancelledMeanwhile: Story = played(cancelledMeanwhile);
export const GoneMeanwhile: Story = played(goneMeanwhile);
export const StaleSession: Story = played(staleSession);
export const ForeignSession: Story = played(foreignSession);
export const DamagedSession: Story = played(damagedSession);
