/** Saves what is being watched, every 2 s while something is, and when the page is hidden or left. */
import type { Clock, ClockTimer } from '@regen/realtime-shared';
import { isActive, type JobSubscription } from './jobSubscription.ts';
import type { Environment } from './ports.ts';
import type { ClientJobState } from './realtimeStore.ts';
import type { Sessions } from './sessionStorage.ts';

const SAVE_INTERVAL_MS = 2_000;

export interface SessionKeeper {
  /** Something that would be saved changed. */
  touch(): void;
  stop(): void;
}

export function createSessionKeeper(
  ports: { clock: Clock; environment: Environment },
  sessions: Sessions,
  source: { who(): string; subscriptions(): Iterable<JobSubscription> },
): SessionKeeper {
  const { clock, environment } = ports;
  let timer: ClockTimer | undefined;
  let saved: readonly ClientJobState[] = [];
  let stopped = false;

  function save(): void {
    clock.clearTimeout(timer);
    timer = undefined;
    const jobs: ClientJobState[] = [];
    for (const { job } of source.subscriptions()) {
      if (job !== null && isActive(job)) jobs.push(job);
    }
    const same = jobs.length === saved.length && jobs.every((job, index) => job === saved[index]);
    if (!same && sessions.save(source.who(), jobs)) saved = jobs;
    if (jobs.length > 0) timer = clock.setTimeout(save, SAVE_INTERVAL_MS);
  }

  const unsubscribe = environment.subscribe((signal) => {
    if (signal === 'hidden' || signal === 'pagehide') save();
  });

  return {
    touch: () => {
      if (!stopped) timer ??= clock.setTimeout(save, SAVE_INTERVAL_MS);
    },
    stop: () => {
      stopped = true;
      save();
      unsubscribe();
      clock.clearTimeout(timer);
      timer = undefined;
    },
  };
}
