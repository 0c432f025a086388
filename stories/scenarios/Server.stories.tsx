import type { Meta, StoryObj } from '@storybook/react-vite';
import {
  anotherUser,
  degradedStore,
  draining,
  holding,
  refusedSignIn,
  serverRestart,
  serverRestartWithoutLog,
  tokenExpired,
  tokenExpiring,
  tooManyConnections,
} from '../../mocks/scenarios/index.ts';
import { AppPage } from '../support/AppPage.tsx';
import { played } from '../support/played.ts';

const meta: Meta<typeof AppPage> = {
  title: 'Scenarios/Server',
  component: AppPage,
  parameters: { layout: 'fullscreen', controls: { disable: true } },
};
export default meta;

type Story = StoryObj<typeof AppPage>;

export const ServerRestart: Story = { name: 'Server restart with its log', parameters: played(serverRestart) };
export const ServerRestartWithoutLog: Story = {
  name: 'Server restart without its log',
  parameters: played(serverRestartWithoutLog),
};
export const Draining: Story = { name: 'Draining server', parameters: played(draining) };
export const DegradedStore: Story = { name: 'Degraded store', parameters: played(degradedStore) };
export const Holding: Story = { name: 'Server rebuilds its record', parameters: played(holding) };
export const TokenExpiring: Story = { name: 'Sign-in renewed in time', parameters: played(tokenExpiring) };
export const TokenExpired: Story = { name: 'Sign-in expired', parameters: played(tokenExpired) };
export const RefusedSignIn: Story = { name: 'Refused sign-in', parameters: played(refusedSignIn) };
export const AnotherUser: Story = { name: 'Another user signs in', parameters: played(anotherUser) };
export const TooManyConnections: Story = { name: 'Too many connections', parameters: played(tooManyConnections) };
