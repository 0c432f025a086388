import { expect, test } from 'vitest';
import type { JobPhase } from './jobPhase.ts';
import { createEnglish, english } from './english.ts';
import { createFormats } from './wordFormats.ts';
import type { Sentence } from './words.ts';
import { restoreMessage } from './restoreMessage.ts';

const plain = (sentence: Sentence): string => sentence.map((part) => part.text).join('');

test('numbers, percentages and times', () => {
  expect(english.number(1_204)).toBe('1,204');
  expect(english.percent(62)).toBe('62%');
  expect(english.percentParts(62)).toEqual({ number: '62', sign: '%', signFirst: false });
  expect([7_000, 102_000, 3_723_000].map((ms) => english.duration(ms))).toEqual(['0:07', '1:42', '1:02:03']);
});

test.each(['en-GB', 'en-US'])('in %s a time is said with the same units wherever it is said', (locale) => {
  const words = createEnglish(locale);
  const times = [2_400, 59_999, 62_000, 119_000, 125_000, 8 * 60_000, 3 * 3_600_000];
  const said = ['2 s', '59 s', '62 s', '119 s', '2 min', '8 min', '3 h'];
  expect(times.map((ms) => words.span(ms))).toEqual(said);
  expect(times.map((ms) => words.ago(ms))).toEqual(said.map((span) => `${span} ago`));
});

test('a percentage is never rounded up to one that nobody reported', () => {
  expect(english.percent(99.9)).toBe('99%');
  expect(english.percentParts(99.9).number).toBe('99');
});

test('another locale brings its own digits and its own place for the sign', () => {
  const arabic = createFormats('ar-EG');
  expect(arabic.duration(102_000)).toBe('١:٤٢');
  expect(arabic.percentParts(62)).toMatchObject({ number: '٦٢', sign: '٪' });
  expect(createFormats('tr').percentParts(62)).toEqual({ number: '62', sign: '%', signFirst: true });
});

test("the bar's sentences", () => {
  const { bar } = english;
  expect([1, 2].map((count) => bar.working(count))).toEqual(['1 job running', '2 jobs running']);
  expect([1, 1_204, null].map((total) => bar.catchingUp(total))).toEqual([
    'Catching up: 1 update',
    'Catching up: 1,204 updates',
    'Catching up…',
  ]);
  expect(bar.caughtUp(612, 1_204)).toBe('612 of 1,204');
  expect(plain(bar.reconnecting(3, 3_600).detail)).toBe('attempt 3, next try in 4 s');
  expect(plain(bar.reconnecting(1, null).detail)).toBe('attempt 1');
  expect(plain(bar.workerSilent('Study', 40_000, 0).detail)).toBe('from Study for 40 s');
  expect(plain(bar.workerSilent('Study', 40_000, 2).detail)).toBe('from Study and 2 others for 40 s');
  expect(plain(bar.holding('Study', 0))).toBe('Waiting for Study to continue');
});

const STATUS: readonly (readonly [JobPhase, string])[] = [
  [{ kind: 'unknown', why: 'asked' }, 'Looking it up…'],
  [{ kind: 'unknown', why: 'refused' }, 'The server refused to show it'],
  [{ kind: 'unknown', why: 'notConnected' }, 'Not connected'],
  [{ kind: 'queued', live: true }, 'Queued'],
  [{ kind: 'running', live: true }, 'Running'],
  [{ kind: 'cancelling' }, 'Cancelling…'],
  [{ kind: 'cancelled' }, 'Cancelled'],
  [{ kind: 'completed', late: false }, 'Completed'],
  [{ kind: 'completed', late: true }, 'Finished before it could be cancelled'],
  [{ kind: 'paused' }, 'Paused'],
  [{ kind: 'resuming' }, 'Resuming…'],
  [{ kind: 'failed', retryable: true }, 'Failed'],
  [{ kind: 'workerSilent', forMs: 40_000 }, 'No sign of life for 40 s'],
  [{ kind: 'workerSilent', forMs: 40_000, cancelling: true }, 'Cancelling… No sign of life for 40 s'],
  [{ kind: 'notLive', lastStatus: 'running', agoMs: 12_000 }, 'Running when last seen'],
  [{ kind: 'catchingUp', applied: 0, total: 312 }, 'Catching up: 312 updates'],
  [{ kind: 'catchingUp', applied: 0, total: null, cancelling: true }, 'Cancelling… Catching up…'],
  [{ kind: 'holding' }, 'Waiting to continue'],
  [{ kind: 'holding', cancelling: true }, 'Cancelling… Waiting to continue'],
  [{ kind: 'delayed' }, 'Updates are delayed'],
  [{ kind: 'gone' }, 'The server does not have this job'],
];

test.each(STATUS)('%o is told as %s', (phase, words) => {
  expect(english.job.status(phase)).toBe(words);
});

test('a rail is told with its step, or as unknown', () => {
  const step = { label: 'Writing', index: 3, count: 3 };
  const running = { kind: 'running', live: true } as const;
  const tell = english.job.progressValue;
  expect(tell({ percent: 62, phase: running, step })).toBe('62 percent, Writing, step 3 of 3');
  expect(tell({ percent: 100, phase: running, step })).toBe('100 percent, still running');
  expect(tell({ percent: null, phase: running, step })).toBe('Writing, step 3 of 3, percentage unknown');
  expect(tell({ percent: null, phase: running, step: null })).toBe('progress unknown');
  expect(tell({ percent: 34, phase: { kind: 'workerSilent', forMs: 40_000 }, step })).toBe(
    '34 percent, no sign of life for 40 seconds',
  );
  expect(tell({ percent: 71, phase: { kind: 'failed', retryable: true }, step })).toBe('failed at 71 percent');
});

test('counts of the panel and notes of the well', () => {
  const counts = [
    { kind: 'running', count: 7 },
    { kind: 'queued', count: 93 },
  ] as const;
  expect(english.panel.counts(counts, 100)).toBe('100 jobs: 7 running, 93 queued');
  expect(english.panel.counts(counts.slice(0, 1), 7)).toBe('7 running');
  expect(english.panel.count({ kind: 'gone', count: 1 })).toBe('1 not found');
  expect(english.well.leftOut(1_234_567)).toBe('The first 1.2 million characters are left out.');
  expect([1, 24].map((count) => english.well.newLines(count))).toEqual(['1 line', '24 lines']);
  expect([0, 1, 2_318].map((length) => english.job.written(length))).toEqual([
    'Nothing was written.',
    '1 character was written and is kept.',
    '2,318 characters were written and are kept.',
  ]);
});

test('what became of a restored job', () => {
  const jobIds = ['a'];
  const tell = (view: Parameters<typeof restoreMessage>[0]): string | undefined =>
    restoreMessage(view, english)?.message;
  expect(tell({ kind: 'none' })).toBeUndefined();
  const awaited = { kind: 'reconnecting', jobIds, percent: 45, lost: false, textKept: true } as const;
  expect(tell(awaited)).toBe('Reconnecting to job (45%)…');
  expect(tell({ ...awaited, percent: null })).toBe('Reconnecting to job…');
  expect(tell({ ...awaited, jobIds: ['a', 'b', 'c'], percent: null })).toBe('Reconnecting to 3 jobs…');
  expect(tell({ ...awaited, lost: true })).toBe(
    'Waiting for a connection to the job (45%). The text so far is kept in this browser.',
  );
  expect(restoreMessage({ ...awaited, lost: true }, english)?.emphasis).toBe(
    'Waiting for a connection to the job (45%).',
  );
  expect(tell({ ...awaited, lost: true, percent: null, textKept: false })).toBe('Waiting for a connection to the job.');
  expect(tell({ ...awaited, lost: true, jobIds: ['a', 'b'], percent: null, textKept: false })).toBe(
    'Waiting for a connection to 2 jobs.',
  );
  expect(tell({ kind: 'resuming', jobIds, percent: 45, catchingUp: true })).toBe('Resuming from 45%');
  expect(tell({ kind: 'completed', jobIds, title: 'Study' })).toBe('Study was completed while you were away.');
  expect(tell({ kind: 'failed', jobIds, title: 'Study', reason: 'The model stopped.', retryable: true })).toBe(
    'Study failed while you were away: The model stopped.',
  );
  expect(tell({ kind: 'gone', jobIds, percent: 45, textKept: true })).toBe(
    'The server does not have this job. The text up to 45% is kept in this browser; the rest is lost.',
  );
  expect(tell({ kind: 'gone', jobIds, percent: 100, textKept: true })).toBe(
    'The server does not have this job. What was written is kept in this browser.',
  );
  expect(tell({ kind: 'gone', jobIds, percent: 45, textKept: false })).toBe(
    'The server does not have this job. None of its text is kept in this browser.',
  );
  expect(restoreMessage({ kind: 'completed', jobIds, title: 'Study' }, english)?.emphasis).toBe('Study');
});

test('a message keeps the case of its first word, which may be a name', () => {
  const reason = 'OpenAI did not answer.';
  expect(english.announce({ kind: 'jobFailed', title: 'Study', reason })).toBe('Study failed: OpenAI did not answer.');
  expect(english.announce({ kind: 'jobFailed', title: 'Study', reason: '' })).toBe('Study failed.');
});

test('a job without a title that can be seen is named wherever it is spoken of', () => {
  expect(english.job.untitled).toBe('Untitled job');
  expect(english.announce({ kind: 'jobStarted', title: '' })).toBe('Untitled job has started.');
  expect(plain(english.bar.holding('', 1))).toBe('Waiting for Untitled job and 1 other to continue');
  expect(english.lane('', 62, null)).toBe('Untitled job, 62%');
  expect(plain(english.restore.completed(''))).toBe('Untitled job was completed while you were away.');
});

test('where the length of a text is not known nothing is said of it', () => {
  expect(english.job.kept(null)).toBeNull();
  expect(english.job.written(null)).toBeNull();
});
