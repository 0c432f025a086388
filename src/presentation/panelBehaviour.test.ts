import { expect, test } from 'vitest';
import { entryFacts } from './testFacts.ts';
import { transition, type PanelChange } from './panelBehaviour.ts';
import { panelJobOf, type PanelJob } from './panelJob.ts';
import { COLLAPSE_DELAY_MS, HISTORY_KEPT } from './panelJobs.ts';
import { INITIAL_PANEL_STATE, type PanelState } from './panelState.ts';

function panelJob(jobId: string, standing: PanelJob['standing'] = 'running', over: Partial<PanelJob> = {}): PanelJob {
  const isOver = standing === 'completed' || standing === 'failed' || standing === 'cancelled';
  const finishedAt = isOver ? 1_000 : null;
  return { jobId, title: jobId, standing, progress: 50, startedAt: 0, finishedAt, late: false, error: null, ...over };
}

const ERROR = { code: 'x', message: 'No', retryable: false };

function jobsChanged(...jobs: readonly PanelJob[]): PanelChange {
  return { kind: 'jobsChanged', jobs };
}

/** The state after events at their times. */
function after(...events: readonly (readonly [now: number, event: PanelChange])[]): PanelState {
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
  const failed = after(STARTED, [100, jobsChanged(panelJob('a', 'failed', { error: ERROR }))], DUE);
  expect(failed).toMatchObject({ isExpanded: true, order: ['a'], openCards: ['a'] });
  const dismissed = transition(failed, { kind: 'dismissed', jobId: 'a' }, 9_000);
  expect(dismissed).toMatchObject({ order: [], collapseAt: 9_000 + COLLAPSE_DELAY_MS });
  expect(dismissed.history).toMatchObject([{ jobId: 'a', standing: 'failed', error: ERROR }]);
  const later = transition(dismissed, jobsChanged(panelJob('a', 'failed', { error: ERROR })), 9_500);
  expect(later.order).toEqual([]);
});

test('dismissing the banner of a paused job keeps its card', () => {
  const state = after([0, jobsChanged(panelJob('a', 'paused'))], [10, { kind: 'dismissed', jobId: 'a' }]);
  expect(state).toMatchObject({ order: ['a'], dismissed: ['a'], collapseAt: null });
});

test('a banner that was dismissed stays so while nothing is known of its job, as after a reload', () => {
  const dismissed = after([0, jobsChanged(panelJob('a', 'paused'))], [10, { kind: 'dismissed', jobId: 'a' }]);
  const unknown = transition(dismissed, jobsChanged(), 20);
  expect(unknown.dismissed).toEqual(['a']);
  expect(transition(unknown, jobsChanged(panelJob('a', 'paused')), 30).dismissed).toEqual(['a']);
});

test('the first card of a list opens by itself, those that come to it do not', () => {
  const first = after([0, jobsChanged(panelJob('a'), panelJob('b'))]);
  expect(first.openCards).toEqual(['a']);
  const more = transition(first, jobsChanged(panelJob('a'), panelJob('b'), panelJob('c')), 10);
  expect(more.openCards).toEqual(['a']);
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

test('what just ended is remembered until the panel is opened again or another job starts', () => {
  const ended = after(STARTED, COMPLETED, DUE);
  expect(ended).toMatchObject({ order: [], justEnded: ['a'] });
  expect(transition(ended, { kind: 'expanded' }, 9_000).justEnded).toEqual([]);
  const another = transition(ended, jobsChanged(panelJob('a', 'completed'), panelJob('b')), 9_000);
  expect(another).toMatchObject({ order: ['b'], justEnded: [] });
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

test('a job that the server does not have has ended in a way of its own, unless its end was seen', () => {
  expect(panelJobOf(entryFacts({}, { sync: { kind: 'gone' } }))).toMatchObject({ standing: 'gone', finishedAt: null });
  expect(panelJobOf(entryFacts({ status: 'completed' }, { sync: { kind: 'gone' } }))?.standing).toBe('completed');
  expect(panelJobOf({ ...entryFacts(), job: null })).toBeNull();
});

test('a cancel that came too late is remembered', () => {
  expect(panelJobOf(entryFacts({ status: 'completed', cancelRequested: true }))?.late).toBe(true);
  expect(panelJobOf(entryFacts({ cancelRequested: true }))?.late).toBe(false);
});

test('a job that is gone opens its card and keeps the panel open until it is dismissed', () => {
  const gone = after(STARTED, [1, { kind: 'cardClosed', jobId: 'a' }], [100, jobsChanged(panelJob('a', 'gone'))], DUE);
  expect(gone).toMatchObject({ isExpanded: true, order: ['a'], openCards: ['a'] });
  const dismissed = transition(gone, { kind: 'dismissed', jobId: 'a' }, 9_000);
  expect(dismissed).toMatchObject({ order: [], collapseAt: 9_000 + COLLAPSE_DELAY_MS });
  expect(transition(dismissed, jobsChanged(panelJob('a', 'gone')), 9_500).order).toEqual([]);
});

test('one that is gone stands in the history where it began, without a time', () => {
  const state = after([
    0,
    jobsChanged(
      panelJob('a', 'gone', { startedAt: 5_000 }),
      panelJob('b', 'completed', { finishedAt: 3_000 }),
      panelJob('c', 'completed', { finishedAt: 7_000 }),
    ),
  ]);
  expect(state.history.map((record) => [record.jobId, record.finishedAt])).toEqual([
    ['c', 7_000],
    ['a', null],
    ['b', 3_000],
  ]);
});

test('a failure that is dismissed speaks again when it is another one, though nobody saw the job go on', () => {
  const dismissed = after([0, jobsChanged(panelJob('a', 'failed'))], [10, { kind: 'dismissed', jobId: 'a' }]);
  expect(transition(dismissed, jobsChanged(panelJob('a', 'failed')), 20).order).toEqual([]);
  const again = transition(dismissed, jobsChanged(panelJob('a', 'failed', { finishedAt: 2_000 })), 20);
  expect(again).toMatchObject({ dismissed: [], order: ['a'], openCards: ['a'], isExpanded: false });
});

test('a pause that is dismissed hides no failure, and a failure no pause', () => {
  const pause = after([0, jobsChanged(panelJob('a', 'paused'))], [10, { kind: 'dismissed', jobId: 'a' }]);
  expect(transition(pause, jobsChanged(panelJob('a', 'failed')), 20)).toMatchObject({ dismissed: [], order: ['a'] });
  const failure = after([0, jobsChanged(panelJob('a', 'failed'))], [10, { kind: 'dismissed', jobId: 'a' }]);
  expect(transition(failure, jobsChanged(panelJob('a', 'paused')), 20)).toMatchObject({ dismissed: [], order: ['a'] });
});

test('a failure that was dismissed stays so when the server has forgotten the job', () => {
  const dismissed = after([0, jobsChanged(panelJob('a', 'failed'))], [10, { kind: 'dismissed', jobId: 'a' }]);
  expect(transition(dismissed, jobsChanged(panelJob('a', 'gone')), 20)).toMatchObject({ dismissed: ['a'], order: [] });
});

const many = (count: number, standing: PanelJob['standing'], prefix = 'j'): PanelJob[] =>
  Array.from({ length: count }, (_, index) => panelJob(`${prefix}${index}`, standing, { finishedAt: index }));

test('more than 250 jobs are listed once, whatever changes', () => {
  const jobs = many(260, 'running');
  const listed = after([0, jobsChanged(...jobs)]);
  expect(listed.order).toHaveLength(260);
  expect(transition(listed, jobsChanged(...jobs), 1)).toBe(listed);
  const collapsed = transition(listed, { kind: 'collapsed' }, 2);
  expect(transition(collapsed, jobsChanged(...jobs), 3).isExpanded).toBe(false);
});

test('of jobs that never come back the newest 250 keep their place', () => {
  const state = after([0, jobsChanged(...many(260, 'running'))], [1, jobsChanged(panelJob('new'))]);
  expect(state.order).toHaveLength(251);
  expect(state.order.at(0)).toBe('j10');
  expect(state.order.at(-1)).toBe('new');
});

test('cards that ended stay until the collapse, however many the history keeps and the client knows', () => {
  const count = HISTORY_KEPT + 10;
  const ended = after([0, jobsChanged(...many(count, 'running'))], [10, jobsChanged(...many(count, 'completed'))]);
  const forgotten = transition(ended, jobsChanged(...many(count, 'completed').slice(-20)), 20);
  expect(forgotten.order).toHaveLength(count);
  const collapsed = transition(forgotten, { kind: 'collapsed' }, 30);
  expect(collapsed.order).toEqual([]);
  expect(collapsed.justEnded).toHaveLength(count);
  expect(collapsed.history).toHaveLength(count);
  const next = transition(collapsed, jobsChanged(panelJob('next')), 40);
  expect(next.history).toHaveLength(HISTORY_KEPT);
});

test('a failure that the client has forgotten still keeps the panel open until it is dismissed', () => {
  const forgotten = after(
    [0, jobsChanged(panelJob('a'))],
    [10, jobsChanged(panelJob('a', 'failed'))],
    [20, jobsChanged()],
  );
  expect(forgotten).toMatchObject({ isExpanded: true, order: ['a'], collapseAt: null });
  expect(transition(forgotten, { kind: 'dismissed', jobId: 'a' }, 30).collapseAt).toBe(30 + COLLAPSE_DELAY_MS);
});

test('a job that never comes back does not hold the panel when the last banner is dismissed', () => {
  const stale = { ...INITIAL_PANEL_STATE, order: ['x'] };
  const failed = transition(transition(stale, jobsChanged(panelJob('a')), 0), jobsChanged(panelJob('a', 'failed')), 10);
  expect(transition(failed, { kind: 'dismissed', jobId: 'a' }, 20).collapseAt).toBe(20 + COLLAPSE_DELAY_MS);
});

test('a clock that is set back puts the collapse off by no more than its delay', () => {
  const hour = 3_600_000;
  const waiting = after([hour, jobsChanged(panelJob('a'))], [hour, jobsChanged(panelJob('a', 'completed'))]);
  const moved = transition(waiting, { kind: 'timePassed' }, 1_000);
  expect(moved).toMatchObject({ isExpanded: true, collapseAt: 1_000 + COLLAPSE_DELAY_MS });
  expect(transition(moved, { kind: 'timePassed' }, 1_000 + COLLAPSE_DELAY_MS).isExpanded).toBe(false);
});

test('who signs in finds what they left, and as open as it was made before they were known', () => {
  const saved = { ...INITIAL_PANEL_STATE, order: ['mine'], openCards: ['mine'] };
  const before = after([0, { kind: 'expanded' }], [1, { kind: 'focusEntered' }]);
  expect(transition(before, { kind: 'userChanged', saved }, 2)).toEqual({
    ...saved,
    isExpanded: true,
    openedByHand: true,
    isFocusInside: true,
  });
  expect(transition(after(STARTED), { kind: 'userChanged', saved }, 2)).toEqual(saved);
});

test('a panel that was about to collapse when the page was left does so on the next one, whatever is heard of its jobs', () => {
  const { collapseAt: _, ...left } = after(STARTED, COMPLETED);
  const saved = { ...left, collapseAt: null };
  const found = transition(INITIAL_PANEL_STATE, { kind: 'userChanged', saved }, 9_000);
  expect(found).toMatchObject({ isExpanded: true, collapseAt: 9_000 + COLLAPSE_DELAY_MS });
  const running = { ...after(STARTED), holding: [] };
  expect(transition(INITIAL_PANEL_STATE, { kind: 'userChanged', saved: running }, 9_000).collapseAt).toBeNull();
});

test('a failure that was dismissed stays so, however many jobs have ended since', () => {
  const dismissed = after([0, jobsChanged(panelJob('a', 'failed'))], [10, { kind: 'dismissed', jobId: 'a' }]);
  const newer = many(HISTORY_KEPT + 5, 'completed').map((job) => ({ ...job, finishedAt: 9_000 }));
  const later = transition(dismissed, jobsChanged(panelJob('a', 'failed'), ...newer), 20);
  expect(transition(later, jobsChanged(panelJob('a', 'failed'), ...newer.slice(1)), 30)).toMatchObject({
    order: [],
    dismissed: ['a'],
  });
});

test('a job counts from when its work began, else from when it was accepted', () => {
  expect(panelJobOf(entryFacts({ createdAt: 1, startedAt: 2 }))?.startedAt).toBe(2);
  const summary = { jobId: 'a', title: 'A', status: 'queued', progress: null, createdAt: 1 } as const;
  expect(panelJobOf({ ...entryFacts(), job: null, summary })?.startedAt).toBe(1);
});

test('a failure that could have been tried again is gone once the server does not have the job', () => {
  const failed = { status: 'failed', finishedAt: 5, error: { ...ERROR, retryable: true } } as const;
  const gone = panelJobOf(entryFacts(failed, { sync: { kind: 'gone' } }));
  expect(gone).toMatchObject({ standing: 'gone', finishedAt: 5 });
});
