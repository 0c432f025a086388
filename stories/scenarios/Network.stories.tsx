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
};
export default meta;

type Story = StoryObj<typeof AppPage>;

export const Connecting: Story = { name: 'Connecting', parameters: played(connecting) };
export const NoServer: Story = { name: 'No server', parameters: played(noServer) };
export const DropAndResume: Story = { name: 'Drop and resume', parameters: played(dropAndResume) };
export const LongOutage: Story = { name: 'Long outage', parameters: played(longOutage) };
export const Offline: Story = { name: 'No network', parameters: played(offline) };
export const FlappingNetwork: Story = { name: 'Flapping network', parameters: played(flappingNetwork) };
export const HalfOpen: Story = { name: 'Half-open connection', parameters: played(halfOpen) };
export const CatchingUp: Story = { name: 'Catching up', parameters: played(catchingUp) };
export const HiddenTab: Story = { name: 'Hidden tab', parameters: played(hiddenTab) };
export const WireFaults: Story = { name: 'Holes, doubles and disorder', parameters: played(wireFaults) };
export const MalformedEvents: Story = { name: 'Malformed events', parameters: played(malformedEvents) };
