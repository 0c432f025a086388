import type { JobLog } from '@regen/realtime-core';

/** Resolves once the log says that its store is in reach, or out of it. */
export async function becomeAvailable(log: JobLog, available: boolean): Promise<void> {
  if (log.isAvailable() === available) return;
  await new Promise<void>((resolve) => {
    const stop = log.onAvailability((next) => {
      if (next !== available) return;
      stop();
      resolve();
    });
  });
}
