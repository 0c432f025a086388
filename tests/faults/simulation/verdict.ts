import type { JobLog } from '@regen/realtime-core';
import { isFinal, type JobSnapshot } from '@regen/realtime-shared';
import { clientReducer } from '../../../src/services/realtime/jobSubscription.ts';
import type { SimulatedPage } from './page.ts';
import type { Work } from './worker.ts';

/** The tab that only watches its user's jobs, and follows those that are active when it comes. */
export const WATCHING_TAB = 1;
/** The tab that follows its jobs by their ids alone. */
const UNTOLD_TAB = 0;

/** What is wrong once all has healed: each page shows what the log holds, live, and was told of each end once. */
export async function judge(
  log: JobLog,
  works: readonly Work[],
  pages: readonly (SimulatedPage | null)[],
): Promise<string[]> {
  const wrong: string[] = [];
  for (const { jobId, ends, length, runsAgain } of works) {
    const read = await log.read({ jobId });
    if (read.kind !== 'snapshot') {
      wrong.push(`${jobId} is not in the log`);
      continue;
    }
    const { snapshot } = read;
    const isOver = isFinal(snapshot);
    if (ends && !isOver) wrong.push(`${jobId} has not ended: it is ${snapshot.status}`);
    if (!ends && !isOver && snapshot.sequence < length) wrong.push(`${jobId} has not got on`);
    for (const [tab, page] of pages.entries()) {
      if (page === null) continue;
      for (const each of judgePage(page, tab, snapshot, runsAgain)) {
        wrong.push(`at last, tab ${String(tab)}, ${jobId}: ${each}`);
      }
    }
  }
  return wrong;
}

function judgePage(page: SimulatedPage, tab: number, snapshot: JobSnapshot, runsAgain: boolean): string[] {
  const onlyWatches = tab === WATCHING_TAB;
  const { jobId } = snapshot;
  const isOver = isFinal(snapshot);
  const entry = page.client.store.getState().jobs.get(jobId);
  // Who only watches may have come after the job's end.
  if (entry === undefined || entry.job === null) return onlyWatches && isOver ? [] : ['nothing is shown'];
  // Who watches no list is not told that a job which had ended has begun anew.
  const isOfFirstRun = runsAgain && entry.job.createdAt !== snapshot.createdAt && isFinal(entry.job);
  if (isOfFirstRun && tab === UNTOLD_TAB) return [];
  const wrong: string[] = [];
  if (entry.sync.kind !== 'live') wrong.push(`is ${JSON.stringify(entry.sync)}`);
  const shown = comparable(clientReducer.toSnapshot(entry.job));
  const kept = comparable(snapshot);
  if (shown !== kept) wrong.push(`is not the server's\n  shown ${shown}\n  kept  ${kept}`);
  const told = page.ends().get(jobId) ?? 0;
  const isTold = runsAgain ? told >= (isOver ? 1 : 0) : told === (isOver ? 1 : 0);
  if (!onlyWatches && !isTold) wrong.push(`its end was told ${String(told)} times`);
  return wrong;
}

/** Field by field; a request that was not told before the job's end means nothing after it. */
function comparable(snapshot: JobSnapshot): string {
  const asked = isFinal(snapshot) ? { cancelRequested: null, resumeRequested: null } : {};
  return JSON.stringify(sorted({ ...snapshot, ...asked }));
}

/** In one order of keys, without what is undefined. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}
