import { setImmediate } from 'node:timers/promises';
import type { WorkerApi } from '@regen/realtime-core';
import { LIMITS, type IngestEvent } from '@regen/realtime-shared';
import { expect, test } from 'vitest';
import { createVirtualClock } from '../virtualClock.ts';
import { createJobWriter, type JobWriter } from './jobWriter.ts';

/** A server that answers an append only when it is told to. */
function slowServer(): { writer: JobWriter; appended: string[][]; answer: () => Promise<void> } {
  const appended: string[][] = [];
  const waiting: (() => void)[] = [];
  const api = {
    createJob: () => Promise.resolve({ status: 201, body: { jobId: 'a', epoch: 'e', writer: 'w', sequence: 1 } }),
    append: async ({ body }: { body: { events: IngestEvent[]; from: number } }) => {
      appended.push(body.events.map((event) => (event.type === 'model:chunk:v1' ? event.text : event.type)));
      await new Promise<void>((resolve) => waiting.push(resolve));
      return { status: 200, body: { epoch: 'e', sequence: body.from, cancelRequested: false } };
    },
  };
  const writer = createJobWriter({
    job: { at: 0, do: 'worker:create', job: 'a', title: 'A' },
    createdBy: 0,
    api: api as unknown as WorkerApi,
    clock: createVirtualClock(),
    ownerId: 'dev',
    track: (work) => work,
    isStopped: () => false,
    onRefusal: (message) => {
      throw new Error(message);
    },
    onCancelRequested: () => undefined,
    onShutOut: () => undefined,
  });
  writer.create();
  return {
    writer,
    appended,
    answer: async () => {
      waiting.shift()?.();
      await setImmediate();
    },
  };
}

const chunk = (text: string): IngestEvent => ({ type: 'model:chunk:v1', text });

test('what a stream writes while a call is under way travels together', async () => {
  const { writer, appended, answer } = slowServer();
  writer.write([chunk('a')], 1);
  await setImmediate();
  writer.write([chunk('b')], 1);
  writer.write([chunk('c')], 1);
  await answer();
  expect(appended).toEqual([['a'], ['b', 'c']]);
});

test('what another step says is a call of its own, in its place', async () => {
  const { writer, appended, answer } = slowServer();
  writer.write([chunk('a')], 1);
  await setImmediate();
  writer.write([chunk('b')], 1);
  writer.write([{ type: 'job:paused' }], 2);
  writer.write([chunk('c')], 1);
  for (let call = 0; call < 4; call += 1) await answer();
  expect(appended).toEqual([['a'], ['b'], ['job:paused'], ['c']]);
});

test('no call has more events than a server takes', async () => {
  const { writer, appended, answer } = slowServer();
  writer.write([chunk('a')], 1);
  await setImmediate();
  for (let count = 0; count <= LIMITS.eventsPerAppend; count += 1) writer.write([chunk('b')], 1);
  for (let call = 0; call < 3; call += 1) await answer();
  expect(appended.map((events) => events.length)).toEqual([1, LIMITS.eventsPerAppend, 1]);
});
