/** What a page is to whoever plays a scenario, and what it is given to live on. */
import type { Clock } from '@regen/realtime-shared';
import type { ManagerOptions } from 'socket.io-client';
import type { ClockFrames } from './clockFrames.ts';
import type { Device } from './device.ts';

/** What a page needs for its client; the names are those of the client's options. */
export interface PageSurroundings {
  url: string;
  token: () => string | null;
  manager: Partial<ManagerOptions>;
  ports: {
    clock: Clock;
    random: () => number;
    environment: Device['environment'];
    frames: ClockFrames;
    sessions: Device['sessions'];
    tabStorage: Device['tabStorage'];
    tabs: Device['tabs'];
  };
}

/** A page with a client, as whoever plays a scenario makes it. */
export interface Page {
  /** Starts the client. */
  open(): Promise<unknown>;
  /** Ends the client. Called after the page's last word was said, if it had one. */
  close(): void;
  cancel(jobId: string): Promise<unknown>;
  resume(jobId: string): Promise<unknown>;
  retryNow(): void;
  /** Nothing is delivered to the screen between `hold` and `release`. */
  hold(): void;
  release(): void;
}
