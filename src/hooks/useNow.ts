'use client';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { useRealtimeClient } from './RealtimeProvider.tsx';

/**
 * The client's time, ms since the Unix epoch, in whole steps of `stepMs`; the component renders again at each step
 * while `active`, but not in a hidden page. On a server: 0.
 */
export function useNow(stepMs: number, active: boolean): number {
  const { clock, environment } = useRealtimeClient();
  const steps = useMemo(() => {
    let known: number | undefined;
    return {
      /** The same within one task: React reads it twice, and takes two answers for a change. */
      read: (): number => {
        if (known === undefined) {
          known = Math.floor(clock.now() / stepMs) * stepMs;
          queueMicrotask(() => {
            known = undefined;
          });
        }
        return known;
      },
      forget: (): void => {
        known = undefined;
      },
    };
  }, [clock, stepMs]);
  const subscribe = useCallback(
    (onStep: () => void) => {
      if (!active) return () => undefined;
      const step = (): void => {
        steps.forget();
        onStep();
      };
      const plan = () =>
        clock.setTimeout(
          () => {
            timer = plan();
            if (environment.isVisible()) step();
          },
          stepMs - (clock.now() % stepMs),
        );
      let timer = plan();
      const unsubscribe = environment.subscribe((signal) => {
        if (signal === 'visible') step();
      });
      return () => {
        unsubscribe();
        clock.clearTimeout(timer);
      };
    },
    [clock, environment, stepMs, active, steps],
  );
  return useSyncExternalStore(subscribe, steps.read, () => 0);
}
