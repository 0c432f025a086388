/** What becomes of the panel as its jobs change. */
import { isEnd } from './jobPhase.ts';
import type { EndedJob, PanelJob } from './panelJob.ts';
import type { PanelState } from './panelState.ts';

/** How long the panel stays after the last job ended. */
export const COLLAPSE_DELAY_MS = 5_000;
/** Ended jobs that are remembered; the panel shows fewer. */
export const HISTORY_KEPT = 25;
/** Ids that are kept in a list though nothing is known of their jobs: those that never come back do not pile up. */
const STRANGERS_KEPT = 250;

/** @param jobs all jobs that the client knows, in the order in which they became known */
export function withJobs(state: PanelState, jobs: readonly PanelJob[], now: number): PanelState {
  const before = new Map(state.history.map((record) => [record.jobId, record]));
  const known = new Map<string, PanelJob>([...before, ...jobs.map((job) => [job.jobId, job] as const)]);
  const current = new Map(jobs.map((job) => [job.jobId, job]));
  const dismissed = withoutStrangers(
    state.dismissed.filter((jobId) => isStillDismissed(current.get(jobId), before.get(jobId))),
    known,
  );
  const isSilent = silentIn(dismissed);
  const listed = new Set(state.order);
  const fresh = jobs.filter((job) => !listed.has(job.jobId) && !isSilent(job));
  // Ids that are not known (yet) keep their place: after a reload the list is there before its jobs.
  const order = withoutStrangers([...state.order, ...fresh.map((job) => job.jobId)], known);
  const holding = order.filter((jobId) => {
    const job = known.get(jobId);
    return job !== undefined && !isSilent(job);
  });
  const starts = fresh.some((job) => !isLoss(job));
  const isExpanded = state.isExpanded || starts;
  const justEnded = starts ? [] : state.justEnded;

  const isAlone = !state.order.some((jobId) => known.has(jobId));
  const failing = jobs.filter((job) => isLoss(job) && !isSilent(job) && !isSameEnd(before.get(job.jobId), job));
  const openCards = new Set([
    ...state.openCards.filter((jobId) => listed.has(jobId)),
    // The first card of an empty list opens by itself, and every one that failed, when it does.
    ...(isAlone ? fresh.slice(0, 1) : []).map((job) => job.jobId),
    ...failing.map((job) => job.jobId),
  ]);

  const next: PanelState = {
    ...state,
    isExpanded,
    order: keep(state.order, order),
    holding: keep(state.holding, holding),
    history: keep(state.history, historyOf(before, jobs, new Set([...order, ...dismissed, ...justEnded]))),
    dismissed: keep(state.dismissed, dismissed),
    openCards: keep(state.openCards, [...openCards]),
    justEnded: keep(state.justEnded, justEnded),
    collapseAt: collapseTime({ ...state, isExpanded, holding }, now),
  };
  return isSame(state, next) ? state : next;
}

/** When the panel collapses by itself; null while something keeps it open. */
export function collapseTime(state: PanelState, now: number): number | null {
  if (!state.isExpanded || state.openedByHand || state.holding.length > 0) return null;
  // Later than that it is only by a clock that was set back.
  return Math.min(state.collapseAt ?? Infinity, now + COLLAPSE_DELAY_MS);
}

/** Which jobs have nothing (more) to say: what was lost speaks until it is dismissed. */
export function silentIn(dismissed: readonly string[]): (job: PanelJob) => boolean {
  const ids = new Set(dismissed);
  return (job) => isEnd(job.standing) && (!isLoss(job) || ids.has(job.jobId));
}

export function isLoss({ standing }: PanelJob): boolean {
  return standing === 'failed' || standing === 'gone';
}

/** A dismissal answers one pause or one end; what comes after it has something new to say. */
function isStillDismissed(job: PanelJob | undefined, record: EndedJob | undefined): boolean {
  if (job === undefined) return true;
  return job.standing === 'paused' ? record === undefined : isLoss(job) && isSameEnd(record, job);
}

function isSameEnd(record: EndedJob | undefined, job: PanelJob): boolean {
  if (record === undefined) return false;
  // That the server has forgotten a failure is no second one.
  return job.standing === 'gone' || (record.standing === job.standing && record.finishedAt === job.finishedAt);
}

function historyOf(
  before: ReadonlyMap<string, EndedJob>,
  jobs: readonly PanelJob[],
  named: ReadonlySet<string>,
): readonly EndedJob[] {
  const records = new Map(before);
  for (const job of jobs) {
    const known = before.get(job.jobId);
    const { standing } = job;
    if (!isEnd(standing)) records.delete(job.jobId);
    else {
      const record: EndedJob = { ...job, standing };
      records.set(job.jobId, known !== undefined && isSame(known, record) ? known : record);
    }
  }
  return [...records.values()]
    .sort((one, other) => timeOf(other) - timeOf(one))
    .filter(({ jobId }, index) => index < HISTORY_KEPT || named.has(jobId));
}

/** One of which nobody said when it ended stands where it began. */
function timeOf({ finishedAt, startedAt }: EndedJob): number {
  return finishedAt ?? startedAt;
}

function withoutStrangers(ids: readonly string[], known: ReadonlyMap<string, unknown>): readonly string[] {
  const oldest = new Set(ids.filter((jobId) => !known.has(jobId)).slice(0, -STRANGERS_KEPT));
  return ids.filter((jobId) => !oldest.has(jobId));
}

function isSame<Facts extends object>(one: Facts, other: Facts): boolean {
  const keys = Object.keys(other) as (keyof Facts)[]; // those of a record of facts are known, Object.keys forgets them
  return keys.every((key) => Object.is(one[key], other[key]));
}

/** The list of before where the next one says the same. */
function keep<Item>(before: readonly Item[], next: readonly Item[]): readonly Item[] {
  return before.length === next.length && before.every((item, index) => item === next[index]) ? before : next;
}
