/**
 * ms since the Unix epoch as this machine knew it when the process began, and evenly on from there: to set the machine's
 * clock makes no worker look silent.
 */
export const steadyTime = {
  now: (): number => Math.round(performance.timeOrigin + performance.now()),
};
