import { expect, test } from 'vitest';
import type { JobEntry } from '../services/realtime/realtimeStore.ts';
import { pillView, type PillView } from './pillView.ts';
import { entryFacts, LOST, NOW, stateFacts } from './testFacts.ts';

function pill(entries: readonly JobEntry[], connection: Parameters<typeof stateFacts>[1] = {}): PillView {
  return pillView(entries, stateFacts([], connection), NOW);
}

const running = (jobId: string): JobEntry => entryFacts({ jobId });
const ended = (jobId: string): JobEntry => entryFacts({ jobId, status: 'completed', progress: 100 });
const queued = (jobId: string): JobEntry => entryFacts({ jobId, status: 'queued', progress: null });
const failed = (jobId: string): JobEntry =>
  entryFacts({ jobId, status: 'failed', error: { code: 'x', message: 'x', retryable: false } });

test('nothing yet', () => {
  expect(pill([])).toEqual({ arcs: [], words: { kind: 'nothing' } });
});

test('one running: one arc of what was reported', () => {
  expect(pill([running('a')])).toEqual({
    arcs: [{ key: 'a', stroke: 'solid', percent: 62, tone: 'live' }],
    words: { kind: 'counts', counts: [{ kind: 'running', count: 1 }] },
  });
});

test('several, one unknown, one paused', () => {
  const view = pill([
    running('a'),
    entryFacts({ jobId: 'b', progress: null }),
    entryFacts({ jobId: 'c', status: 'paused', progress: 45 }),
  ]);
  expect(view.arcs.map(({ stroke, percent, tone }) => [stroke, percent, tone])).toEqual([
    ['solid', 62, 'live'],
    ['dots', 100, 'live'],
    ['solid', 45, 'wait'],
  ]);
  expect(view.words).toEqual({
    kind: 'counts',
    counts: [
      { kind: 'running', count: 2 },
      { kind: 'paused', count: 1 },
    ],
  });
});

test('a failure counts beside what runs', () => {
  const view = pill([running('a'), failed('b')]);
  expect(view.arcs[1]?.tone).toBe('lost');
  expect(view.words).toMatchObject({ counts: [{ kind: 'running' }, { kind: 'failed' }] });
});

test('a queued job is an empty arc, not an unknown one', () => {
  expect(pill([queued('a')]).arcs).toMatchObject([{ stroke: 'solid', percent: 0, tone: 'quiet' }]);
});

test('all done', () => {
  expect(pill([ended('a'), ended('b')])).toMatchObject({
    arcs: [{ tone: 'good' }, { tone: 'good' }],
    words: { counts: [{ kind: 'completed', count: 2 }] },
  });
});

test('not live is said of those that are not over', () => {
  const view = pill([running('a'), running('b'), ended('c')], LOST);
  expect(view.words).toEqual({ kind: 'notLive', jobs: 2 });
  expect(view.arcs.map((arc) => arc.tone)).toEqual(['quiet', 'quiet', 'good']);
});

test('what is over needs no connection', () => {
  expect(pill([ended('a')], LOST).words.kind).toBe('counts');
});

test('more than six jobs share one arc: the share that has ended', () => {
  const six = ['a', 'b', 'c', 'd', 'e', 'f'].map(running);
  expect(pill(six).arcs).toHaveLength(6);
  expect(pill([...six, ended('g'), ended('h')]).arcs).toEqual([
    { key: 'all', stroke: 'solid', percent: 25, tone: 'live' },
  ]);
});

test('at most two counts', () => {
  const view = pill([running('a'), queued('b'), failed('c')]);
  expect(view.words).toMatchObject({ counts: [{ kind: 'running' }, { kind: 'failed' }] });
});

const gone = (jobId: string): JobEntry => entryFacts({ jobId }, { sync: { kind: 'gone' } });

test('a job that the server does not have is counted by itself, and not as running', () => {
  expect(pill([running('a'), gone('b')])).toMatchObject({
    arcs: [{ tone: 'live' }, { tone: 'lost' }],
    words: {
      counts: [
        { kind: 'running', count: 1 },
        { kind: 'gone', count: 1 },
      ],
    },
  });
  expect(pill([gone('a')], LOST).words).toMatchObject({ kind: 'counts' });
});

test('the one arc of many is live only where something is, and good only where all ended well', () => {
  const [a, b, c, d, e, f, g] = ['a', 'b', 'c', 'd', 'e', 'f', 'g'] as const;
  const toneOf = (entries: readonly JobEntry[]): string | undefined => pill(entries).arcs[0]?.tone;
  expect(toneOf([a, b, c, d, e, f, g].map(ended))).toBe('good');
  expect(toneOf([...[a, b, c, d, e, f].map(ended), failed(g)])).toBe('quiet');
  expect(toneOf([...[a, b, c, d, e, f].map(ended), gone(g)])).toBe('quiet');
  expect(toneOf([a, b, c, d, e, f, g].map(queued))).toBe('quiet');
});
