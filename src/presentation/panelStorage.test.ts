import { expect, test } from 'vitest';
import { transition, type PanelChange } from './panelBehaviour.ts';
import { panelJobOf } from './panelJob.ts';
import { INITIAL_PANEL_STATE, type PanelState } from './panelState.ts';
import { parsePanelState, serializePanelState } from './panelStorage.ts';
import { entryFacts } from './testFacts.ts';

function after(...events: readonly PanelChange[]): PanelState {
  return events.reduce((state, event) => transition(state, event, 0), INITIAL_PANEL_STATE);
}

function jobsChanged(...entries: readonly ReturnType<typeof entryFacts>[]): PanelChange {
  return { kind: 'jobsChanged', jobs: entries.flatMap((entry) => panelJobOf(entry) ?? []) };
}

const running = entryFacts({ jobId: 'a' });
const failed = entryFacts({ jobId: 'f', status: 'failed', error: { code: 'x', message: 'No', retryable: false } });
const gone = entryFacts({ jobId: 'g', progress: null }, { sync: { kind: 'gone' } });

test('after a reload the list is there before its jobs, and nothing expands for them', () => {
  const saved = serializePanelState(after(jobsChanged(running), { kind: 'collapsed' }), 'ada');
  const empty = transition(parsePanelState(saved, 'ada'), jobsChanged(), 10);
  expect(empty.order).toEqual(['a']);
  expect(transition(empty, jobsChanged(running), 20).isExpanded).toBe(false);
});

test('what survives a reload is what was chosen and listed, not what was under way', () => {
  const state = after(
    jobsChanged(running, failed, gone),
    { kind: 'expanded' },
    { kind: 'pointerEntered' },
    { kind: 'focusEntered' },
  );
  expect(state.history).toHaveLength(2);
  expect(parsePanelState(serializePanelState(state, 'ada'), 'ada')).toEqual({
    ...state,
    isPointerInside: false,
    isFocusInside: false,
    holding: [],
  });
});

const WHOLE = JSON.parse(serializePanelState(after(jobsChanged(failed)), 'ada')) as PanelState; // and what names it
const [row] = WHOLE.history;

test.each([
  ['nothing', null],
  ['no JSON', '{'],
  ['another shape', '[]'],
  ['somebody else', JSON.stringify({ ...WHOLE, user: 'eve' })],
  ['another version', JSON.stringify({ ...WHOLE, version: 99 })],
  ['a wrong field', JSON.stringify({ ...WHOLE, order: [1] })],
  ['a damaged row', JSON.stringify({ ...WHOLE, history: [{ ...row, finishedAt: 'soon' }] })],
  ['a row that did not end', JSON.stringify({ ...WHOLE, history: [{ ...row, standing: 'running' }] })],
])('a record of %s is forgotten', (_, saved) => {
  expect(parsePanelState(JSON.stringify(WHOLE), 'ada').order).toEqual(['f']);
  expect(parsePanelState(saved, 'ada')).toBe(INITIAL_PANEL_STATE);
});
