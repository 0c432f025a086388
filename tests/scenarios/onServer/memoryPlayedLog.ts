import { memoryJobLog } from '@regen/realtime-core';
import type { CreatePlayedLog } from './serverWorld.ts';

export const memoryPlayedLog: CreatePlayedLog = ({ clock, random, timings, maxTextLength }) => {
  const log = memoryJobLog({ clock, random, ...timings, maxTextLength });
  const { faults } = log;
  return Promise.resolve({
    log,
    faults: {
      loseTail: (jobId, sequence) => Promise.resolve(faults.loseTail(jobId, sequence)),
      setAvailable: (available) => Promise.resolve(faults.setAvailable(available)),
      restartWithoutLog: () => Promise.resolve(faults.restartWithoutLog()),
    },
    settle: () => Promise.resolve(),
    isQuiet: () => true,
    close: () => Promise.resolve(),
  });
};
