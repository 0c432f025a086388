import type { Clock } from '@regen/realtime-shared';
import { useCallback, useEffect, useReducer, useState, type ReactElement, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { JobEntry } from '../../services/realtime/realtimeStore.ts';
import '../../styles/tokens.css';
import '../../styles/reset.css';
import '../../styles/card.css';
import { writtenText } from '../../../tests/browser/writtenText.ts';
import { ClockContext } from './clockContext.ts';
import { JobTimelinePanelView } from './JobTimelinePanelView.tsx';
import { StreamText } from './StreamText.tsx';
import { createJobCardViews } from '../../presentation/jobCardView.ts';
import { panelView } from '../../presentation/panelView.ts';
import { entryFacts, NOW, stateFacts } from '../../presentation/testFacts.ts';
import { transition, type PanelEvent } from '../../presentation/panelBehaviour.ts';
import { panelJobOf } from '../../presentation/panelJob.ts';
import { INITIAL_PANEL_STATE, type PanelState } from '../../presentation/panelState.ts';

const reducer = (state: PanelState, event: PanelEvent): PanelState => transition(state, event, NOW);

let host: HTMLDivElement;
let root: Root;
let changeJob: (jobId: string) => void;
let addLines: (count: number) => void;
const rendered = vi.fn<(jobId: string) => void>();
const timers: (() => void)[] = [];
const clock: Clock = {
  now: () => NOW,
  setTimeout: (callback) => timers.push(callback),
  clearTimeout: () => undefined,
};

const written = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index}\n`).join('');

function Output({ jobId }: { jobId: string }): ReactElement {
  const [source] = useState(() => writtenText(written(30)));
  useEffect(() => {
    if (jobId === 'a') addLines = (count) => source.write(written(count));
  }, [jobId, source]);
  return <StreamText source={source} />;
}

function Page(): ReactElement {
  const [entries, setEntries] = useState<readonly JobEntry[]>(() =>
    ['a', 'b', 'c'].map((jobId) => entryFacts({ jobId, title: `Job ${jobId}` })),
  );
  const [derive] = useState(createJobCardViews);
  const [panel, onPanelEvent] = useReducer(reducer, null, () =>
    transition(
      { ...INITIAL_PANEL_STATE, openCards: ['b'] },
      { kind: 'jobsChanged', jobs: entries.flatMap((entry) => panelJobOf(entry) ?? []) },
      NOW,
    ),
  );
  useEffect(() => {
    changeJob = (jobId) =>
      flushSync(() => setEntries((known) => known.map((entry) => (entry.jobId === jobId ? { ...entry } : entry))));
  }, []);
  const renderOutput = useCallback((jobId: string): ReactNode => {
    rendered(jobId);
    return <Output jobId={jobId} />;
  }, []);
  const readText = useCallback((jobId: string) => `text of ${jobId}`, []);
  return (
    <ClockContext.Provider value={clock}>
      <JobTimelinePanelView
        view={panelView(stateFacts(entries), panel, NOW, derive)}
        onPanelEvent={onPanelEvent}
        renderOutput={renderOutput}
        readText={readText}
      />
    </ClockContext.Provider>
  );
}

beforeEach(async () => {
  timers.length = 0;
  rendered.mockReset();
  host = document.createElement('div');
  document.body.append(host);
  root = createRoot(host);
  flushSync(() => root.render(<Page />));
  // The output is at its end once its observer has run: the page is ready.
  await vi.waitFor(() => expect(distanceToEnd()).toBeLessThan(2));
});
afterEach(() => {
  flushSync(() => root.unmount());
  host.remove();
});

function element(selector: string): HTMLElement {
  const found = host.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`Nothing is ${selector}`);
  return found;
}
const card = (jobId: string): HTMLElement => element(`[data-job-id="${jobId}"]`);
const well = (): HTMLElement => element('[data-job-id="a"] [data-rg-scroller]');
const jump = (): HTMLElement | null => host.querySelector('[data-job-id="a"] .rg-jump');
const named = (name: string): HTMLElement => element(`[aria-label="${name}"]`);
const distanceToEnd = (): number => well().scrollHeight - well().clientHeight - well().scrollTop;

test('arrow keys, Home and End move between cards, which are one stop for Tab', async () => {
  card('a').focus();
  await userEvent.keyboard('{ArrowDown}');
  expect(document.activeElement).toBe(card('b'));
  await userEvent.keyboard('{End}');
  expect(document.activeElement).toBe(card('c'));
  await userEvent.keyboard('{ArrowDown}');
  expect(document.activeElement).toBe(card('c'));
  await userEvent.keyboard('{Home}');
  expect(document.activeElement).toBe(card('a'));
  expect(['a', 'b', 'c'].map((jobId) => card(jobId).tabIndex)).toEqual([0, -1, -1]);
});

test('Enter opens and closes the card that has the focus', async () => {
  card('c').focus();
  await userEvent.keyboard('{Enter}');
  expect(card('c').dataset['open']).toBe('');
  await userEvent.keyboard(' ');
  expect(card('c').dataset['open']).toBeUndefined();
});

test('Escape collapses the panel and leaves the focus on the pill, which opens it again', async () => {
  card('a').focus();
  await userEvent.keyboard('{Escape}');
  const pill = element('.rg-pill');
  expect(document.activeElement).toBe(pill);
  expect(pill.getAttribute('aria-expanded')).toBe('false');
  await userEvent.keyboard('{Enter}');
  expect(document.activeElement).toBe(named('Collapse'));
});

test('a change of one job renders that card alone', () => {
  rendered.mockReset();
  changeJob('a');
  expect(rendered.mock.calls.map(([jobId]) => jobId)).not.toContain('b');
  expect(rendered).toHaveBeenCalledWith('a');
});

test('the output follows its end', async () => {
  addLines(20);
  await vi.waitFor(() => expect(distanceToEnd()).toBeLessThan(2));
  expect(jump()).toBeNull();
});

test('scrolled up, the place is kept and what comes is counted; the jump goes to the end and follows again', async () => {
  const place = well().scrollTop - 100;
  well().scrollTop = place;
  await vi.waitFor(() => expect(jump()?.textContent).toBe('Jump to latest'));
  addLines(24);
  await vi.waitFor(() => expect(jump()?.textContent).toBe('Jump to latest24 lines'));
  expect(well().scrollTop).toBe(place);
  element('[data-job-id="a"] .rg-jump button').click();
  await vi.waitFor(() => expect(distanceToEnd()).toBeLessThan(2));
  await vi.waitFor(() => expect(jump()).toBeNull());
  addLines(5);
  await vi.waitFor(() => expect(distanceToEnd()).toBeLessThan(2));
});

test('"Copied" stands for as long as the clock says', async () => {
  const writeText = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
  const button = [...card('a').querySelectorAll('button')].find((found) => found.textContent === 'Copy text');
  button?.click();
  expect(writeText).toHaveBeenCalledWith('text of a');
  await vi.waitFor(() => expect(button?.textContent).toBe('Copied'));
  flushSync(() => timers.forEach((fire) => fire()));
  expect(button?.textContent).toBe('Copy text');
});
