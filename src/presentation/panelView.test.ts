import { expect, test } from 'vitest';
import { INITIAL_PANEL_STATE, type HistoryRow, type PanelState } from './panelBehaviour.ts';
import { createJobCardViews } from './jobCardView.ts';
import { panelView } from './panelView.ts';
import { entryFacts, NOW, stateFacts } from './testFacts.ts';

function row(jobId: string, over: Partial<HistoryRow> = {}): HistoryRow {
  const finishedAt = NOW - 120_000;
  return { jobId, title: jobId, status: 'completed', finishedAt, late: false, errorMessage: null, ...over };
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
  expect(panelView(stateFacts([]), panel({}), NOW)).toMatchObject({ summary: { kind: 'empty' }, history: [] });
  expect(panelView(stateFacts([]), panel({ history: [row('x')] }), NOW).summary).toEqual({ kind: 'noneRunning' });
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
