import { createElement, type ReactElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, expect, test } from 'vitest';
import { useSessionRestore } from './sessionRestore.ts';
import { useConnection } from './useConnection.ts';
import { useJobProgress } from './useJobProgress.ts';
import { useJobs } from './useJobs.ts';
import { useNow } from './useNow.ts';

afterEach(() => {
  Reflect.deleteProperty(globalThis, Symbol.for('@regen/realtime.client'));
});

test('on a server every hook renders what is known before anything is known', () => {
  const Part = (): ReactElement => {
    const { state, streamingText, isStreaming, lastSequence, connection } = useJobProgress('job-1');
    const facts = {
      status: state.status,
      progress: state.progress,
      streamingText,
      isStreaming,
      lastSequence,
      connection,
      connected: useConnection().everConnected,
      jobs: useJobs().size,
      now: useNow(1_000, true),
      banner: useSessionRestore().resumeBannerText,
    };
    return createElement('p', { 'data-facts': JSON.stringify(facts) });
  };
  const html = renderToString(createElement(Part));
  const facts: unknown = JSON.parse(
    html
      .replace(/^.*data-facts="/, '')
      .replace(/".*$/, '')
      .replaceAll('&quot;', '"'),
  );
  expect(facts).toEqual({
    status: 'idle',
    progress: null,
    streamingText: '',
    isStreaming: false,
    lastSequence: 0,
    connection: { socketStatus: 'initial', retryCount: 0 },
    connected: false,
    jobs: 0,
    now: 0,
    banner: null,
  });
});
