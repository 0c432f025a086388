'use client';
import { useCallback, useSyncExternalStore } from 'react';
import { useRealtimeClient } from './RealtimeProvider.tsx';

/**
 * The client's time, ms since the Unix epoch, in whole steps of `stepMs`; the component renders again at each step
 * while `active`, but not in a hidden page. On a server: 0.
 */
export function useNow(stepMs: number, active: boolean): number {
  const { clock, environment } = useRealtimeClient();
  const subscribe = useCallback(
    (onStep: () => void) => {
      if (!active) return () => undefined;
      const plan = () =>
        clock.setTimeout(
          () => {
            timer = plan();
            if (environment.isVisible()) onStep();
          },
          stepMs - (clock.now() % stepMs),
        );
      let timer = plan();
      const unsubscribe = environment.subscribe((signal) => {
        if (signal === 'visible') onStep();
      });
      return () => {
        unsubscribe();
        clock.clearTimeout(timer);
      };
    },
    [clock, environment, stepMs, active],
  );
  return useSyncExternalStore(
    subscribe,
    () => Math.floor(clock.now() / stepMs) * stepMs,
    () => 0,
  );
}
