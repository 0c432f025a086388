import { expect, test } from 'vitest';
import { entryFacts } from './testFacts.ts';
import {
  COLLAPSE_DELAY_MS,
  INITIAL_PANEL_STATE,
  panelJobOf,
  pillJobs,
  transition,
  type PanelEvent,
  type PanelJob,
  type PanelState,
} from './panelBehaviour.ts';
import { parsePanelState, serializePanelState } from './panelStorage.ts';

function panelJob(jobId: string, status: PanelJob['status'] = 'running', over: Partial<PanelJob> = {}): PanelJob {
  const isOver = status === 'completed' || status === 'failed' || status === 'cancelled';
  return { jobId, title: jobId, status, finishedAt: isOver ? 1_000 : null, late: false, errorMessage: null, ...over };
}

function jobsChanged(...jobs: readonly PanelJob[]): PanelEvent {
  return { kind: 'jobsChanged', jobs };
}

/** The state after events at their times. */
function after(...events: readonly (readonly [now: number, event: PanelEvent])[]): PanelState {
  return events.reduce((state, [now, event]) => transition(state, event, now), INITIAL_PANEL_STATE);
}

const STARTED = [0, jobsChanged(panelJob('a'))] as const;
const COMPLETED = [100, jobsChanged(panelJob('a', 'completed'))] as const;
const DUE = [100 + COLLAPSE_DELAY_MS, { kind: 'timePassed' }] as const;

test('expands when a new job starts', () => {
  expect(after(STARTED)).toMatchObject({ isExpanded: true, openedByHand: false, order: ['a'] });
});

test('jobs that had ended before do not expand it', () => {
  const state = after([0, jobsChanged(panelJob('a', 'completed'), panelJob('b', 'cancelled'))]);
  expect(state).toMatchObject({ isExpanded: false, order: [] });
  expect(state.history.map((row) => row.jobId)).toEqual(['a', 'b']);
});

test('stays collapsed after the person collapsed it, until another job starts', () => {
  const collapsed = after(STARTED, [10, { kind: 'collapsed' }], [20, jobsChanged(panelJob('a'))]);
  expect(collapsed.isExpanded).toBe(false);
  expect(transition(collapsed, jobsChanged(panelJob('a'), panelJob('b')), 30).isExpanded).toBe(true);
});

test('collapses 5 s after the last job completed, and not before', () => {
  const waiting = after(STARTED, COMPLETED);
  expect(waiting).toMatchObject({ isExpanded: true, collapseAt: 100 + COLLAPSE_DELAY_MS });
  expect(transition(waiting, { kind: 'timePassed' }, 99 + COLLAPSE_DELAY_MS).isExpanded).toBe(true);
  expect(transition(waiting, { kind: 'timePassed' }, 100 + COLLAPSE_DELAY_MS).isExpanded).toBe(false);
});

test('another change of the jobs does not put the collapse off', () => {
  const state = after(STARTED, COMPLETED, [2_000, jobsChanged(panelJob('a', 'completed', { title: 'A' }))]);
  expect(state.collapseAt).toBe(100 + COLLAPSE_DELAY_MS);
});

test('a job that starts in the meantime stops the collapse', () => {
  const state = after(STARTED, COMPLETED, [200, jobsChanged(panelJob('a', 'completed'), panelJob('b'))], DUE);
  expect(state).toMatchObject({ isExpanded: true, collapseAt: null, order: ['a', 'b'] });
});

test.each([
  ['pointer', 'pointerEntered', 'pointerLeft'],
  ['focus', 'focusEntered', 'focusLeft'],
] as const)('does not collapse while the %s is inside, and waits the whole delay after it left', (_, enter, leave) => {
  const inside = after(STARTED, [50, { kind: enter }], COMPLETED, DUE);
  expect(inside.isExpanded).toBe(true);
  const left = transition(inside, { kind: leave }, 60_000);
  expect(left.collapseAt).toBe(60_000 + COLLAPSE_DELAY_MS);
  expect(transition(left, { kind: 'timePassed' }, 60_000 + COLLAPSE_DELAY_MS).isExpanded).toBe(false);
});

test('pointer and focus both have to leave', () => {
  const state = after(
    STARTED,
    [50, { kind: 'pointerEntered' }],
    [51, { kind: 'focusEntered' }],
    COMPLETED,
    [200, { kind: 'pointerLeft' }],
    [90_000, { kind: 'timePassed' }],
  );
  expect(state.isExpanded).toBe(true);
});

test('opened by hand it stays', () => {
  const state = after(STARTED, [10, { kind: 'collapsed' }], [20, { kind: 'expanded' }], COMPLETED, [
    90_000,
    { kind: 'timePassed' },
  ]);
  expect(state).toMatchObject({ isExpanded: true, collapseAt: null });
});

test.each(['queued', 'paused', 'failed'] as const)('a job that is %s keeps it open', (status) => {
  const state = after(STARTED, [100, jobsChanged(panelJob('a', 'completed'), panelJob('b', status))], DUE);
  expect(state).toMatchObject({ isExpanded: true, collapseAt: null });
});

test('a failure keeps it open until it is dismissed, then it leaves the list for the history', () => {
  const failed = after(STARTED, [100, jobsChanged(panelJob('a', 'failed', { errorMessage: 'No' }))], DUE);
  expect(failed).toMatchObject({ isExpanded: true, order: ['a'], openCards: ['a'] });
  const dismissed = transition(failed, { kind: 'dismissed', jobId: 'a' }, 9_000);
  expect(dismissed).toMatchObject({ order: [], collapseAt: 9_000 + COLLAPSE_DELAY_MS });
  expect(dismissed.history).toMatchObject([{ jobId: 'a', status: 'failed', errorMessage: 'No' }]);
  const later = transition(dismissed, jobsChanged(panelJob('a', 'failed', { errorMessage: 'No' })), 9_500);
  expect(later.order).toEqual([]);
});

test('dismissing the banner of a paused job keeps its card', () => {
  const state = after([0, jobsChanged(panelJob('a', 'paused'))], [10, { kind: 'dismissed', jobId: 'a' }]);
  expect(state).toMatchObject({ order: ['a'], dismissed: ['a'], collapseAt: null });
});

test('a job that goes on may show its next banner', () => {
  const state = after(
    [0, jobsChanged(panelJob('a', 'paused'))],
    [10, { kind: 'dismissed', jobId: 'a' }],
    [20, jobsChanged(panelJob('a'))],
  );
  expect(state.dismissed).toEqual([]);
});

test('a failure that is tried again comes back as a card', () => {
  const state = after(
    [0, jobsChanged(panelJob('a', 'failed'))],
    [10, { kind: 'dismissed', jobId: 'a' }],
    [20, jobsChanged(panelJob('a'))],
  );
  expect(state).toMatchObject({ order: ['a'], dismissed: [], history: [] });
});

test('cards keep their places; new ones come last', () => {
  const state = after(
    [0, jobsChanged(panelJob('b'), panelJob('a'))],
    [10, jobsChanged(panelJob('c'), panelJob('a', 'paused'), panelJob('b'))],
  );
  expect(state.order).toEqual(['b', 'a', 'c']);
});

test('a card that completed stays until the panel collapses', () => {
  const open = after(
    [0, jobsChanged(panelJob('a'), panelJob('b'))],
    [10, jobsChanged(panelJob('a', 'completed'), panelJob('b'))],
  );
  expect(open.order).toEqual(['a', 'b']);
  const collapsed = transition(open, { kind: 'collapsed' }, 20);
  expect(collapsed).toMatchObject({ order: ['b'], justEnded: ['a'] });
});

test('the pill speaks of what is listed, else of what just ended, until the panel is opened again', () => {
  const ended = after(STARTED, COMPLETED, DUE);
  expect(pillJobs(after(STARTED))).toEqual(['a']);
  expect(pillJobs(ended)).toEqual(['a']);
  expect(pillJobs(transition(ended, { kind: 'expanded' }, 9_000))).toEqual([]);
  expect(pillJobs(transition(ended, jobsChanged(panelJob('a', 'completed'), panelJob('b')), 9_000))).toEqual(['b']);
});

test('the first card of an empty list is open, later ones are not', () => {
  const state = after([0, jobsChanged(panelJob('a'), panelJob('b'))]);
  expect(state.openCards).toEqual(['a']);
  expect(transition(state, jobsChanged(panelJob('a'), panelJob('b'), panelJob('c')), 1).openCards).toEqual(['a']);
});

test('cards open and close by hand; a failure opens its card once', () => {
  const state = after(
    STARTED,
    [1, { kind: 'cardClosed', jobId: 'a' }],
    [2, jobsChanged(panelJob('a', 'failed'))],
    [3, { kind: 'cardClosed', jobId: 'a' }],
    [4, jobsChanged(panelJob('a', 'failed'), panelJob('b', 'queued'))],
  );
  expect(state.openCards).toEqual([]);
  expect(transition(state, { kind: 'cardOpened', jobId: 'b' }, 5).openCards).toEqual(['b']);
});

test('the history is newest first, and what left the list of the server is kept', () => {
  const state = after(
    [0, jobsChanged(panelJob('a', 'completed', { finishedAt: 5 }), panelJob('b', 'completed', { finishedAt: 9 }))],
    [1, jobsChanged(panelJob('c', 'cancelled', { finishedAt: 7 }))],
  );
  expect(state.history.map((row) => row.jobId)).toEqual(['b', 'c', 'a']);
});

test('nothing new gives the same state', () => {
  const state = after(STARTED, COMPLETED);
  expect(transition(state, jobsChanged(panelJob('a', 'completed')), 200)).toBe(state);
  expect(transition(state, { kind: 'timePassed' }, 200)).toBe(state);
  expect(transition(state, { kind: 'pointerLeft' }, 200)).toBe(state);
  expect(transition(INITIAL_PANEL_STATE, { kind: 'collapsed' }, 0)).toBe(INITIAL_PANEL_STATE);
});

test('collapsing forgets pointer and focus, whose leaving nobody reports', () => {
  const state = after(
    STARTED,
    [1, { kind: 'pointerEntered' }],
    [2, { kind: 'focusEntered' }],
    [3, { kind: 'collapsed' }],
  );
  expect(state).toMatchObject({ isPointerInside: false, isFocusInside: false, openedByHand: false });
});

test('after a reload the list is there before its jobs, and nothing expands for them', () => {
  const saved = serializePanelState(after(STARTED, [1, { kind: 'collapsed' }]), 'ada');
  const empty = transition(parsePanelState(saved, 'ada'), jobsChanged(), 10);
  expect(empty.order).toEqual(['a']);
  expect(transition(empty, jobsChanged(panelJob('a')), 20).isExpanded).toBe(false);
});

test('what survives a reload is what was chosen and listed, not what was under way', () => {
  const state = after(
    STARTED,
    [1, { kind: 'expanded' }],
    [2, { kind: 'pointerEntered' }],
    [3, { kind: 'focusEntered' }],
  );
  expect(parsePanelState(serializePanelState(state, 'ada'), 'ada')).toEqual({
    ...state,
    isPointerInside: false,
    isFocusInside: false,
  });
});

const WHOLE: unknown = JSON.parse(serializePanelState(after(STARTED, COMPLETED), 'ada'));

test.each([
  ['nothing', null],
  ['no JSON', '{'],
  ['another shape', '[]'],
  ['somebody else', JSON.stringify({ ...(WHOLE as object), user: 'eve' })],
  ['another version', JSON.stringify({ ...(WHOLE as object), version: 99 })],
  ['a wrong field', JSON.stringify({ ...(WHOLE as object), order: [1] })],
  ['a damaged row', JSON.stringify({ ...(WHOLE as object), history: [{ jobId: 'a', title: 'A', status: 'running' }] })],
])('a record of %s is forgotten', (_, saved) => {
  expect(parsePanelState(saved, 'ada')).toBe(INITIAL_PANEL_STATE);
});

test('a job that the server forgot counts as failed, unless it had ended', () => {
  expect(panelJobOf(entryFacts({}, { sync: { kind: 'gone' } }))?.status).toBe('failed');
  expect(panelJobOf(entryFacts({ status: 'completed' }, { sync: { kind: 'gone' } }))?.status).toBe('completed');
  expect(panelJobOf({ ...entryFacts(), job: null })).toBeNull();
});

test('a cancel that came too late is remembered', () => {
  expect(panelJobOf(entryFacts({ status: 'completed', cancelRequested: true }))?.late).toBe(true);
  expect(panelJobOf(entryFacts({ cancelRequested: true }))?.late).toBe(false);
});
