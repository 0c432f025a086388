import { EVENTS, JOB_EVENT_NAMES } from '@regen/realtime-shared';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseInbound } from './inbound.ts';
import { chunk, logOf, snapshotOf } from './testing/fixtures.ts';

const place = { jobId: 'a', epoch: 'e', sequence: 3, timestamp: 1 };

test('an event of the log comes with its name as type', () => {
  expect(parseInbound(EVENTS.JOB_PROGRESS, [{ ...place, progress: 45 }])).toEqual({
    kind: 'event',
    event: { type: 'job:progress', ...place, progress: 45 },
  });
});

test('the legacy name of a chunk is a chunk', () => {
  const { type, ...payload } = chunk(3, 'abc', 0);
  expect(parseInbound(EVENTS.JOB_CHUNK, [payload])).toEqual({ kind: 'event', event: { type, ...payload } });
});

test('further arguments and fields of a later version are ignored', () => {
  const payload = { ...place, progress: 45, later: true, type: 'job:completed' };
  expect(parseInbound(EVENTS.JOB_PROGRESS, [payload, 'more', 7])).toEqual({
    kind: 'event',
    event: { type: 'job:progress', ...place, progress: 45 },
  });
});

test('an unknown event with a place in a log keeps that place, so that there is no hole', () => {
  expect(parseInbound('job:annotated', [{ ...place, note: 'new' }])).toEqual({
    kind: 'event',
    event: { type: 'skipped', ...place },
  });
});

test('a chunk of a channel of a later version keeps its place, too', () => {
  const payload = { ...place, sequence: 5, firstSequence: 3, text: 'abc', offset: 0, channel: 'tools' };
  expect(parseInbound(EVENTS.MODEL_CHUNK, [payload])).toEqual({
    kind: 'event',
    event: { type: 'skipped', ...place, sequence: 5, firstSequence: 3 },
  });
  expect(parseInbound(EVENTS.MODEL_CHUNK, [{ ...payload, offset: -1 }]).kind).toBe('malformed');
});

test('an unknown event without a place is nothing', () => {
  for (const args of [[], [null], ['text'], [{ jobId: 'a' }]]) {
    expect(parseInbound('server:greeting', args)).toEqual({ kind: 'unknown' });
  }
});

test('names of objects are no events', () => {
  for (const name of ['toString', '__proto__', 'constructor', 'hasOwnProperty']) {
    expect(parseInbound(name, [{}])).toEqual({ kind: 'unknown' });
  }
});

test('a reset is a notice with its snapshot', () => {
  const job = snapshotOf(logOf(3));
  const payload = { job, position: { epoch: job.epoch, sequence: job.sequence } };
  expect(parseInbound(EVENTS.JOB_RESET, [payload])).toMatchObject({
    kind: 'notice',
    notice: { name: 'job:reset', payload },
  });
});

test('whatever comes under a known name is parsed or called malformed, and never throws', () => {
  const name = fc.constantFrom(...JOB_EVENT_NAMES, EVENTS.JOB_RESET, EVENTS.JOBS_CHANGED, EVENTS.AUTH_EXPIRING);
  fc.assert(
    fc.property(name, fc.anything({ withNullPrototype: true, withBigInt: true }), (event, payload) => {
      expect(parseInbound(event, [payload]).kind).toBe('malformed');
    }),
  );
});
