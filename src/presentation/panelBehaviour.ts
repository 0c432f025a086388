/** What the panel does by itself: pure, so that a reload, a test and a frozen story agree. */
import { assertNever } from '@regen/realtime-shared';
import type { PanelJob } from './panelJob.ts';
import { COLLAPSE_DELAY_MS, collapseTime, isLoss, silentIn, withJobs } from './panelJobs.ts';
import type { PanelState } from './panelState.ts';

/** What a person does with the panel. */
export type PanelEvent =
  | { kind: 'expanded' }
  | { kind: 'collapsed' }
  | { kind: 'pointerEntered' }
  | { kind: 'pointerLeft' }
  | { kind: 'focusEntered' }
  | { kind: 'focusLeft' }
  | { kind: 'cardOpened'; jobId: string }
  | { kind: 'cardClosed'; jobId: string }
  | { kind: 'dismissed'; jobId: string };

/** Everything that happens to the panel. */
export type PanelChange =
  | PanelEvent
  /** All jobs that are known, in the order in which they became known. */
  | { kind: 'jobsChanged'; jobs: readonly PanelJob[] }
  /** Time went on: to be given at `collapseAt`. */
  | { kind: 'timePassed' }
  /** Somebody has signed in. `saved`: what they left; nothing of another person's jobs stays. */
  | { kind: 'userChanged'; saved: PanelState };

/** The next state; the same reference where nothing changes. */
export function transition(state: PanelState, event: PanelChange, now: number): PanelState {
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
      return ofUser(state, event.saved, now);
    case 'timePassed':
      return timePassed(state, now);
    default:
      return assertNever(event);
  }
}

function isInUse(state: PanelState): boolean {
  return state.isPointerInside || state.isFocusInside;
}

function including(state: PanelState, list: 'openCards' | 'dismissed', jobId: string): PanelState {
  return state[list].includes(jobId) ? state : { ...state, [list]: [...state[list], jobId] };
}

/** Ended cards leave the list with the collapse, not under the person's eyes. */
function collapse(state: PanelState): PanelState {
  if (!state.isExpanded) return state;
  const silent = new Set(state.history.filter(silentIn(state.dismissed)).map((record) => record.jobId));
  return {
    ...state,
    isExpanded: false,
    // The panel goes away under the pointer and takes the focus with it: no event tells that they left.
    openedByHand: false,
    isPointerInside: false,
    isFocusInside: false,
    collapseAt: null,
    order: state.order.filter((jobId) => !silent.has(jobId)),
    openCards: state.openCards.filter((jobId) => !silent.has(jobId)),
    justEnded: state.order.filter((jobId) => silent.has(jobId)),
  };
}

/** Somebody stopped using it: what was due comes after the whole delay, not in that moment. */
function released(state: PanelState, now: number): PanelState {
  return state.collapseAt === null || isInUse(state) ? state : { ...state, collapseAt: now + COLLAPSE_DELAY_MS };
}

function timePassed(state: PanelState, now: number): PanelState {
  if (state.collapseAt === null || isInUse(state)) return state;
  if (now >= state.collapseAt) return collapse(state);
  const collapseAt = collapseTime(state, now);
  return collapseAt === state.collapseAt ? state : { ...state, collapseAt };
}

function dismiss(state: PanelState, jobId: string, now: number): PanelState {
  const next = including(state, 'dismissed', jobId);
  if (next === state) return state;
  const record = state.history.find((other) => other.jobId === jobId);
  if (record === undefined || !isLoss(record)) return next;
  const order = next.order.filter((other) => other !== jobId);
  const holding = next.holding.filter((other) => other !== jobId);
  return { ...next, order, holding, collapseAt: collapseTime({ ...next, holding }, now) };
}

/** What the person did before it was known who they are is theirs; where they are does not change with a sign-in. */
function ofUser(state: PanelState, saved: PanelState, now: number): PanelState {
  const { isPointerInside, isFocusInside } = state;
  const next = { ...saved, isPointerInside, isFocusInside };
  if (state.openedByHand) return transition(next, { kind: 'expanded' }, now);
  // What was about to happen when the page was left is due again; what had not ended may still go on.
  const isSilent = silentIn(next.dismissed);
  const silent = new Set(next.history.filter(isSilent).map(({ jobId }) => jobId));
  const isOver = next.order.every((jobId) => silent.has(jobId));
  return isOver ? { ...next, collapseAt: collapseTime(next, now) } : next;
}
