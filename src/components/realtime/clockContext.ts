'use client';
import { systemClock, type Clock } from '@regen/realtime-shared';
import { createContext, useContext, type Context } from 'react';

/** The clock of the components' own short timers ("Copied"); the system's where none is given. */
export const ClockContext: Context<Clock> = createContext<Clock>(systemClock);

export function useClock(): Clock {
  return useContext(ClockContext);
}
