import { expect, test } from 'vitest';
import type { ConnectionState, JobEntry } from '../services/realtime/realtimeStore.ts';
import { announcementsOf, type Announcement } from './announcements.ts';
import { entryFacts, LOST, NOW, stateFacts } from './testFacts.ts';

type Told = Announcement['kind'];

/** What is said of one job that was `before` and is `after`. */
function saidOf(before: JobEntry | null, after: JobEntry): readonly Announcement[] {
  return announcementsOf(stateFacts(before === null ? [] : [before]), stateFacts([after]));
}
const kindsOf = (before: JobEntry | null, after: JobEntry): readonly Told[] =>
  saidOf(before, after).map((announcement) => announcement.kind);

const ERROR = { code: 'x', message: 'No', retryable: true };
const ANEW = { epoch: 'e2', createdAt: NOW - 1_000 };
const queued = entryFacts({ status: 'queued', createdAt: NOW - 2_500 });
const running = entryFacts();
const paused = entryFacts({ status: 'paused' });
const failed = entryFacts({ status: 'failed', error: ERROR });
const completed = entryFacts({ status: 'completed' });
const cancelled = entryFacts({ status: 'cancelled' });
const gone = entryFacts({}, { sync: { kind: 'gone' } });

test.each<[string, JobEntry | null, JobEntry, readonly Told[]]>([
  ['a new job starts', null, queued, ['jobStarted']],
  ['a job that was there before', null, running, []],
  ['the work begins with a step', queued, running, ['jobStep']],
  ['it completes', running, completed, ['jobCompleted']],
  ['it is cancelled', running, cancelled, ['jobCancelled']],
  ['it fails', running, failed, ['jobFailed']],
  ['it pauses', running, paused, ['jobPaused']],
  ['it goes on after a pause', paused, running, ['jobResumed']],
  ['it is tried again after a failure', failed, running, ['jobRetried']],
  ['it is tried again in a record that was rebuilt', failed, entryFacts({ epoch: 'e2' }), ['jobRetried']],
  ['it is begun anew after a failure', failed, entryFacts(ANEW), ['jobStarted']],
  ['it is begun anew after its end', completed, entryFacts(ANEW), ['jobStarted']],
  ['it waits to be begun anew', cancelled, entryFacts({ ...ANEW, status: 'queued' }), ['jobStarted']],
  ['the server does not have it any more', running, gone, ['jobGone']],
  ['the server still does not have it', gone, { ...gone, lastEventAt: NOW }, []],
  ['its worker is silent', running, entryFacts({ workerSilentSince: NOW }), ['workerSilent']],
  ['the next step', running, entryFacts({ step: { id: 'checking', label: 'Checking' } }), ['jobStep']],
  ['nothing but progress', running, entryFacts({ progress: 63 }), []],
  [
    'what is caught up',
    running,
    entryFacts({ status: 'paused' }, { sync: { kind: 'catchingUp', applied: 1, total: 2 } }),
    [],
  ],
])('%s', (_, before, after, expected) => {
  expect(kindsOf(before, after)).toEqual(expected);
});

test('a title is spoken in one line, and as empty where nothing of it can be seen', () => {
  const pausedAs = (title: string): readonly Announcement[] =>
    saidOf(entryFacts({ title }), entryFacts({ title, status: 'paused' }));
  expect(pausedAs('Market\nstudy')).toEqual([{ kind: 'jobPaused', title: 'Market study' }]);
  expect(pausedAs('\u200b')).toEqual([{ kind: 'jobPaused', title: '' }]);
});

const REFUSAL = { code: 'token_expired', message: 'Expired', retryable: false } as const;

test.each<[string, Partial<ConnectionState>, Partial<ConnectionState>, readonly Told[]]>([
  ['a loss that has not lasted', {}, { ...LOST, lossIsLasting: false }, []],
  ['a loss that has lasted', { ...LOST, lossIsLasting: false }, LOST, ['connectionLost']],
  ['it is back', LOST, {}, ['connectionBack']],
  ['it is back before anything was said', { ...LOST, lossIsLasting: false }, {}, []],
  ['the network goes', {}, { ...LOST, lossIsLasting: false, online: false }, ['offline']],
  ['the network was never needed', { everConnected: false }, { everConnected: false, online: false }, []],
  ['the sign-in expires', {}, { ...LOST, refusal: REFUSAL }, ['signInExpired']],
  ['the sign-in is refused', {}, { ...LOST, refusal: { ...REFUSAL, code: 'unauthorized' } }, ['signInRefused']],
  ['it is refused again', { ...LOST, refusal: REFUSAL }, { ...LOST, refusal: REFUSAL }, []],
])('the connection: %s', (_, before, after, expected) => {
  const said = announcementsOf(stateFacts([], before), stateFacts([], after));
  expect(said.map((announcement) => announcement.kind)).toEqual(expected);
});

test('the connection is heard first', () => {
  const said = announcementsOf(stateFacts([running], LOST), stateFacts([paused]));
  expect(said.map((announcement) => announcement.kind)).toEqual(['connectionBack', 'jobPaused']);
});
