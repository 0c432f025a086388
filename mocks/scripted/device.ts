/** The device as a scenario tells it: offline and online, hidden and shown, its page left or lost, its users signed in and out. */
import { assertNever, type Clock } from '@regen/realtime-shared';
import type { Device } from '../device.ts';
import type { Page } from '../page.ts';
import type { StepBy } from '../scenario.ts';
import { MOCK_USER, type SignIns } from '../signIns.ts';
import type { Tab } from '../tab.ts';
import { leaveEarlierRecord } from './earlierRecord.ts';
import type { ScriptedNetwork } from './network.ts';

export interface ScriptedDevice {
  perform(step: StepBy<'device'>): void;
  /** A new sign-in of the same user, valid for `validMs`; left out: for ever. */
  signIn(validMs: number | undefined): void;
}

export interface ScriptedDeviceOptions {
  /** The server that its pages are for. */
  url: string;
  device: Device;
  tab: Tab<Page>;
  network: Pick<ScriptedNetwork, 'cut' | 'restore'>;
  signIns: Pick<SignIns, 'issue'>;
  clock: Clock;
}

export function createScriptedDevice(options: ScriptedDeviceOptions): ScriptedDevice {
  const { url, device, tab, network, signIns, clock } = options;

  let user = MOCK_USER;

  function signIn(validMs: number | undefined): void {
    device.setToken(signIns.issue(user, validMs));
  }

  /** As an application does after a sign-in or a sign-out. */
  function tellPage(): void {
    tab.page()?.retryNow();
  }

  return {
    perform: (step) => {
      switch (step.do) {
        case 'device:offline':
          network.cut();
          device.setOnline(false);
          return;
        case 'device:online':
          network.restore();
          device.setOnline(true);
          return;
        case 'device:hide':
          device.setVisible(false);
          return;
        case 'device:show':
          device.setVisible(true);
          return;
        case 'device:reload':
          tab.reload(step.awayMs);
          return;
        case 'device:crash':
          tab.crash(step.awayMs);
          return;
        case 'device:renewToken':
          signIn(step.validMs);
          return;
        case 'device:signIn':
          user = step.user;
          signIn(step.validMs);
          tellPage();
          return;
        case 'device:signOut':
          device.setToken(null);
          tellPage();
          return;
        case 'device:leave':
          leaveEarlierRecord(device.sessions, url, clock.now(), step);
          return;
        default:
          assertNever(step);
      }
    },
    signIn,
  };
}
