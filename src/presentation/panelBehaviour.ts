/**
 * What the panel does by itself: pure, so that a reload, a test and a frozen story agree. Times are local, ms since
 * the Unix epoch, but for `finishedAt`, which is the server's.
 */
import { assertNever, type JobStatus } from '@regen/realtime-shared';
import { cameTooLate, knownOf } from './jobPhase.ts';
import type { JobEntry } from '../services/realtime/realtimeStore.ts';

/** How long the panel stays after the last job ended. */
export const COLLAPSE_DELAY_MS = 5_000;
/** Ended jobs that are remembered; the panel shows fewer. */
export const HISTORY_KEPT = 25;
/** Ids that are remembered in each list: jobs that never come back do not pile up. */
const IDS_KEPT = 250;

/** What the panel needs to know of a job. */
export interface PanelJob {
  jobId: string;
  title: string;
  /** A job that the server no longer has counts as failed. */
  status: JobStatus;
  /** Null while it is not over, or not known. */
  finishedAt: number | null;
  /** A cancel came too late. */
  late: boolean;
  errorMessage: string | null;
}

export interface HistoryRow {
  jobId: string;
  title: string;
  status: 'completed' | 'failed' | 'cancelled';
  finishedAt: number;
  late: boolean;
  errorMessage: string | null;
}

export interface PanelState {
  isExpanded: boolean;
  /** The person opened it: it does not collapse by itself. */
  openedByHand: boolean;
  isPointerInside: boolean;
  isFocusInside: boolean;
  /** When it collapses unless somebody uses it; null where nothing is due. */
  collapseAt: number | null;
  /** Jobs that are listed as cards. A job keeps its place for as long as it is listed; new ones come last. */
  order: readonly string[];
  /** Jobs that ended and left with the last collapse: the pill speaks of them until something else happens. */
  justEnded: readonly string[];
  /** Cards that show everything. */
  openCards: readonly string[];
  /** Jobs whose banner was dismissed. */
  dismissed: readonly string[];
  /** Newest first. */
  history: readonly HistoryRow[];
}

export type PanelEvent =
  /** All jobs that are known, in the order in which they became known. */
  | { kind: 'jobsChanged'; jobs: readonly PanelJob[] }
  | { kind: 'expanded' }
  | { kind: 'collapsed' }
  | { kind: 'pointerEntered' }
  | { kind: 'pointerLeft' }
  | { kind: 'focusEntered' }
  | { kind: 'focusLeft' }
  | { kind: 'cardOpened'; jobId: string }
  | { kind: 'cardClosed'; jobId: string }
  | { kind: 'dismissed'; jobId: string }
  /** Time went on: to be given at `collapseAt`. */
  | { kind: 'timePassed' }
  /** Somebody else has signed in: nothing of the first person stays. */
  | { kind: 'userChanged' };

export const INITIAL_PANEL_STATE: PanelState = {
  isExpanded: false,
  openedByHand: false,
  isPointerInside: false,
  isFocusInside: false,
  collapseAt: null,
  order: [],
  justEnded: [],
  openCards: [],
  dismissed: [],
  history: [],
};

/** Null while nothing is known of the job. */
export function panelJobOf(entry: JobEntry): PanelJob | null {
  const known = knownOf(entry);
  if (known === null) return null;
  const isOver = known.status === 'completed' || known.status === 'cancelled' || known.status === 'failed';
  return {
    jobId: entry.jobId,
    title: known.title,
    status: entry.sync.kind === 'gone' && !isOver ? 'failed' : known.status,
    finishedAt: known.finishedAt ?? null,
    late: cameTooLate(entry),
    errorMessage: known.error?.message ?? null,
  };
}

/** The next state; the same reference where nothing changes. */
export function transition(state: PanelState, event: PanelEvent, now: number): PanelState {
  switch (event.kind) {
    case 'jobsChanged':
      return withJobs(state, event.jobs, now);
    case 'expanded':
      return { ...state, isExpanded: true, openedByHand: true, collapseAt: null, justEnded: [] };
    case 'collapsed':
      return collapse(state);
    case 'pointerEntered':
      return state.isPointerInside ? state : { ...state, isPointerInside: true };
    case 'pointerLeft':
      return state.isPointerInside ? released({ ...state, isPointerInside: false }, now) : state;
    case 'focusEntered':
      return state.isFocusInside ? state : { ...state, isFocusInside: true };
    case 'focusLeft':
      return state.isFocusInside ? released({ ...state, isFocusInside: false }, now) : state;
    case 'cardOpened':
      return including(state, 'openCards', event.jobId);
    case 'cardClosed':
      return state.openCards.includes(event.jobId)
        ? { ...state, openCards: state.openCards.filter((jobId) => jobId !== event.jobId) }
        : state;
    case 'dismissed':
      return dismiss(state, event.jobId, now);
    case 'userChanged':
      return INITIAL_PANEL_STATE;
    case 'timePassed':
      return state.collapseAt !== null && now >= state.collapseAt && !isInUse(state) ? collapse(state) : state;
    default:
      return assertNever(event);
  }
}

/** The jobs that the pill speaks of. */
export function pillJobs(state: PanelState): readonly string[] {
  return state.order.length > 0 ? state.order : state.justEnded;
}

/** Whether the person is using the panel. */
export function isInUse(state: PanelState): boolean {
  return state.openedByHand || state.isPointerInside || state.isFocusInside;
}

function including(state: PanelState, list: 'openCards' | 'dismissed', jobId: string): PanelState {
  return state[list].includes(jobId) ? state : { ...state, [list]: [...state[list], jobId].slice(-IDS_KEPT) };
}

/** Ended cards leave the list with the collapse, not under the person's eyes. */
function collapse(state: PanelState): PanelState {
  if (!state.isExpanded) return state;
  const ended = state.order.filter((jobId) => isEnded(state, jobId));
  return {
    ...state,
    isExpanded: false,
    // The panel goes away under the pointer and takes the focus with it: no event tells that they left.
    openedByHand: false,
    isPointerInside: false,
    isFocusInside: false,
    collapseAt: null,
    order: state.order.filter((jobId) => !ended.includes(jobId)),
    openCards: state.openCards.filter((jobId) => !ended.includes(jobId)),
    justEnded: ended,
  };
}

/** Whether it is over and has nothing more to say: a failure speaks until it is dismissed. */
function isEnded(state: PanelState, jobId: string): boolean {
  const row = state.history.find((other) => other.jobId === jobId);
  return row !== undefined && (row.status !== 'failed' || state.dismissed.includes(jobId));
}

/** Somebody stopped using it: what was due comes after the whole delay, not in that moment. */
function released(state: PanelState, now: number): PanelState {
  return state.collapseAt === null || isInUse(state) ? state : { ...state, collapseAt: now + COLLAPSE_DELAY_MS };
}

function dismiss(state: PanelState, jobId: string, now: number): PanelState {
  const next = including(state, 'dismissed', jobId);
  if (next === state) return state;
  const row = state.history.find((other) => other.jobId === jobId);
  if (row?.status !== 'failed') return next;
  const order = next.order.filter((other) => other !== jobId);
  const isHeld = order.some((other) => !isEnded(next, other));
  return { ...next, order, collapseAt: collapseTime(next, isHeld, now) };
}

function collapseTime(state: PanelState, isHeld: boolean, now: number): number | null {
  if (!state.isExpanded || isHeld || state.openedByHand) return null;
  return state.collapseAt ?? now + COLLAPSE_DELAY_MS;
}

function withJobs(state: PanelState, jobs: readonly PanelJob[], now: number): PanelState {
  const byId = new Map(jobs.map((job) => [job.jobId, job]));
  const dismissed = state.dismissed.filter((jobId) => {
    const status = byId.get(jobId)?.status;
    // A job that goes on may fail or pause again, and then has something new to say.
    return status === undefined || status === 'failed' || status === 'paused';
  });
  const isDismissed = (job: PanelJob): boolean => job.status === 'failed' && dismissed.includes(job.jobId);
  const isOver = (job: PanelJob): boolean => job.status === 'completed' || job.status === 'cancelled';
  // Ids that are not known (yet) keep their place: after a reload the list is there before its jobs.
  const kept = state.order.filter((jobId) => {
    const job = byId.get(jobId);
    return job === undefined || !isDismissed(job);
  });
  const fresh = jobs.filter((job) => !state.order.includes(job.jobId) && !isOver(job) && !isDismissed(job));
  const order = keep(state.order, [...kept, ...fresh.map((job) => job.jobId)].slice(-IDS_KEPT));
  const history = historyOf(state.history, jobs);
  const starts = fresh.some((job) => job.status !== 'failed');
  const isExpanded = state.isExpanded || starts;
  const isHeld = jobs.some((job) => !isOver(job) && !isDismissed(job));
  const next: PanelState = {
    ...state,
    isExpanded,
    order,
    history,
    dismissed: keep(state.dismissed, dismissed),
    openCards: keep(state.openCards, openCardsOf(state, byId, kept, fresh)),
    justEnded: starts ? keep(state.justEnded, []) : state.justEnded,
    collapseAt: collapseTime({ ...state, isExpanded }, isHeld, now),
  };
  const keys = Object.keys(next) as (keyof PanelState)[]; // an interface's keys are known, Object.keys forgets them
  return keys.every((key) => next[key] === state[key]) ? state : next;
}

/** The first card of an empty list opens by itself, and every one with a banner, when it gets it. */
function openCardsOf(
  state: PanelState,
  byId: ReadonlyMap<string, PanelJob>,
  kept: readonly string[],
  fresh: readonly PanelJob[],
): readonly string[] {
  const isAlone = !kept.some((jobId) => byId.has(jobId));
  const first = isAlone ? fresh.slice(0, 1) : [];
  const before = new Map(state.history.map((row) => [row.jobId, row.status]));
  const failing = [...byId.values()].filter((job) => job.status === 'failed' && before.get(job.jobId) !== 'failed');
  const opened = [...first, ...failing.filter((job) => !state.dismissed.includes(job.jobId))].map((job) => job.jobId);
  return [...new Set([...state.openCards.filter((jobId) => kept.includes(jobId)), ...opened])];
}

function historyOf(known: readonly HistoryRow[], jobs: readonly PanelJob[]): readonly HistoryRow[] {
  const current = new Set(jobs.map((job) => job.jobId));
  const byId = new Map(known.map((row) => [row.jobId, row]));
  const ended = jobs.flatMap((job): HistoryRow[] => {
    const { jobId, title, status, late, errorMessage } = job;
    if (status !== 'completed' && status !== 'failed' && status !== 'cancelled') return [];
    const row: HistoryRow = { jobId, title, status, finishedAt: job.finishedAt ?? 0, late, errorMessage };
    const before = byId.get(jobId);
    return [before !== undefined && isSameRow(before, row) ? before : row];
  });
  const rows = [...ended, ...known.filter((row) => !current.has(row.jobId))];
  return keep(known, rows.sort((one, other) => other.finishedAt - one.finishedAt).slice(0, HISTORY_KEPT));
}

function isSameRow(one: HistoryRow, other: HistoryRow): boolean {
  return (
    one.status === other.status &&
    one.title === other.title &&
    one.finishedAt === other.finishedAt &&
    one.late === other.late &&
    one.errorMessage === other.errorMessage
  );
}

/** The list of before where the next one says the same. */
function keep<Item>(before: readonly Item[], next: readonly Item[]): readonly Item[] {
  return before.length === next.length && before.every((item, index) => item === next[index]) ? before : next;
}
