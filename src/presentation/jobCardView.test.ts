import { expect, test } from 'vitest';
import { createRope } from '../services/realtime/outputRope.ts';
import type { ClientJobState, ConnectionState, JobEntry } from '../services/realtime/realtimeStore.ts';
import { createJobCardViews, jobCardView, type JobCardView } from './jobCardView.ts';
import type { JobPhase } from './jobPhase.ts';
import { connectionFacts, entryFacts, jobFacts, LOST, NOW, STEPS_WITHOUT_PROGRESS } from './testFacts.ts';

function card(
  job: Partial<ClientJobState> = {},
  over: Partial<JobEntry> = {},
  connection: Partial<ConnectionState> = {},
): JobCardView {
  return jobCardView(entryFacts(job, over), connectionFacts(connection), NOW);
}

const ERROR = { code: 'model_timeout', message: 'The model stopped answering', retryable: true };
const FAILED = { status: 'failed', finishedAt: NOW, error: ERROR } as const;
const FINAL = { ...FAILED, error: { ...ERROR, retryable: false } } as const;

interface Expected {
  phase: JobPhase;
  mark: string | null;
  /** `muted`, `clear` or no readout. */
  readout: 'muted' | 'clear' | null;
  cancel: JobCardView['actions']['cancel'];
}

const ROWS: readonly (readonly [name: string, view: JobCardView, expected: Expected])[] = [
  [
    'queued',
    card({ status: 'queued', progress: null }),
    { phase: { kind: 'queued', live: true }, mark: null, readout: null, cancel: 'offered' },
  ],
  ['running', card(), { phase: { kind: 'running', live: true }, mark: 'needle', readout: 'clear', cancel: 'offered' }],
  [
    'running, while nothing can arrive for a moment',
    card({}, {}, { draining: true }),
    { phase: { kind: 'running', live: false }, mark: 'still', readout: 'muted', cancel: 'none' },
  ],
  [
    'subscribing',
    card({}, { sync: { kind: 'subscribing' } }),
    { phase: { kind: 'running', live: false }, mark: 'still', readout: 'muted', cancel: 'offered' },
  ],
  [
    'cancelling, asked by anybody',
    card({ cancelRequested: true }),
    { phase: { kind: 'cancelling' }, mark: 'stopping', readout: 'muted', cancel: 'none' },
  ],
  [
    'cancelling, just asked here',
    card({}, { cancel: 'sending' }),
    { phase: { kind: 'cancelling' }, mark: 'stopping', readout: 'muted', cancel: 'none' },
  ],
  [
    'cancelled',
    card({ status: 'cancelled', cancelRequested: true, finishedAt: NOW }),
    { phase: { kind: 'cancelled' }, mark: 'stopped', readout: 'muted', cancel: 'none' },
  ],
  [
    'cancelled too late',
    card({ status: 'completed', cancelRequested: true, finishedAt: NOW }),
    { phase: { kind: 'completed', late: true }, mark: null, readout: null, cancel: 'none' },
  ],
  [
    'cancel lost',
    card({}, { cancel: 'lost' }),
    { phase: { kind: 'running', live: true }, mark: 'needle', readout: 'clear', cancel: 'lost' },
  ],
  [
    'paused',
    card({ status: 'paused', resumable: true }),
    { phase: { kind: 'paused' }, mark: 'pause', readout: 'clear', cancel: 'offered' },
  ],
  [
    'resuming',
    card({ status: 'paused', resumable: true, resumeRequested: true }),
    { phase: { kind: 'resuming' }, mark: 'pause', readout: 'clear', cancel: 'offered' },
  ],
  [
    'trying again after a failure',
    card({ ...FAILED, resumeRequested: true }),
    { phase: { kind: 'resuming' }, mark: 'pause', readout: 'clear', cancel: 'offered' },
  ],
  [
    'failed, can be tried again',
    card(FAILED),
    { phase: { kind: 'failed', retryable: true }, mark: 'failed', readout: 'muted', cancel: 'none' },
  ],
  [
    'failed for good',
    card(FINAL),
    { phase: { kind: 'failed', retryable: false }, mark: 'failed', readout: null, cancel: 'none' },
  ],
  [
    'worker silent',
    card({ workerSilentSince: NOW - 40_000 }),
    { phase: { kind: 'workerSilent', forMs: 40_000 }, mark: 'still', readout: 'muted', cancel: 'offered' },
  ],
  [
    'worker silent, a cancel was asked for',
    card({ workerSilentSince: NOW - 40_000, cancelRequested: true }),
    {
      phase: { kind: 'workerSilent', forMs: 40_000, cancelling: true },
      mark: 'still',
      readout: 'muted',
      cancel: 'none',
    },
  ],
  [
    'not live',
    card({}, { sync: { kind: 'stale' } }, LOST),
    {
      phase: { kind: 'notLive', lastStatus: 'running', agoMs: 12_000 },
      mark: 'cut',
      readout: 'muted',
      cancel: 'none',
    },
  ],
  [
    'catching up',
    card({}, { sync: { kind: 'catchingUp', applied: 3, total: 312 } }),
    { phase: { kind: 'catchingUp', applied: 3, total: 312 }, mark: 'seam', readout: 'muted', cancel: 'offered' },
  ],
  [
    'catching up, count unknown',
    card({}, { sync: { kind: 'catchingUp', applied: 0, total: 0 } }),
    { phase: { kind: 'catchingUp', applied: 0, total: null }, mark: 'seam', readout: 'muted', cancel: 'offered' },
  ],
  [
    'holding',
    card({}, { sync: { kind: 'holding' } }),
    { phase: { kind: 'holding' }, mark: 'still', readout: 'muted', cancel: 'offered' },
  ],
  [
    'holding, and asked to stop',
    card({}, { sync: { kind: 'holding' }, cancel: 'sending' }),
    { phase: { kind: 'holding', cancelling: true }, mark: 'still', readout: 'muted', cancel: 'none' },
  ],
  [
    'catching up, and asked to stop',
    card({}, { sync: { kind: 'catchingUp', applied: 3, total: 312 }, cancel: 'sending' }),
    {
      phase: { kind: 'catchingUp', applied: 3, total: 312, cancelling: true },
      mark: 'seam',
      readout: 'muted',
      cancel: 'none',
    },
  ],
  [
    'server degraded',
    card({}, {}, { degraded: true }),
    { phase: { kind: 'delayed' }, mark: 'still', readout: 'muted', cancel: 'none' },
  ],
  [
    'completed',
    card({ status: 'completed', progress: 100, finishedAt: NOW }),
    { phase: { kind: 'completed', late: false }, mark: null, readout: null, cancel: 'none' },
  ],
  [
    '100%, still running',
    card({ progress: 100 }),
    { phase: { kind: 'running', live: true }, mark: 'needle', readout: 'clear', cancel: 'offered' },
  ],
  [
    'gone',
    card({}, { sync: { kind: 'gone' } }),
    { phase: { kind: 'gone' }, mark: null, readout: null, cancel: 'none' },
  ],
  [
    'subscription refused',
    card({}, { sync: { kind: 'refused', code: 'rate_limited' } }),
    { phase: { kind: 'notLive', lastStatus: 'running', agoMs: 500 }, mark: 'cut', readout: 'muted', cancel: 'none' },
  ],
];

test.each(ROWS)('%s', (_, view, expected) => {
  expect(view.phase).toEqual(expected.phase);
  expect(view.rail?.mark?.kind ?? null).toBe(expected.mark);
  expect(view.readout === null ? null : view.readout.muted ? 'muted' : 'clear').toBe(expected.readout);
  expect(view.actions.cancel).toBe(expected.cancel);
});

test('what is over stays what it is when the connection is lost', () => {
  expect(card({ status: 'completed', finishedAt: NOW }, {}, LOST).phase.kind).toBe('completed');
  expect(card(FINAL, {}, LOST).phase.kind).toBe('failed');
});

test('a job that the server forgot after it ended is still what it became', () => {
  expect(card({ status: 'completed', finishedAt: NOW }, { sync: { kind: 'gone' } }).phase.kind).toBe('completed');
});

test('nothing known: the id stands for the title', () => {
  const entry: JobEntry = { ...entryFacts(), job: null, sync: { kind: 'subscribing' } };
  const view = jobCardView(entry, connectionFacts(), NOW);
  expect(view).toMatchObject({
    title: '7f3a91c2',
    phase: { kind: 'unknown', why: 'asked' },
    readout: null,
    rail: null,
    output: null,
  });
});

test('an id that no job can have is one that the server does not have', () => {
  const entry: JobEntry = { ...entryFacts(), job: null, sync: { kind: 'refused', code: 'invalid_payload' } };
  expect(jobCardView(entry, connectionFacts(), NOW).phase).toEqual({ kind: 'gone' });
});

test.each<[Partial<JobEntry>, Partial<ConnectionState>, string]>([
  [{ sync: { kind: 'refused', code: 'unauthorized' } }, {}, 'refused'],
  [{ sync: { kind: 'stale' } }, LOST, 'notConnected'],
  [{}, { socketStatus: 'disconnected' }, 'notConnected'],
  [{}, { socketStatus: 'initial', everConnected: false }, 'notConnected'],
  [{}, { refusal: { code: 'unauthorized', message: '', retryable: false } }, 'notConnected'],
  [{}, { socketStatus: 'connecting', everConnected: false, retryCount: 1 }, 'asked'],
])('nothing known: %o, %o is %s', (over, connection, why) => {
  const entry: JobEntry = { ...entryFacts(), job: null, sync: { kind: 'subscribing' }, ...over };
  expect(jobCardView(entry, connectionFacts(connection), NOW).phase).toEqual({ kind: 'unknown', why });
});

test('a job that is known from the list alone shows what the list says', () => {
  const summary = { jobId: 'a', title: 'Listed', status: 'running', progress: 40, createdAt: NOW } as const;
  const entry: JobEntry = { ...entryFacts({ jobId: 'a' }), job: null, summary, sync: { kind: 'subscribing' } };
  expect(jobCardView(entry, connectionFacts(), NOW)).toMatchObject({
    title: 'Listed',
    phase: { kind: 'running', live: false },
    readout: { kind: 'percent', percent: 40, muted: true },
    steps: [],
  });
});

test('steps without a percentage: the readout counts steps', () => {
  const view = card({ progress: null, steps: STEPS_WITHOUT_PROGRESS });
  expect(view.readout).toEqual({ kind: 'step', index: 2, count: 3, muted: false });
});

test('no progress reported: neither rail nor readout; reported as unknown: dots', () => {
  const { etaMs: _, ...bare } = jobFacts({ progress: null, steps: [] });
  const never: JobEntry = { ...entryFacts(), job: bare };
  expect(jobCardView(never, connectionFacts(), NOW)).toMatchObject({ rail: null, readout: null });
  const told: JobEntry = { ...entryFacts(), job: { ...bare, indeterminate: true } };
  expect(jobCardView(told, connectionFacts(), NOW)).toMatchObject({
    rail: { segments: [{ stroke: 'dots' }], endStop: false },
    readout: null,
  });
});

test('time runs from the start of the work, by the clock of the server', () => {
  expect(card().elapsedMs).toBe(102_000);
  expect(jobCardView(entryFacts(), connectionFacts(), NOW, 5_000).elapsedMs).toBe(107_000);
  expect(card({ status: 'completed', finishedAt: NOW - 2_000 }).elapsedMs).toBe(100_000);
});

test('a queued job counts from when it was accepted', () => {
  const { startedAt: _, ...queued } = jobFacts({ status: 'queued', createdAt: NOW - 3_000 });
  expect(jobCardView({ ...entryFacts(), job: queued }, connectionFacts(), NOW).elapsedMs).toBe(3_000);
});

test('remaining time is told only as the worker reported it, and only while live', () => {
  expect(card().remainingMs).toBe(50_000);
  expect(card({}, {}, { draining: true }).remainingMs).toBeNull();
  expect(card({ status: 'paused' }).remainingMs).toBeNull();
});

test("where nothing arrives, a step's time stands still", () => {
  const times = card({}, { sync: { kind: 'stale' } }, LOST).steps.map(
    (step) => 'durationMs' in step && step.durationMs,
  );
  expect(times.at(-1)).toBe(47_000);
});

test("where the subscription is refused, a step's time stands at the last that was heard", () => {
  const refused = { sync: { kind: 'refused', code: 'rate_limited' }, lastEventAt: NOW - 9_000 } as const;
  expect(card({}, refused).steps.at(-1)).toMatchObject({ durationMs: 50_000 });
});

test("a job that the server does not have: its step's time stands at the last that was heard", () => {
  const timesOf = (lastEventAt: number | null): unknown[] =>
    card({}, { sync: { kind: 'gone' }, lastEventAt }).steps.map((step) => 'durationMs' in step && step.durationMs);
  expect(timesOf(NOW - 9_000)).toEqual([12_000, 31_000, 50_000]);
  expect(timesOf(null)).toEqual([12_000, 31_000, null]);
});

test('what was saved is not shown as running where no server answers', () => {
  const noServer = { everConnected: false, socketStatus: 'disconnected', retryCount: 2, lastContactAt: null } as const;
  const stale = { sync: { kind: 'stale' }, lastEventAt: null } as const;
  const view = card({}, stale, noServer);
  expect(view.phase).toEqual({ kind: 'notLive', lastStatus: 'running', agoMs: null });
  expect(view.steps.at(-1)).toMatchObject({ durationMs: null });
  expect(card({}, stale, { ...noServer, socketStatus: 'connecting', retryCount: 1 }).phase.kind).toBe('running');
  expect(card({}, stale, { ...noServer, socketStatus: 'initial', retryCount: 0 }).phase.kind).toBe('running');
});

test('a failed or paused job that only the list tells of has its banner, without a word of its text', () => {
  const error = { code: 'x', message: 'No', retryable: false };
  const listed = { jobId: 'a', title: 'A', progress: 40, createdAt: NOW } as const;
  const bannerOf = (summary: JobEntry['summary']) =>
    jobCardView({ ...entryFacts(), job: null, summary }, connectionFacts(), NOW).banner;
  expect(bannerOf({ ...listed, status: 'failed', error })).toEqual({ kind: 'failed', ...error, keptLength: null });
  expect(bannerOf({ ...listed, status: 'paused' })).toEqual({ kind: 'paused', reason: null, keptLength: null });
});

test('a title is one line', () => {
  expect(card({ title: 'Market\nstudy' }).title).toBe('Market study');
  expect(card({ title: '\u200b' }).title).toBe('');
});

test('a request that was taken up shows though the job itself is not known here', () => {
  expect(card({}, { cancel: 'requested' }).phase.kind).toBe('cancelling');
  expect(card({ status: 'paused' }, { resume: 'requested' }).phase.kind).toBe('resuming');
});

test('a paused job tells why and that its text is kept', () => {
  expect(card({ status: 'paused', reason: 'Glossary' }).banner).toEqual({
    kind: 'paused',
    reason: 'Glossary',
    keptLength: 12,
  });
});

test('a failure tells its message, its code and how much was written', () => {
  const dropped = { output: { text: createRope('tail'), offset: 2_314 } };
  expect(card({ ...FAILED, channels: dropped }).banner).toEqual({
    kind: 'failed',
    message: 'The model stopped answering',
    code: 'model_timeout',
    retryable: true,
    keptLength: 2_318,
  });
});

test('a banner leaves once the job is asked to go on', () => {
  expect(card({ status: 'paused', resumeRequested: true }).banner).toBeNull();
});

test('resuming is offered only where it can work and arrive', () => {
  expect(card({ status: 'paused' }).actions.resume).toBe('offered');
  expect(card({ status: 'paused' }, { resume: 'lost' }).actions.resume).toBe('lost');
  expect(card(FAILED).actions.resume).toBe('offered');
  expect(card(FINAL).actions.resume).toBe('none');
  expect(card({ status: 'paused' }, {}, LOST).actions.resume).toBe('none');
});

test('the output tells what was left out, whether it was replaced and whether it grows', () => {
  const channels = { output: { text: createRope('abc'), offset: 1_200_000 } };
  expect(card({ channels }, { replaced: true }).output).toEqual({
    length: 3,
    droppedLength: 1_200_000,
    growing: true,
    replaced: true,
  });
  expect(card({ status: 'paused' }).output?.growing).toBe(false);
  expect(card({ channels: {} }).output).toBeNull();
});

test('a resumed job keeps the gap', () => {
  expect(card({ progress: 78 }, { gaps: [45, 45] }).rail?.gaps).toEqual([45]);
});

test('the step under way stands for the status of a collapsed card only while running', () => {
  expect(card().stepLabel).toBe('Writing');
  expect(card({ status: 'paused' }).stepLabel).toBeNull();
});

test('views that did not change keep their identity within a second', () => {
  const views = createJobCardViews();
  const [one, other] = [entryFacts(), entryFacts({ jobId: 'b' })];
  const connection = connectionFacts();
  const first = views(one, connection, NOW, 0);
  expect(views(one, { ...connection, roundTripMs: 9 }, NOW + 999, 0)).toBe(first);
  expect(views(other, connection, NOW, 0)).not.toBe(first);
  expect(views(one, connection, NOW + 1_000, 0)).not.toBe(first);
  expect(views({ ...one }, connection, NOW, 0)).not.toBe(first);
  expect(views(one, connectionFacts(LOST), NOW, 0).phase.kind).toBe('notLive');
});

test('a finished job does not change with time', () => {
  const views = createJobCardViews();
  const entry = entryFacts({ status: 'completed', finishedAt: NOW });
  expect(views(entry, connectionFacts(), NOW, 0)).toBe(views(entry, connectionFacts(), NOW + 60_000, 0));
});
