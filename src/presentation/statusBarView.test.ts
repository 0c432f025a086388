import { expect, test } from 'vitest';
import type { RealtimeState } from '../services/realtime/realtimeStore.ts';
import { statusBarView, type StatusBarState } from './statusBarView.ts';
import { entryFacts, LOST, NOW, stateFacts, STEPS_WITHOUT_PROGRESS } from './testFacts.ts';

const running = entryFacts();
const second = entryFacts({ jobId: 'b2', title: 'Tender', progress: 18 }, { lastEventAt: NOW - 5_000 });
const two = [running, second];
const silent = entryFacts({ jobId: 's1', title: 'Transcripts', progress: 34, workerSilentSince: NOW - 40_000 });
const held = entryFacts({ jobId: 'h1', title: 'Held' }, { sync: { kind: 'holding' } });
const catching = entryFacts({ jobId: 'c1' }, { sync: { kind: 'catchingUp', applied: 600, total: 1_000 } });

function refused(code: 'token_expired' | 'unauthorized' | 'too_many_connections' | 'unavailable') {
  return { ...LOST, refusal: { code, message: 'The server said so.', retryable: false } };
}

function stateOf(state: RealtimeState): StatusBarState {
  return statusBarView(state, NOW).state;
}

const ROWS: readonly (readonly [
  name: string,
  state: RealtimeState,
  expected: StatusBarState,
  glyph: string,
  tone: string,
])[] = [
  ['sign-in expired', stateFacts(two, refused('token_expired')), { kind: 'signInExpired' }, 'signIn', 'wait'],
  [
    'sign-in refused',
    stateFacts(two, refused('unauthorized')),
    { kind: 'signInRefused', message: 'The server said so.' },
    'signInRefused',
    'wait',
  ],
  [
    'too many connections',
    stateFacts(two, refused('too_many_connections')),
    { kind: 'tooManyConnections', message: 'The server said so.' },
    'tooManyConnections',
    'wait',
  ],
  [
    'refused for now',
    stateFacts(two, refused('unavailable')),
    { kind: 'serverRefused', message: 'The server said so.' },
    'tooManyConnections',
    'wait',
  ],
  ['offline', stateFacts(two, { ...LOST, online: false }), { kind: 'offline' }, 'offline', 'quiet'],
  [
    'reconnecting',
    stateFacts(two, LOST),
    { kind: 'reconnecting', attempt: 3, nextTryInMs: 4_000 },
    'reconnecting',
    'wait',
  ],
  [
    'disconnected by the application',
    stateFacts([], { ...LOST, socketStatus: 'disconnected' }),
    { kind: 'disconnected' },
    'offline',
    'quiet',
  ],
  [
    'connecting',
    stateFacts([], { socketStatus: 'connecting', everConnected: false, retryCount: 1 }),
    { kind: 'connecting' },
    'connecting',
    'quiet',
  ],
  ['catching up', stateFacts([catching]), { kind: 'catchingUp', applied: 600, total: 1_000 }, 'catchingUp', 'live'],
  ['degraded', stateFacts(two, { degraded: true }), { kind: 'delayed' }, 'delayed', 'wait'],
  [
    'worker silent',
    stateFacts([running, silent]),
    { kind: 'workerSilent', title: 'Transcripts', forMs: 40_000, others: 0 },
    'workerSilent',
    'wait',
  ],
  [
    'worker silent that was asked to stop',
    stateFacts([running, { ...silent, cancel: 'requested' }]),
    { kind: 'workerSilent', title: 'Transcripts', forMs: 40_000, others: 0 },
    'workerSilent',
    'wait',
  ],
  ['holding', stateFacts([held, second]), { kind: 'holding', title: 'Held', others: 0 }, 'holding', 'wait'],
  [
    'working',
    stateFacts(two),
    { kind: 'working', running: 2, title: 'Market study', stepLabel: 'Writing', percent: 62, live: true },
    'live',
    'live',
  ],
  [
    'only queued jobs',
    stateFacts([entryFacts({ status: 'queued', progress: null })]),
    { kind: 'waiting', queued: 1 },
    'queued',
    'quiet',
  ],
  ['idle', stateFacts([]), { kind: 'idle', live: true }, 'ready', 'live'],
  [
    'never connected, refused once',
    stateFacts([], { socketStatus: 'reconnecting', everConnected: false, retryCount: 2 }),
    { kind: 'nothing' },
    'ready',
    'quiet',
  ],
  [
    'not started',
    stateFacts([], { socketStatus: 'initial', everConnected: false }),
    { kind: 'nothing' },
    'ready',
    'quiet',
  ],
];

test.each(ROWS)('%s', (_, state, expected, glyph, tone) => {
  expect(statusBarView(state, NOW)).toMatchObject({ state: expected, glyph, tone });
});

test('each state in the order of precedence hides those after it', () => {
  const everything = [catching, silent, held, running];
  const kinds = [
    stateOf(stateFacts(everything, { ...refused('token_expired'), online: false })),
    stateOf(stateFacts(everything, { ...LOST, online: false, degraded: true })),
    stateOf(stateFacts(everything, { ...LOST, degraded: true })),
    stateOf(stateFacts(everything, { degraded: true })),
    stateOf(stateFacts([silent, held, running], { degraded: true })),
    stateOf(stateFacts([silent, held, running])),
    stateOf(stateFacts([held, running])),
    stateOf(stateFacts([running])),
  ].map((state) => state.kind);
  expect(kinds).toEqual([
    'signInExpired',
    'offline',
    'reconnecting',
    'catchingUp',
    'delayed',
    'workerSilent',
    'holding',
    'working',
  ]);
});

test('a loss that has not lasted is not told in words, but nothing claims to be live', () => {
  const view = statusBarView(stateFacts(two, { socketStatus: 'reconnecting', lostAt: NOW - 100, retryCount: 1 }), NOW);
  expect(view.state).toMatchObject({ kind: 'working', live: false });
  expect(view.tone).toBe('quiet');
  expect(view.lanes.map((lane) => lane.mark?.kind)).toEqual(['still', 'still']);
});

test('a draining server shows as needles without a wake', () => {
  const view = statusBarView(stateFacts(two, { draining: true }), NOW);
  expect(view.state).toMatchObject({ kind: 'working', live: false });
  expect(view.lanes.map((lane) => lane.mark?.kind)).toEqual(['still', 'still']);
});

test('a refusal is told even before the first connection, since a server spoke', () => {
  expect(stateOf(stateFacts([], { ...refused('token_expired'), everConnected: false })).kind).toBe('signInExpired');
});

test('no attempt planned: no time is promised', () => {
  const state = stateFacts([], { ...LOST, nextRetryAt: null, retryCount: 0 });
  expect(stateOf(state)).toEqual({ kind: 'reconnecting', attempt: 1, nextTryInMs: null });
});

test('an attempt that is due shows no negative time', () => {
  expect(stateOf(stateFacts([], { ...LOST, nextRetryAt: NOW - 5 }))).toMatchObject({ nextTryInMs: 0 });
});

test('catching up is the sum over all jobs, and unknown as soon as one is', () => {
  const other = entryFacts({ jobId: 'c2' }, { sync: { kind: 'catchingUp', applied: 12, total: 204 } });
  const unknown = entryFacts({ jobId: 'c3' }, { sync: { kind: 'catchingUp', applied: 0, total: 0 } });
  expect(stateOf(stateFacts([catching, other]))).toEqual({ kind: 'catchingUp', applied: 612, total: 1_204 });
  expect(stateOf(stateFacts([catching, unknown]))).toMatchObject({ total: null });
});

test('the line while catching up is solid, then a comb', () => {
  const [lane] = statusBarView(stateFacts([catching]), NOW).lanes;
  expect(lane?.segments.map(({ stroke, from, to }) => ({ stroke, from, to }))).toEqual([
    { stroke: 'comb', from: 60, to: 100 },
    { stroke: 'solid', from: 0, to: 60 },
  ]);
});

test('of several silent workers the longest is named', () => {
  const longer = entryFacts({ jobId: 's2', title: 'Older', workerSilentSince: NOW - 90_000 });
  expect(stateOf(stateFacts([silent, longer]))).toEqual({
    kind: 'workerSilent',
    title: 'Older',
    forMs: 90_000,
    others: 1,
  });
});

test("a worker's silence is measured by the server's clock", () => {
  const state = { ...stateFacts([silent]), serverTimeOffset: -10_000 };
  expect(stateOf(state)).toMatchObject({ forMs: 30_000 });
});

test('the words follow the job that was heard of last', () => {
  const later = entryFacts({ jobId: 'b2', title: 'Tender', progress: 18 }, { lastEventAt: NOW - 1 });
  expect(stateOf(stateFacts([running, later]))).toMatchObject({ title: 'Tender', percent: 18 });
});

test('one lane a running job, dotted where no percentage is known', () => {
  const unknown = entryFacts({ jobId: 'u', progress: null, steps: STEPS_WITHOUT_PROGRESS });
  const ended = entryFacts({ jobId: 'd', status: 'completed' });
  const { lanes } = statusBarView(stateFacts([running, unknown, ended]), NOW);
  expect(lanes.map((lane) => lane.key)).toEqual(['7f3a91c2', 'u']);
  expect(lanes[1]?.segments.map((segment) => segment.stroke)).toEqual(['dots']);
});

test('lanes are cut and grey while nothing can arrive', () => {
  const { lanes } = statusBarView(stateFacts([running], LOST), NOW);
  expect(lanes[0]).toMatchObject({
    segments: [{ stroke: 'solid', from: 0, to: 62, tone: 'quiet' }],
    mark: { kind: 'cut', at: 62, tone: 'quiet' },
  });
});

test('a degraded server leaves dots after each tick', () => {
  const { lanes } = statusBarView(stateFacts([running], { degraded: true }), NOW);
  expect(lanes[0]?.segments.map(({ stroke, tone }) => [stroke, tone])).toEqual([
    ['dots', 'quiet'],
    ['solid', 'quiet'],
  ]);
});

test("only the silent job's lane waits", () => {
  const { lanes } = statusBarView(stateFacts([running, silent]), NOW);
  expect(lanes.map((lane) => lane.mark?.tone)).toEqual(['live', 'wait']);
});

test('more than 20 running jobs share one lane: the share that has ended', () => {
  const many = Array.from({ length: 24 }, (_, index) => entryFacts({ jobId: `r${index}` }));
  const ended = Array.from({ length: 8 }, (_, index) => entryFacts({ jobId: `d${index}`, status: 'completed' }));
  const { lanes } = statusBarView(stateFacts([...many, ...ended]), NOW);
  expect(lanes).toHaveLength(1);
  expect(lanes[0]).toMatchObject({ key: 'all', title: null, percent: 25 });
  expect(statusBarView(stateFacts(many.slice(0, 20)), NOW).lanes).toHaveLength(20);
});

test('the actions: sign in, retry, or nothing', () => {
  const actionOf = (connection: Parameters<typeof stateFacts>[1]): string | null =>
    statusBarView(stateFacts([], connection), NOW).action;
  expect(actionOf(refused('token_expired'))).toBe('signIn');
  expect(actionOf(refused('unauthorized'))).toBe('signIn');
  expect(actionOf(refused('too_many_connections'))).toBe('retry');
  expect(actionOf(LOST)).toBe('retry');
  expect(actionOf({ ...LOST, online: false })).toBeNull();
  expect(actionOf({})).toBeNull();
});

test('only a state that asks for a sign-in is tinted', () => {
  expect(statusBarView(stateFacts([], refused('token_expired')), NOW).tinted).toBe(true);
  expect(statusBarView(stateFacts([], LOST), NOW).tinted).toBe(false);
});

test('the details tell what was measured, and what was not', () => {
  expect(statusBarView(stateFacts([]), NOW).details).toEqual({
    status: 'connected',
    roundTripMs: 38,
    lastContactMs: 2_000,
    reconnectCount: 3,
  });
  expect(statusBarView(stateFacts([], { roundTripMs: null, lastContactAt: null }), NOW).details).toMatchObject({
    roundTripMs: null,
    lastContactMs: null,
  });
});

test('catching up counts what other jobs have caught up already, so that the number never falls', () => {
  const state = stateFacts([
    entryFacts({}, { jobId: 'a', sync: { kind: 'live', caughtUp: 400 } }),
    entryFacts({}, { jobId: 'b', sync: { kind: 'catchingUp', applied: 100, total: 410 } }),
  ]);
  expect(statusBarView(state, NOW).state).toEqual({ kind: 'catchingUp', applied: 500, total: 810 });
});

test('a job that the server does not have is neither queued nor running, and has ended', () => {
  const gone = { sync: { kind: 'gone' } } as const;
  expect(stateOf(stateFacts([entryFacts({ status: 'queued' }, gone), entryFacts({ jobId: 'r' }, gone)])).kind).toBe(
    'idle',
  );
  const many = Array.from({ length: 30 }, (_, index) => entryFacts({ jobId: `r${index}` }));
  const lost = Array.from({ length: 10 }, (_, index) => entryFacts({ jobId: `g${index}` }, gone));
  expect(statusBarView(stateFacts([...many, ...lost]), NOW).lanes[0]?.percent).toBe(25);
});

test('while it is tried again for a first connection nothing is said', () => {
  const again = { socketStatus: 'connecting', everConnected: false, retryCount: 2 } as const;
  expect(stateOf(stateFacts([], again)).kind).toBe('nothing');
});

test('a title is told in one line', () => {
  expect(stateOf(stateFacts([entryFacts({ title: 'Market\nstudy' })]))).toMatchObject({ title: 'Market study' });
});

test('where more came than was announced the line is full, and no longer', () => {
  const more = entryFacts({}, { sync: { kind: 'catchingUp', applied: 1_200, total: 1_000 } });
  const [lane] = statusBarView(stateFacts([more]), NOW).lanes;
  expect(lane?.segments.map(({ from, to }) => [from, to])).toEqual([
    [100, 100],
    [0, 100],
  ]);
});

test('of workers that are silent for as long the first is named', () => {
  const other = entryFacts({ jobId: 's2', title: 'Other', workerSilentSince: NOW - 40_000 });
  expect(stateOf(stateFacts([silent, other]))).toMatchObject({ title: 'Transcripts', others: 1 });
});

test('the lane of a job without a percentage is empty while nothing can arrive', () => {
  const { lanes } = statusBarView(stateFacts([entryFacts({ progress: null })], LOST), NOW);
  expect(lanes).toMatchObject([{ segments: [], mark: null }]);
});
