import { expect, test } from 'vitest';
import type { EndedJob } from './panelJob.ts';
import { INITIAL_PANEL_STATE, type PanelState } from './panelState.ts';
import { createJobCardViews } from './jobCardView.ts';
import { panelView } from './panelView.ts';
import { entryFacts, LOST, NOW, stateFacts } from './testFacts.ts';

function row(jobId: string, over: Partial<EndedJob> = {}): EndedJob {
  const times = { startedAt: NOW - 180_000, finishedAt: NOW - 120_000 };
  return { jobId, title: jobId, standing: 'completed', progress: 100, late: false, error: null, ...times, ...over };
}

function panel(over: Partial<PanelState>): PanelState {
  return { ...INITIAL_PANEL_STATE, isExpanded: true, ...over };
}

const a = entryFacts({ jobId: 'a' });
const b = entryFacts({ jobId: 'b', status: 'paused' });

test('cards stand in the order of the panel, each open or not', () => {
  const view = panelView(stateFacts([a, b]), panel({ order: ['b', 'a'], openCards: ['a'], dismissed: ['b'] }), NOW);
  expect(view.cards.map((card) => [card.view.jobId, card.isOpen, card.isBannerDismissed])).toEqual([
    ['b', false, true],
    ['a', true, false],
  ]);
  expect(view.summary).toMatchObject({ kind: 'counts', all: 2 });
});

test('jobs that are not known (yet) have no card', () => {
  expect(panelView(stateFacts([a]), panel({ order: ['a', 'x'] }), NOW).cards).toHaveLength(1);
});

test('empty, and only history', () => {
  expect(panelView(stateFacts([]), panel({}), NOW)).toMatchObject({
    summary: { kind: 'empty', everConnected: true },
    history: [],
  });
  expect(panelView(stateFacts([]), panel({ history: [row('x')] }), NOW).summary).toEqual({ kind: 'noneRunning' });
});

test('without a connection the head claims no more of the jobs than the pill', () => {
  const view = panelView(stateFacts([a, b], LOST), panel({ order: ['a', 'b'] }), NOW);
  expect(view.summary).toEqual({ kind: 'notLive', jobs: 2 });
  expect(view.pill.words).toEqual(view.summary);
});

test('the history shows five rows, and none of a job that is listed', () => {
  const history = ['a', 'p', 'q', 'r', 's', 't', 'u'].map((jobId) => row(jobId));
  const view = panelView(stateFacts([a]), panel({ order: ['a'], history }), NOW);
  expect(view.history.map((shown) => shown.jobId)).toEqual(['p', 'q', 'r', 's', 't']);
  expect(view.history[0]?.agoMs).toBe(120_000);
});

test('ages are measured by the clock of the server', () => {
  const state = { ...stateFacts([]), serverTimeOffset: -60_000 };
  expect(panelView(state, panel({ history: [row('x')] }), NOW).history[0]?.agoMs).toBe(60_000);
});

test('a collapsed panel derives no card', () => {
  const view = panelView(stateFacts([a]), panel({ isExpanded: false, order: ['a'] }), NOW);
  expect(view.cards).toEqual([]);
  expect(view.pill.words).toMatchObject({ counts: [{ kind: 'running', count: 1 }] });
});

test('a change of one job changes one view', () => {
  const derive = createJobCardViews();
  const order = ['a', 'b'];
  const before = panelView(stateFacts([a, b]), panel({ order }), NOW, derive);
  const after = panelView(stateFacts([{ ...a, lastEventAt: NOW }, b]), panel({ order }), NOW + 16, derive);
  expect(after.cards[0]?.view).not.toBe(before.cards[0]?.view);
  expect(after.cards[1]?.view).toBe(before.cards[1]?.view);
});

test('an empty panel before the first connection says so', () => {
  const { summary } = panelView(stateFacts([], { everConnected: false }), panel({}), NOW);
  expect(summary).toEqual({ kind: 'empty', everConnected: false });
});

test('a listed job that the client has forgotten keeps its card, of what the panel remembers', () => {
  const error = { code: 'x', message: 'No', retryable: false };
  const history = [row('x', { late: true }), row('f', { standing: 'failed', error }), row('g', { standing: 'gone' })];
  const view = panelView(stateFacts([a]), panel({ order: ['x', 'a', 'f', 'g'], history }), NOW);
  expect(view.cards.map((card) => [card.view.jobId, card.view.phase.kind])).toEqual([
    ['x', 'completed'],
    ['a', 'running'],
    ['f', 'failed'],
    ['g', 'gone'],
  ]);
  const [late, , failed, gone] = view.cards.map((card) => card.view);
  expect(late).toMatchObject({ phase: { late: true }, elapsedMs: 60_000, output: null });
  expect(failed?.banner).toEqual({ kind: 'failed', ...error, keptLength: null });
  expect(gone).toMatchObject({ elapsedMs: null, banner: { kind: 'gone', textKept: false } });
  expect(view.summary).toMatchObject({ all: 4 });
});

test('what the panel remembers gives the same card as long as it is the same', () => {
  const derive = createJobCardViews();
  const shown = panel({ order: ['x'], history: [row('x')] });
  const [first] = panelView(stateFacts([]), shown, NOW, derive).cards;
  expect(panelView(stateFacts([]), shown, NOW + 60_000, derive).cards[0]?.view).toBe(first?.view);
});

test('the pill counts what just ended, though the client has forgotten it', () => {
  const justEnded = Array.from({ length: 24 }, (_, index) => `j${index}`);
  const history = justEnded.map((jobId) => row(jobId));
  const { pill } = panelView(stateFacts([]), panel({ isExpanded: false, justEnded, history }), NOW);
  expect(pill.words).toEqual({ kind: 'counts', counts: [{ kind: 'completed', count: 24 }] });
});

test('a row without a time has no age, and one without a title that can be seen none', () => {
  const history = [row('g', { standing: 'gone', finishedAt: null, title: ' \u200b ' })];
  expect(panelView(stateFacts([]), panel({ history }), NOW).history).toEqual([
    { jobId: 'g', standing: 'gone', late: false, title: '', errorMessage: null, agoMs: null },
  ]);
});

test('the pill speaks of what is listed, else of what just ended', () => {
  const history = [row('x')];
  const wordsOf = (order: readonly string[]) =>
    panelView(stateFacts([a]), panel({ isExpanded: false, order, justEnded: ['x'], history }), NOW).pill.words;
  expect(wordsOf(['a'])).toMatchObject({ counts: [{ kind: 'running', count: 1 }] });
  expect(wordsOf([])).toMatchObject({ counts: [{ kind: 'completed', count: 1 }] });
  expect(wordsOf(['never-came-back'])).toMatchObject({ counts: [{ kind: 'completed', count: 1 }] });
});
