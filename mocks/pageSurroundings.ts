import type { Clock, Random } from '@regen/realtime-shared';
import type { ManagerOptions } from 'socket.io-client';
import { clockFrames } from './clockFrames.ts';
import type { Device } from './device.ts';
import type { PageSurroundings } from './page.ts';

/** What a page on a device lives on, with all its time on one clock. */
export function surroundingsOn(
  device: Device,
  { url, manager, clock, random }: { url: string; manager: Partial<ManagerOptions>; clock: Clock; random: Random },
): PageSurroundings {
  const { token, environment, sessions, tabStorage, tabs } = device;
  return {
    url,
    token,
    manager,
    ports: { clock, random, environment, frames: clockFrames(clock), sessions, tabStorage, tabs },
  };
}
