/** The client in a desktop shell: Node or Electron's main process, without a page. */
import { isAbsolute, join } from 'node:path';
import { systemClock, type Clock, type ClockTimer } from '@regen/realtime-shared';
import { RealtimeError } from '../../../../src/services/realtime/errors.ts';
import type { FrameSource, SessionStore } from '../../../../src/services/realtime/ports.ts';
import {
  createSocketClient,
  type SocketClient,
  type SocketClientOptions,
} from '../../../../src/services/realtime/socketClient.ts';
import type { TokenSource } from '../../../../src/services/realtime/tokenSource.ts';
import { createProcessLock } from './processLock.ts';
import { createSessionFiles } from './sessionFiles.ts';
import { createShellEnvironment, type ShellEnvironment } from './shellEnvironment.ts';

export type { ShellEnvironment } from './shellEnvironment.ts';

export interface DesktopClientOptions extends SocketClientOptions {
  /**
   * The user's folder of this application, such as Electron's `app.getPath('userData')`; absolute. Processes that share it
   * share what they leave. Only `regen-realtime` in it is written to: a file for each saved session (what one process
   * followed, with the text so far) and what shows which processes live. A link of that name is not followed, and nothing
   * is saved.
   */
  folder: string;
  /** The current access token, read anew for every attempt; it may be asynchronous, and may throw. */
  token: TokenSource;
  /** What the shell knows of the device. Default: online, and never asleep. */
  environment?: ShellEnvironment;
}

const FRAME_MS = 16;

/** A client of its own, as `createSocketClient` makes it. Throws `invalid_usage` where `url` or `folder` is none. */
export function createDesktopClient(options: DesktopClientOptions): SocketClient {
  // Who has no types may give none.
  const { folder, token = () => null, environment = {}, ports, ...rest } = Object(options) as DesktopClientOptions;
  if (typeof folder !== 'string' || !isAbsolute(folder)) {
    throw new RealtimeError(
      'invalid_usage',
      `The option "folder" is ${JSON.stringify(folder)}, which is no absolute path, so nothing could be saved. Give the ` +
        "user's folder of the application, for example app.getPath('userData') in Electron.",
    );
  }
  const { clock = systemClock, random = Math.random } = ports ?? {};
  const own = join(folder, 'regen-realtime');
  return createSocketClient({
    ...rest,
    token,
    // Each of them: newer Nodes have some of what a page has, which is not the user's.
    ports: {
      clock,
      random,
      environment: createShellEnvironment(environment, clock),
      frames: timerFrames(clock),
      sessions: createSessionFiles(own),
      tabStorage: memoryStorage(),
      tabs: createProcessLock(own, { clock, random }),
      ...ports,
    },
  });
}

/** A main process paints nothing; this often it hears what changed. */
function timerFrames(clock: Clock): FrameSource {
  const timers = new Map<number, ClockTimer>();
  let last = 0;
  return {
    request: (callback) => {
      const handle = (last += 1);
      const onFrame = (): void => {
        timers.delete(handle);
        callback();
      };
      timers.set(handle, clock.setTimeout(onFrame, FRAME_MS));
      return handle;
    },
    cancel: (handle) => {
      clock.clearTimeout(timers.get(handle));
      timers.delete(handle);
    },
  };
}

/** A process is not reloaded: what a tab would keep ends with it. */
function memoryStorage(): SessionStore {
  const values = new Map<string, string>();
  return {
    get: (key) => values.get(key) ?? null,
    set: (key, value) => {
      values.set(key, value);
    },
    remove: (key) => {
      values.delete(key);
    },
    keys: () => [...values.keys()],
  };
}
