import type { JobLog } from '@regen/realtime-core';
import type { HeldReads } from './wireHarness.ts';

/** Holds the reads of a log in memory: see `WireCapabilities.holdReads`. */
export function holdReads(log: JobLog, what: 'calls' | 'answers'): HeldReads {
  const { read, recent, pendingControl } = log;
  let release = (): void => undefined;
  let noteMade = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const made = new Promise<void>((resolve) => {
    noteMade = resolve;
  });
  const held = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    noteMade();
    if (what === 'calls') return released.then(call);
    const answer = await call();
    await released;
    return answer;
  };
  log.read = (request) => held(() => read(request));
  log.recent = (request) => held(() => recent(request));
  log.pendingControl = () => held(pendingControl);
  return {
    made,
    release() {
      Object.assign(log, { read, recent, pendingControl });
      release();
    },
  };
}
