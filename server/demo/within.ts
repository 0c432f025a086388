import { systemClock, type ClockTimer } from '@regen/realtime-shared';

/** Undefined where it takes longer. */
export async function within<Value>(ms: number, promise: Promise<Value>): Promise<Value | undefined> {
  let timer: ClockTimer | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = systemClock.setTimeout(() => {
      resolve(undefined);
    }, ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    systemClock.clearTimeout(timer);
  }
}
