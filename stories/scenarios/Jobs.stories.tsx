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
};
export default meta;

type Story = StoryObj<typeof AppPage>;

export const HappyPath: Story = { name: 'Happy path', parameters: played(happyPath) };
export const FastStream: Story = { name: 'Fast stream', parameters: played(fastStream) };
export const ThreeJobs: Story = { name: 'Several jobs', parameters: played(threeJobs) };
export const TwoJobs: Story = { name: 'Two jobs', parameters: played(twoJobs) };
export const ThreeRunning: Story = { name: 'Three jobs, one without a percentage', parameters: played(threeRunning) };
export const ManyJobs: Story = { name: 'Many jobs', parameters: played(manyJobs) };
export const AllCompleted: Story = { name: 'All done', parameters: played(allCompleted) };
export const RunningAndFailed: Story = { name: 'One runs, one failed', parameters: played(runningAndFailed) };
export const History: Story = { name: 'Only history', parameters: played(history) };
export const Idle: Story = { name: 'Nothing to do', parameters: played(idle) };
export const Queued: Story = { name: 'Queued', parameters: played(queued) };
export const StepsOnly: Story = { name: 'Steps, no percentage', parameters: played(stepsOnly) };
export const NothingKnown: Story = { name: 'Nothing known but life', parameters: played(nothingKnown) };
export const NoProgress: Story = { name: 'No progress reported', parameters: played(noProgress) };
export const FullButRunning: Story = { name: '100%, still running', parameters: played(fullButRunning) };
export const LongTitle: Story = { name: 'Long title, many steps', parameters: played(longTitle) };
export const SkippedAndFailedSteps: Story = {
  name: 'Skipped and failed steps',
  parameters: played(skippedAndFailedSteps),
};
export const LongOutput: Story = { name: 'Beginning left out', parameters: played(longOutput) };
