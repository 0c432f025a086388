/**
 * What the panel does by itself and what it remembers: pure, so that a reload, a test and a frozen story agree.
 * Times are local, ms since the Unix epoch.
 */
import { assertNever, isFinal, type JobStatus } from '@regen/realtime-shared';

/** How long the panel stays after the last job completed. */
export const COLLAPSE_DELAY_MS = 5_000;
/** Rows of the history. */
export const HISTORY_LENGTH = 5;
/** Ended jobs that are remembered as dismissed or collapsed; older ones have left the server's list. */
const REMEMBERED_AT_MOST = 200;

/** What the panel needs to know of a job. */
export interface PanelJob {
  jobId: string;
  title: string;
  status: JobStatus;
  retryable: boolean;
  finishedAt: number | null;
  /** A cancel came too late. */
  late: boolean;
  errorMessage: string | null;
}

export interface HistoryRow {
  jobId: string;
  title: string;
  status: 'completed' | 'failed' | 'cancelled';
  /** By the server's clock. */
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
  /** Jobs that are listed as cards, oldest first; a job keeps its place for as long as it is listed. */
  order: readonly string[];
  /** Cards that show everything. */
  openCards: readonly string[];
  /** Failed and paused jobs whose banner was dismissed. */
  dismissed: readonly string[];
  /** The last that ended, newest first. */
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
  /** Time went on; due at `collapseAt`. */
  | { kind: 'timePassed' };

export const initialPanelState: PanelState = {
  isExpanded: false,
  openedByHand: false,
  isPointerInside: false,
  isFocusInside: false,
  collapseAt: null,
  order: [],
  openCards: [],
  dismissed: [],
  history: [],
};

/** The next state; the same reference where nothing changes. */
export function transition(state: PanelState, event: PanelEvent, now: number): PanelState {
  switch (event.kind) {
    case 'jobsChanged':
      return withJobs(state, event.jobs, now);
    case 'expanded':
      return { ...state, isExpanded: true, openedByHand: true, collapseAt: null };
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
      return state.openCards.includes(event.jobId) ? state : { ...state, openCards: [...state.openCards, event.jobId] };
    case 'cardClosed':
      return state.openCards.includes(event.jobId)
        ? { ...state, openCards: without(state.openCards, event.jobId) }
        : state;
    case 'dismissed':
      return state.dismissed.includes(event.jobId)
        ? state
        : { ...state, dismissed: [...state.dismissed, event.jobId].slice(-REMEMBERED_AT_MOST) };
    case 'timePassed':
      return state.collapseAt !== null && now >= state.collapseAt && !isInUse(state) ? settled(collapse(state)) : state;
    default:
      return assertNever(event);
  }
}

/** Whether the person is using it. */
export function isInUse(state: PanelState): boolean {
  return state.openedByHand || state.isPointerInside || state.isFocusInside;
}

function collapse(state: PanelState): PanelState {
  if (!state.isExpanded && state.collapseAt === null) return state;
  // The panel goes away under the pointer and takes the focus with it: no leave event follows.
  return {
    ...state,
    isExpanded: false,
    openedByHand: false,
    isPointerInside: false,
    isFocusInside: false,
    collapseAt: null,
  };
}

/** Somebody stopped using it: what was due comes after the whole delay, not in that moment. */
function released(state: PanelState, now: number): PanelState {
  return state.collapseAt === null || isInUse(state) ? state : { ...state, collapseAt: now + COLLAPSE_DELAY_MS };
}

/** Completed and cancelled cards leave the list with the collapse, not under the person's eyes. */
function settled(state: PanelState): PanelState {
  const ended = new Set(state.history.filter((row) => row.status !== 'failed').map((row) => row.jobId));
  return {
    ...state,
    order: state.order.filter((jobId) => !ended.has(jobId)),
    openCards: state.openCards.filter((jobId) => !ended.has(jobId)),
  };
}

function isListed(job: PanelJob, state: PanelState): boolean {
  if (job.status === 'failed') return !state.dismissed.includes(job.jobId);
  return job.status !== 'completed' && job.status !== 'cancelled';
}

/** Under way: keeps the panel open. A failure does so until it is dismissed. */
function isHolding(job: PanelJob, state: PanelState): boolean {
  return isListed(job, state);
}

function withJobs(state: PanelState, jobs: readonly PanelJob[], now: number): PanelState {
  const byId = new Map(jobs.map((job) => [job.jobId, job]));
  const kept = state.order.filter((jobId) => {
    const job = byId.get(jobId);
    return job !== undefined && (job.status !== 'failed' || !state.dismissed.includes(jobId));
  });
  const fresh = jobs.filter((job) => !state.order.includes(job.jobId) && isListed(job, state));
  const started = fresh.filter((job) => job.status !== 'failed');
  // A job that ended before and goes on again is as new as a new one: its banner may be shown again.
  const dismissed = state.dismissed.filter((jobId) => {
    const job = byId.get(jobId);
    return job === undefined || job.status === 'failed' || job.status === 'paused';
  });
  const order = [...kept, ...fresh.map((job) => job.jobId)];
  const openCards = openCardsOf(state, kept, fresh);
  const history = historyOf(state.history, jobs);
  const isHeld = jobs.some((job) => isHolding(job, state));
  const expands = started.length > 0 && !state.isExpanded;
  const isExpanded = state.isExpanded || expands;
  const collapseAt = !isExpanded || isHeld ? null : (state.collapseAt ?? now + COLLAPSE_DELAY_MS);
  const next: PanelState = { ...state, isExpanded, collapseAt, order, openCards, dismissed, history };
  return isSame(state, next) ? state : next;
}

/** The first card of an empty list opens by itself, and every failed or paused one, since it has something to say. */
function openCardsOf(state: PanelState, kept: readonly string[], fresh: readonly PanelJob[]): readonly string[] {
  const first = kept.length === 0 ? fresh.slice(0, 1) : [];
  const speaking = fresh.filter((job) => job.status === 'failed' || job.status === 'paused');
  const added = [...new Set([...first, ...speaking].map((job) => job.jobId))];
  return [...state.openCards.filter((jobId) => kept.includes(jobId)), ...added];
}

function historyOf(known: readonly HistoryRow[], jobs: readonly PanelJob[]): readonly HistoryRow[] {
  const ended = jobs.flatMap((job): HistoryRow[] => {
    const { jobId, title, status, finishedAt, late, errorMessage } = job;
    if (status !== 'completed' && status !== 'failed' && status !== 'cancelled') return [];
    return [{ jobId, title, status, finishedAt: finishedAt ?? 0, late, errorMessage }];
  });
  const current = new Set(jobs.map((job) => job.jobId));
  const rows = [...ended, ...known.filter((row) => !current.has(row.jobId))]
    .sort((one, other) => other.finishedAt - one.finishedAt)
    .slice(0, HISTORY_LENGTH + REMEMBERED_AT_MOST);
  return rows;
}

function isSame(one: PanelState, other: PanelState): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function without(list: readonly string[], jobId: string): readonly string[] {
  return list.filter((other) => other !== jobId);
}

/** Whether nothing can be appended to a job any more. */
export function isPanelJobFinal(job: PanelJob): boolean {
  return isFinal({
    status: job.status,
    ...(job.retryable ? { error: { code: '', message: '', retryable: true } } : {}),
  });
}
