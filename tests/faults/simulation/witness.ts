import { isFinished } from '@regen/realtime-shared';
import type { RealtimeErrorCode } from '../../../src/services/realtime/errors.ts';
import type { RealtimeClient } from '../../../src/services/realtime/realtimeClient.ts';
import type { ClientJobState, JobEntry } from '../../../src/services/realtime/realtimeStore.ts';
import { storyOf } from './story.ts';
import { factsOf, type Truth } from './truth.ts';

/** Looks at every delivery of one page and remembers what must not have happened. */
export interface Witness {
  /** What was wrong, in words; none if all was well. */
  readonly wrong: readonly string[];
  /** Times that a shown history was replaced, each of them told. */
  readonly resets: number;
  readonly deliveries: number;
}

/** A token could not be renewed in time: the connection was lost meanwhile. */
const EXPECTED: readonly RealtimeErrorCode[] = ['timeout', 'offline', 'token_expired', 'unavailable'];

interface Seen {
  job: ClientJobState;
  entry: JobEntry;
  generation: number;
  text: string;
}

/**
 * What a page shows of a job at a position is what the log said at that position; its text only grows, and its position
 * only moves on, unless the replacement was told; and a replacement is told only where the log has lost something.
 */
export function watchPage(client: RealtimeClient, truth: Truth, name: string): Witness {
  const wrong: string[] = [];
  const seen = new Map<string, Seen>();
  let resets = 0;
  let deliveries = 0;
  let reported = 0;

  function say(text: string): void {
    wrong.push(`${name}: ${text}`);
  }

  function look(jobId: string, entry: JobEntry): void {
    const before = seen.get(jobId);
    if (entry.job === null) {
      if (before !== undefined) say(`${jobId} was shown and is gone`);
      return;
    }
    if (before?.entry === entry) return;
    const { job } = entry;
    deliveries += 1;
    const { rope, generation } = client.textOf(jobId).read();
    const text = rope.toString();
    const where = `${jobId} at ${String(job.sequence)} of ${job.epoch}`;
    const fact = truth.at(jobId, job.epoch, job.sequence);
    if (fact === undefined) say(`${where} was never written`);
    else if (factsOf(job) !== fact)
      say(`${where} is not what was written:\n  shown   ${factsOf(job)}\n  written ${fact}`);
    if (before !== undefined) {
      if (generation === before.generation) {
        if (job.sequence < before.job.sequence) say(`${where} went back from ${String(before.job.sequence)}`);
        if (!text.startsWith(before.text)) say(`${where} does not continue the text that was shown`);
      } else if (isFinished(before.job) && job.createdAt !== before.job.createdAt) {
        if (entry.replaced) say(`${where} runs again and is called damaged`);
        if (!truth.hasLost(jobId)) say(`${where} runs again, but its log has lost nothing`);
      } else {
        resets += generation - before.generation;
        if (!entry.replaced) say(`${where} was replaced without a word`);
        if (!truth.hasLost(jobId)) say(`${where} was replaced, but its log has lost nothing`);
      }
    }
    if (!truth.hasLost(jobId) && !storyOf(jobId, 0, 'output').startsWith(text)) say(`${where} tells another story`);
    seen.set(jobId, { job, entry, generation, text });
  }

  client.store.subscribe(() => {
    for (const [jobId, entry] of client.store.getState().jobs) look(jobId, entry);
  });
  client.onError((error) => {
    if (error.code === 'history_replaced') reported += 1;
    else if (!EXPECTED.includes(error.code)) say(`reported ${error.code}: ${error.message}`);
  });

  return {
    get wrong() {
      const malformed = client.diagnostics().malformed;
      return [
        ...wrong,
        ...(malformed > 0 ? [`${name}: ${String(malformed)} malformed messages`] : []),
        ...(reported < resets ? [`${name}: ${String(resets)} replacements, ${String(reported)} reports`] : []),
      ];
    },
    get resets() {
      return resets;
    },
    get deliveries() {
      return deliveries;
    },
  };
}
