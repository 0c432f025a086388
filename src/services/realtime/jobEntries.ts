/** What the store says of all jobs: made anew for those that changed, once a delivery. */
import { isFinished } from '@regen/realtime-shared';
import type { JobCommands } from './jobCommands.ts';
import { jobEntryOf, keptEntry } from './jobEntry.ts';
import type { JobSubscriptions } from './jobSubscriptions.ts';
import type { JobText } from './jobText.ts';
import type { JobWatch } from './jobWatch.ts';
import type { JobEntry, RealtimeState } from './realtimeStore.ts';

export interface JobEntries {
  /** What is said of these jobs may be another thing at the next `apply`. */
  mark(jobIds: Iterable<string>): void;
  /** The jobs as they are now; the same map where nothing that it says has changed. */
  apply(before: RealtimeState['jobs'], isLive: boolean): RealtimeState['jobs'];
}

export function createJobEntries(parts: {
  subscriptions: Pick<JobSubscriptions, 'get' | 'isOnlySeeded'>;
  watch: Pick<JobWatch, 'summaries'>;
  commands: Pick<JobCommands, 'get' | 'ended' | 'forget'>;
  text: Pick<JobText, 'forget'>;
}): JobEntries {
  const { subscriptions, watch, commands, text } = parts;
  const marked = new Set<string>();

  function entryOf(jobId: string, isLive: boolean, before: JobEntry | undefined): JobEntry | undefined {
    const subscription = subscriptions.get(jobId);
    const summary = watch.summaries().get(jobId) ?? null;
    if (summary === null && (subscription === undefined || subscriptions.isOnlySeeded(jobId))) {
      commands.forget(jobId);
      text.forget(jobId);
      return undefined;
    }
    if (summary !== null && isFinished(summary)) commands.ended(jobId);
    return keptEntry(before, jobEntryOf(jobId, subscription, summary, commands.get(jobId), isLive));
  }

  return {
    mark: (jobIds) => {
      for (const jobId of jobIds) marked.add(jobId);
    },
    apply: (before, isLive) => {
      if (marked.size === 0) return before;
      const next = new Map(before);
      let changed = false;
      for (const jobId of marked) {
        const known = next.get(jobId);
        const entry = entryOf(jobId, isLive, known);
        changed ||= entry !== known;
        if (entry === undefined) next.delete(jobId);
        else next.set(jobId, entry);
      }
      marked.clear();
      return changed ? next : before;
    },
  };
}
