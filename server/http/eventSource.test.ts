import { createVirtualClock } from '@regen/realtime-mocks';
import { expect, test } from 'vitest';
import { KEEP_ALIVE_MS, createEventSource } from './eventSource.ts';

const MEGABYTE = 'x'.repeat(1_048_576);

function open() {
  const clock = createVirtualClock();
  let closed = 0;
  const stream = createEventSource(clock, () => {
    closed += 1;
  });
  return { clock, stream, closed: () => closed };
}

test('what was sent arrives in order, each event whole', async () => {
  const { stream, closed } = open();
  stream.send({ event: 'job:started', id: 'e:2', data: { text: 'two\nlines' } });
  stream.send({ event: 'cancel', data: {} });
  stream.end();
  expect(await stream.response.text()).toBe(
    ': connected\n\nevent: job:started\nid: e:2\ndata: {"text":"two\\nlines"}\n\nevent: cancel\ndata: {}\n\n',
  );
  expect(closed()).toBe(1);
});

test('a quiet stream says that it lives', async () => {
  const { clock, stream } = open();
  await clock.advanceTo(clock.now() + 2 * KEEP_ALIVE_MS);
  stream.end();
  expect(await stream.response.text()).toBe(': connected\n\n: keep-alive\n\n: keep-alive\n\n');
});

test('who sends more than is taken is told to wait, until it is', async () => {
  const { stream } = open();
  await stream.writable();
  stream.send({ event: 'e', data: MEGABYTE });
  let isWritable = false;
  const writable = stream.writable().then(() => {
    isWritable = true;
  });
  await Promise.resolve();
  expect(isWritable).toBe(false);
  const reader = stream.response.body?.getReader();
  while (!isWritable) await reader?.read();
  await writable;
});

test('a reader that takes nothing is let go with what it has, whole events alone', async () => {
  const { clock, stream, closed } = open();
  let sent = 0;
  while (closed() === 0 && sent < 100) {
    stream.send({ event: 'e', id: `e:${String(sent)}`, data: MEGABYTE });
    sent += 1;
  }
  // 8 MB, and what was over the line when they were reached.
  expect(sent).toBeGreaterThanOrEqual(8);
  expect(sent).toBeLessThanOrEqual(10);
  expect(clock.pending()).toBe(0);
  await stream.writable();
  const text = await stream.response.text();
  expect(text.endsWith('"\n\n')).toBe(true);
  expect(text.match(/^id: .*$/gm)).toEqual(Array.from({ length: sent - 1 }, (_, index) => `id: e:${String(index)}`));
});

test('a reader that goes is forgotten', async () => {
  const { clock, stream, closed } = open();
  await stream.response.body?.cancel();
  expect(closed()).toBe(1);
  stream.send({ event: 'e', data: {} });
  stream.end();
  await stream.writable();
  expect(closed()).toBe(1);
  expect(clock.pending()).toBe(0);
});
