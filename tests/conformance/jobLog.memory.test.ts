import { memoryJobLog } from '@regen/realtime-core';
import { createManualClock, createSeededRandom, settle } from '../../packages/core/testing/manualClock.ts';
import { CONTRACT_SETTINGS, jobLogContract } from './jobLogContract.ts';

jobLogContract('memory', () => {
  const clock = createManualClock();
  const log = memoryJobLog({ clock, random: createSeededRandom(1), ...CONTRACT_SETTINGS });
  return Promise.resolve({
    log,
    now: () => clock.now(),
    advance: (ms) => clock.advance(ms),
    settle,
    faults: log.faults,
    close: () => Promise.resolve(),
  });
});
