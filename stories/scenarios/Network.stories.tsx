import type { Meta, StoryObj } from '@storybook/react-vite';
import {
  catchingUp,
  connecting,
  dropAndResume,
  flappingNetwork,
  halfOpen,
  hiddenTab,
  longOutage,
  malformedEvents,
  noServer,
  offline,
  wireFaults,
} from '../../mocks/scenarios/index.ts';
import { AppPage } from '../support/AppPage.tsx';
import { played } from '../support/played.ts';

const meta: Meta<typeof AppPage> = {
  title: 'Scenarios/Network',
  component: AppPage,
  parameters: { layout: 'fullscreen', controls: { disable: true } },
  tags: ['!autodocs'],
};
export default meta;

type Story = StoryObj<typeof AppPage>;

export const Connecting: Story = played(connecting);
export const NoServer: Story = played(noServer);
export const DropAndResume: Story = played(dropAndResume);
export const LongOutage: Story = played(longOutage);
export const Offline: Story = played(offline);
export const FlappingNetwork: Story = played(flappingNetwork);
export const HalfOpen: Story = played(halfOpen);
export const CatchingUp: Story = played(catchingUp);
export const HiddenTab: Story = played(hiddenTab);
export const WireFaults: Story = played(wireFaults);
export const MalformedEvents: Story = played(malformedEvents);
