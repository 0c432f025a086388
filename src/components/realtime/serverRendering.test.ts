import { createElement, StrictMode, type ReactElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { JobCard } from './JobCard.tsx';
import { JobTimelinePanelView } from './JobTimelinePanelView.tsx';
import { jobCardView } from '../../presentation/jobCardView.ts';
import { panelJobOf } from '../../presentation/panelJob.ts';
import { panelView } from '../../presentation/panelView.ts';
import { statusBarView } from '../../presentation/statusBarView.ts';
import { connectionFacts, entryFacts, LOST, NOW, stateFacts } from '../../presentation/testFacts.ts';
import { INITIAL_PANEL_STATE } from '../../presentation/panelState.ts';
import { SessionRestoreBanner } from './SessionRestoreBanner.tsx';
import { StatusBarView } from './StatusBarView.tsx';

const complaints = vi.spyOn(console, 'error');
beforeEach(() => {
  complaints.mockReset();
});
afterEach(() => {
  expect(complaints).not.toHaveBeenCalled();
});

function html(element: ReactElement): string {
  return renderToString(createElement(StrictMode, null, element)).replaceAll('<!-- -->', '');
}

test('the bar renders on a server, and nothing where there is nothing to say', () => {
  const state = stateFacts([entryFacts()], LOST);
  const shown = html(createElement(StatusBarView, { view: statusBarView(state, NOW), onRetry: () => undefined }));
  expect(shown).toContain('Reconnecting…');
  expect(shown).toContain('Retry now');
  const silent = stateFacts([], { socketStatus: 'initial', everConnected: false });
  expect(html(createElement(StatusBarView, { view: statusBarView(silent, NOW) }))).toBe('');
});

test('a button that nobody listens to is not there', () => {
  const view = statusBarView(stateFacts([], LOST), NOW);
  expect(html(createElement(StatusBarView, { view }))).not.toContain('Retry now');
});

test('the bar is a status, but no live region for its ticking numbers', () => {
  const shown = html(createElement(StatusBarView, { view: statusBarView(stateFacts([]), NOW), className: 'mine' }));
  expect(shown).toMatch(/role="status"[^>]*aria-live="off"/);
  expect(shown).toMatch(/class="[^"]*\bmine"/);
});

test('a card is an article with the name of its job and a progressbar that tells its value', () => {
  const view = jobCardView(entryFacts(), connectionFacts(), NOW);
  const shown = html(createElement(JobCard, { view, isOpen: true, renderOutput: () => 'the text' }));
  const titleId = /<article[^>]*aria-labelledby="([^"]+)"/.exec(shown)?.[1];
  expect(shown).toContain(`role="heading" aria-level="3" id="${titleId}"`);
  expect(shown).toMatch(
    /role="progressbar"[^>]*aria-valuenow="62"[^>]*aria-valuetext="62 percent, Writing, step 3 of 3"/,
  );
  expect(shown).toContain('aria-current="step"');
  expect(shown).toContain('the text');
});

test('a paused job whose banner was dismissed can still be resumed', () => {
  const view = jobCardView(entryFacts({ status: 'paused', reason: 'Glossary' }), connectionFacts(), NOW);
  const props = { view, isOpen: true, onResume: () => undefined };
  expect(html(createElement(JobCard, props))).toContain('Glossary');
  const dismissed = html(createElement(JobCard, { ...props, isBannerDismissed: true }));
  expect(dismissed).not.toContain('Glossary');
  expect(dismissed).toContain('Resume');
});

test('unknown progress has no value to tell', () => {
  const view = jobCardView(entryFacts({ progress: null, steps: [], indeterminate: true }), connectionFacts(), NOW);
  const shown = html(createElement(JobCard, { view }));
  expect(shown).toContain('aria-valuetext="progress unknown"');
  expect(shown).not.toContain('aria-valuenow');
});

test('the panel renders collapsed and expanded', () => {
  const state = stateFacts([entryFacts()]);
  const collapsed = panelView(state, { ...INITIAL_PANEL_STATE, order: ['7f3a91c2'] }, NOW);
  const onPanelEvent = (): void => undefined;
  expect(html(createElement(JobTimelinePanelView, { view: collapsed, onPanelEvent }))).toContain('1 running');
  const expanded = panelView(state, { ...INITIAL_PANEL_STATE, isExpanded: true, order: ['7f3a91c2'] }, NOW);
  expect(html(createElement(JobTimelinePanelView, { view: expanded, onPanelEvent }))).toContain('Market study');
  const empty = panelView(stateFacts([]), { ...INITIAL_PANEL_STATE, isExpanded: true }, NOW);
  expect(html(createElement(JobTimelinePanelView, { view: empty, onPanelEvent }))).toContain(
    'Jobs appear here as soon as one starts.',
  );
});

test('before the first connection an open panel says that it is not connected', () => {
  const state = stateFacts([], { everConnected: false, socketStatus: 'disconnected' });
  const view = panelView(state, { ...INITIAL_PANEL_STATE, isExpanded: true }, NOW);
  expect(html(createElement(JobTimelinePanelView, { view, onPanelEvent: () => undefined }))).toContain(
    'Not connected. Jobs appear here once the server can be reached.',
  );
});

test('a job without a title that can be seen is named in bar, card and history', () => {
  const untitled = entryFacts({ title: ' \n ' });
  const state = stateFacts([untitled]);
  expect(html(createElement(StatusBarView, { view: statusBarView(state, NOW) }))).toContain('Untitled job');
  const card = jobCardView(untitled, connectionFacts(), NOW);
  expect(html(createElement(JobCard, { view: card }))).toMatch(/role="heading"[^>]*title="Untitled job"/);
  const ended = panelJobOf(entryFacts({ title: '', status: 'completed' }));
  if (ended === null) throw new Error('The job is known.');
  const history = [{ ...ended, standing: 'completed' as const }];
  const view = panelView(state, { ...INITIAL_PANEL_STATE, isExpanded: true, history }, NOW);
  expect(html(createElement(JobTimelinePanelView, { view, onPanelEvent: () => undefined }))).toContain('Untitled job');
});

test('a job that was lost stands in the history without an age', () => {
  const lost = panelJobOf(entryFacts({}, { sync: { kind: 'gone' } }));
  if (lost === null) throw new Error('The job is known.');
  const history = [{ ...lost, standing: 'gone' as const }];
  const view = panelView(stateFacts([]), { ...INITIAL_PANEL_STATE, isExpanded: true, history }, NOW);
  const shown = html(createElement(JobTimelinePanelView, { view, onPanelEvent: () => undefined }));
  expect(shown).toContain('The server does not have this job');
  expect(shown).not.toContain(' ago');
});

test('the restore banner takes the three props that the document names, and leaves with its message', () => {
  const onDismiss = (): void => undefined;
  const props = { message: 'Reconnecting to job (45%)…', onDismiss, isRestoring: true };
  expect(html(createElement(SessionRestoreBanner, props))).toContain('Reconnecting to job (45%)…');
  expect(html(createElement(SessionRestoreBanner, { ...props, message: null }))).toBe('');
  expect(html(createElement(SessionRestoreBanner, { ...props, progress: 45 }))).toContain('role="progressbar"');
});
