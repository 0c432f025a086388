import { createElement, type ReactElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as library from '../src/index.ts';

const spies = (['error', 'warn', 'log', 'info', 'debug'] as const).map((name) => vi.spyOn(console, name));
beforeEach(() => {
  for (const spy of spies) spy.mockReset();
});
afterEach(() => {
  expect(spies.flatMap((spy) => spy.mock.calls)).toEqual([]);
});

function Hooks(): ReactElement {
  const progress = library.useJobProgress('job-1');
  const restore = library.useSessionRestore();
  const facts = [
    progress.state.status,
    progress.lastSequence,
    library.useConnection().socketStatus,
    library.useJobs().size,
    library.useNow(1_000, true),
    restore.isRestoring,
    library.useRealtimeClient().isReady(),
  ];
  return createElement('p', null, facts.join(' '));
}

function StreamedText(): ReactElement {
  return createElement(library.StreamText, { source: library.useRealtimeClient().textOf('job-1') });
}

const LIVE: readonly [string, () => ReactElement, string][] = [
  ['GlobalAIStatusBar', () => createElement(library.GlobalAIStatusBar), ''],
  ['JobTimelinePanel', () => createElement(library.JobTimelinePanel), '<section'],
  ['LiveJobCard', () => createElement(library.LiveJobCard, { jobId: 'job-1' }), ''],
  ['StreamText', () => createElement(StreamedText), 'class="rg-stream"'],
  ['the hooks', () => createElement(Hooks), '<p>idle 0 initial 0 0 false false</p>'],
];

test.each(LIVE)('%s renders on a server, without a provider, and the same every time', (_, element, expected) => {
  const html = renderToString(element());
  if (expected === '') expect(html).toBe('');
  else expect(html).toContain(expected);
  expect(renderToString(element())).toBe(html);
});

test('rendering starts no client, no socket and no timer', () => {
  vi.useFakeTimers();
  try {
    for (const [, element] of LIVE) renderToString(element());
    expect(vi.getTimerCount()).toBe(0);
    expect(library.getSocketClient().getStatus()).toEqual({ connected: false, reconnectCount: 0, subscriptions: 0 });
    expect(library.getSocketClient().store.getState().connection.socketStatus).toBe('initial');
  } finally {
    vi.useRealTimers();
  }
});

test("making the page's client opens nothing: node has no page, so that naming one would throw", () => {
  const opened = vi.fn();
  vi.stubGlobal('WebSocket', opened);
  try {
    expect('window' in globalThis || 'document' in globalThis || 'localStorage' in globalThis).toBe(false);
    const client = library.createSocketClient({ url: 'http://localhost:9' });
    expect(client.isReady()).toBe(false);
    expect(client.getStatus()).toEqual({ connected: false, reconnectCount: 0, subscriptions: 0 });
    expect(library.getSocketClient()).toBe(library.getSocketClient());
    expect(opened).not.toHaveBeenCalled();
  } finally {
    vi.unstubAllGlobals();
  }
});
