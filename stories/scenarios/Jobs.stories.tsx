import type { Meta, StoryObj } from '@storybook/react-vite';
import {
  allCompleted,
  fastStream,
  fullButRunning,
  happyPath,
  history,
  idle,
  longOutput,
  longTitle,
  manyJobs,
  noProgress,
  nothingKnown,
  queued,
  runningAndFailed,
  skippedAndFailedSteps,
  stepsOnly,
  threeJobs,
  threeRunning,
  twoJobs,
} from '../../mocks/scenarios/index.ts';
import { AppPage } from '../support/AppPage.tsx';
import { played } from '../support/played.ts';

const meta: Meta<typeof AppPage> = {
  title: 'Scenarios/Jobs',
  component: AppPage,
  parameters: { layout: 'fullscreen', controls: { disable: true } },
  tags: ['!autodocs'],
};
export default meta;

type Story = StoryObj<typeof AppPage>;

export const HappyPath: Story = played(happyPath);
export const FastStream: Story = played(fastStream);
export const ThreeJobs: Story = played(threeJobs);
export const TwoJobs: Story = played(twoJobs);
export const ThreeRunning: Story = played(threeRunning);
export const ManyJobs: Story = played(manyJobs);
export const AllCompleted: Story = played(allCompleted);
export const RunningAndFailed: Story = played(runningAndFailed);
export const History: Story = played(history);
export const Idle: Story = played(idle);
export const Queued: Story = played(queued);
export const StepsOnly: Story = played(stepsOnly);
export const NothingKnown: Story = played(nothingKnown);
export const NoProgress: Story = played(noProgress);
export const FullButRunning: Story = played(fullButRunning);
export const LongTitle: Story = played(longTitle);
export const SkippedAndFailedSteps: Story = played(skippedAndFailedSteps);
export const LongOutput: Story = played(longOutput);
