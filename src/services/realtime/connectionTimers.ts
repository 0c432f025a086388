/** The timers that the connection machine asks for: each is what the state says, and none outlives it. */
import type { Clock, ClockTimer } from '@regen/realtime-shared';
import {
  timersOf,
  type ConnectionEvent,
  type ConnectionMachine,
  type ConnectionSettings,
} from './connectionMachine.ts';

export interface ConnectionTimers {
  /** Sets and clears what has changed with the machine. */
  sync(machine: ConnectionMachine): void;
}

interface DueTimer {
  /** ms since the Unix epoch. */
  at: number;
  timer: ClockTimer;
}

export function createConnectionTimers(
  clock: Clock,
  settings: ConnectionSettings,
  dispatch: (event: ConnectionEvent) => void,
): ConnectionTimers {
  function createTimer(event: ConnectionEvent): (at: number | null) => void {
    let current: DueTimer | null = null;
    return (at) => {
      if (current?.at === at) return;
      clock.clearTimeout(current?.timer);
      current = null;
      if (at === null) return;
      const timer = clock.setTimeout(
        () => {
          current = null;
          dispatch(event);
        },
        Math.max(0, at - clock.now()),
      );
      current = { at, timer };
    };
  }

  const setAttempt = createTimer({ kind: 'openFailed', refusal: null });
  const setRetry = createTimer({ kind: 'retryDue' });
  const setLoss = createTimer({ kind: 'lossLasted' });
  return {
    sync: (machine) => {
      const { attemptEndsAt, retryAt, lossLastsAt } = timersOf(machine, settings);
      setAttempt(attemptEndsAt);
      setRetry(retryAt);
      setLoss(lossLastsAt);
    },
  };
}
