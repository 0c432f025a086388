/** What a desktop shell says of the device, as the client asks for it. */
import type { Clock } from '@regen/realtime-shared';
import type { Environment, EnvironmentSignal } from '../../../../src/services/realtime/ports.ts';

/** Facts that a shell may give; without them the device counts as online and awake. */
export interface ShellEnvironment {
  /** Whether there is a network at all, such as Electron's `net.isOnline`. Asked every two seconds. */
  isOnline?(): boolean;
  /** Calls back when the device wakes from sleep, as `powerMonitor` does on `resume`. Returns its unsubscribe. */
  onWake?(listener: () => void): () => void;
}

const POLL_MS = 2_000;

export function createShellEnvironment(shell: ShellEnvironment, clock: Clock): Environment {
  const listeners = new Set<(signal: EnvironmentSignal) => void>();
  // As it was told last: who heard that there is no network must hear that there is one again.
  let online = ask();
  let stop: (() => void) | null = null;

  function ask(): boolean {
    try {
      return shell.isOnline?.() !== false;
    } catch {
      return true;
    }
  }

  function tell(signal: EnvironmentSignal): void {
    for (const listener of [...listeners]) listener(signal);
  }

  function look(): void {
    const next = ask();
    if (next === online) return;
    online = next;
    tell(online ? 'online' : 'offline');
  }

  function start(): () => void {
    online = ask();
    const stopWaking = shell.onWake?.(() => {
      look();
      tell('pageshow');
    });
    const poll = (): void => {
      look();
      timer = clock.setTimeout(poll, POLL_MS);
    };
    let timer = shell.isOnline === undefined ? undefined : clock.setTimeout(poll, POLL_MS);
    return () => {
      stopWaking?.();
      clock.clearTimeout(timer);
    };
  }

  return {
    isOnline: () => online,
    isVisible: () => true,
    subscribe: (listener) => {
      listeners.add(listener);
      stop ??= start();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = null;
      };
    },
  };
}
