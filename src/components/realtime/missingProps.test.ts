import { createElement, type ReactElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { RealtimeProvider, type RealtimeProviderProps } from '../../hooks/RealtimeProvider.tsx';
import { SessionRestoreBanner } from './SessionRestoreBanner.tsx';
import { StreamText } from './StreamText.tsx';

/** What a caller without types may give. */
const untyped = (value: unknown): never => value as never;

function thrownBy(element: ReactElement): unknown {
  try {
    renderToString(element);
  } catch (error) {
    return error;
  }
  return null;
}

test.each([null, undefined, {}, 'client'])('a provider whose client is %s says so, and what to give it', (value) => {
  const props: RealtimeProviderProps = { client: untyped(value), children: null };
  expect(thrownBy(createElement(RealtimeProvider, props))).toMatchObject({
    name: 'RealtimeError',
    code: 'invalid_usage',
    message: expect.stringContaining('<RealtimeProvider client={getSocketClient('),
  });
});

test.each([null, undefined, {}, 'text'])('a StreamText whose source is %s says so, and what to give it', (value) => {
  expect(thrownBy(createElement(StreamText, { source: untyped(value) }))).toMatchObject({
    name: 'RealtimeError',
    code: 'invalid_usage',
    message: expect.stringContaining('<StreamText source={client.textOf(jobId)} />'),
  });
});

test.each([null, undefined])('a banner whose message is %s is not there', (value) => {
  const banner = createElement(SessionRestoreBanner, {
    message: untyped(value),
    isRestoring: false,
    onDismiss: () => undefined,
  });
  expect(renderToString(banner)).toBe('');
});
