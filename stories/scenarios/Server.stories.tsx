import type { Meta, StoryObj } from '@storybook/react-vite';
import {
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
  tags: ['!autodocs'],
};
export default meta;

type Story = StoryObj<typeof AppPage>;

export const ServerRestart: Story = played(serverRestart);
export const ServerRestartWithoutLog: Story = played(serverRestartWithoutLog);
export const Draining: Story = played(draining);
export const DegradedStore: Story = played(degradedStore);
export const Holding: Story = played(holding);
export const TokenExpiring: Story = played(tokenExpiring);
export const TokenExpired: Story = played(tokenExpired);
export const RefusedSignIn: Story = played(refusedSignIn);
export const TooManyConnections: Story = played(tooManyConnections);
