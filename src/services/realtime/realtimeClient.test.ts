import { EVENTS, type JobSnapshot } from '@regen/realtime-shared';
import { expect, test } from 'vitest';
import type { RealtimeClient } from './realtimeClient.ts';
import { createBed, createLiveBed } from './testing/clientBed.ts';
import {
  JOB,
  cancelled,
  chunk,
  completed,
  created,
  failed,
  logOf,
  resumed,
  snapshotOf,
  textOf,
} from './testing/fixtures.ts';
import { settled } from './testing/scriptedServer.ts';

test('a job is shown as the server tells it, and its text is read beside the state', async () => {
  const bed = await createLiveBed(5);
  bed.emit(...logOf(9).slice(5));
  await bed.advance(20);
  expect(bed.entry()).toMatchObject({ sync: { kind: 'live' }, outcome: 'snapshot', job: { sequence: 9 } });
  expect(bed.text()).toBe(textOf(9));
});

test('the status counts connections and subscriptions', async () => {
  const bed = await createLiveBed();
  expect(bed.client.isReady()).toBe(true);
  expect(bed.client.getStatus()).toEqual({ connected: true, reconnectCount: 0, subscriptions: 1 });
  bed.server.attempt().drop();
  expect(bed.client.isReady()).toBe(false);
  await bed.advance(1_000);
  bed.server.attempt().accept();
  expect(bed.client.getStatus()).toEqual({ connected: true, reconnectCount: 1, subscriptions: 1 });
});

test('the client tells its own events in order', async () => {
  const bed = await createLiveBed();
  bed.server.attempt().drop();
  await bed.advance(1_000);
  bed.server.attempt().accept();
  bed.client.stop();
  expect(bed.events).toEqual(['connected 0', 'reconnecting 1', 'connected 1', 'disconnected stopped']);
});

test('a disconnect says why', async () => {
  const refused = createBed();
  await Promise.all([refused.client.start(), settled()]);
  refused.server.attempt().refuse({ code: 'unauthorized', message: 'No.', retryable: false });
  expect(refused.events).toEqual(['disconnected refused']);
  const offline = await createLiveBed();
  offline.device.setOnline(false);
  offline.server.attempt().drop();
  expect(offline.events.at(-1)).toBe('disconnected offline');
});

test('many events between two frames are one change of the store', async () => {
  const bed = await createLiveBed(5);
  let changes = 0;
  bed.client.store.subscribe(() => {
    changes += 1;
  });
  bed.emit(...logOf(1_000).slice(5));
  expect(changes).toBe(0);
  await bed.advance(20);
  expect(changes).toBe(1);
  expect(bed.entry()?.job?.sequence).toBe(1_000);
});

test('at 1,000 tokens a second the store changes at most 60 times a second', async () => {
  const bed = await createLiveBed(5);
  const log = logOf(5_010).slice(5);
  let changes = 0;
  bed.client.store.subscribe(() => {
    changes += 1;
  });
  for (const event of log.slice(0, 5_000)) {
    bed.emit(event);
    bed.clock.advance(1);
  }
  expect(changes).toBeGreaterThan(200);
  expect(changes).toBeLessThanOrEqual(301);
});

test('the last words and the end are delivered together and at once', async () => {
  const bed = await createLiveBed(5);
  const seen: string[] = [];
  bed.client.textOf(JOB).subscribe(() => seen.push(`text of ${String(bed.text().length)}`));
  bed.client.store.subscribe(() => seen.push(bed.entry()?.job?.status ?? ''));
  bed.emit(chunk(6, 'last', 12), completed(7));
  expect(seen).toEqual(['text of 16', 'completed']);
});

test('where nothing changed the same objects are published', async () => {
  const bed = createBed();
  bed.client.retainJob(JOB);
  bed.client.retainJob('other');
  await bed.connect();
  const [first, second] = bed.server.attempt().sent;
  first?.answer({
    outcome: 'snapshot',
    position: { epoch: 'e1', sequence: 5 },
    serverTime: bed.clock.now(),
    job: snapshotOf(logOf(5)),
  });
  second?.refuse('unavailable');
  await settled();
  await bed.advance(20);
  const before = bed.client.store.getState();
  const other = before.jobs.get('other');
  bed.emit(...logOf(6).slice(5));
  await bed.advance(20);
  const after = bed.client.store.getState();
  expect(after.jobs).not.toBe(before.jobs);
  expect(after.jobs.get('other')).toBe(other);
  expect(after.connection).toBe(before.connection);
  expect(after.restored).toBe(before.restored);
});

test('a repeated notice and a repeated event change nothing and call nobody', async () => {
  const bed = await createLiveBed(5);
  bed.server.attempt().emit(EVENTS.JOB_NOTICE, { jobId: JOB, kind: 'cancel_requested' });
  await bed.advance(20);
  let changes = 0;
  bed.client.store.subscribe(() => {
    changes += 1;
  });
  bed.server.attempt().emit(EVENTS.JOB_NOTICE, { jobId: JOB, kind: 'cancel_requested' });
  bed.emit(...logOf(5));
  await bed.advance(300);
  expect(changes).toBe(0);
  expect(bed.client.diagnostics().duplicates).toBe(5);
});

test('a part that is taken away and shown again changes nothing in the store', async () => {
  const bed = createBed();
  const release = bed.client.retainJob(JOB);
  await bed.connect();
  await bed.answerSubscribe({ outcome: 'snapshot', job: snapshotOf(logOf(5)) });
  await bed.advance(20);
  const before = bed.client.store.getState();
  let changes = 0;
  bed.client.store.subscribe(() => {
    changes += 1;
  });
  release();
  bed.client.retainJob(JOB);
  bed.client.dismissRestored();
  const delivered = bed.client.diagnostics().deliveries;
  await bed.advance(500);
  expect(bed.client.diagnostics().deliveries).toBe(delivered + 1);
  expect(changes).toBe(0);
  expect(bed.client.store.getState()).toBe(before);
});

function listenTo(client: RealtimeClient, jobId = JOB) {
  const calls: string[] = [];
  const unsubscribe = client.subscribeToJob(
    jobId,
    (job) => calls.push(`progress ${job.status}`),
    (job) => calls.push(`complete ${job.status}`),
    (error, job) => calls.push(`error ${error.code}${error.retryable ? ' retryable' : ''} ${job?.status ?? 'unknown'}`),
  );
  return { calls, unsubscribe };
}

test('a listener hears the newest state once a frame and the completion once', async () => {
  const bed = createBed();
  const { calls } = listenTo(bed.client);
  await bed.connect();
  await bed.answerSubscribe({ outcome: 'snapshot', job: snapshotOf(logOf(5)) });
  await bed.advance(20);
  bed.emit(...logOf(60).slice(5));
  await bed.advance(20);
  bed.emit(completed(61));
  bed.emit(completed(61));
  await bed.advance(1_000);
  expect(calls).toEqual(['progress running', 'progress running', 'progress completed', 'complete completed']);
});

test('a failure and a cancellation are errors of the listener', async () => {
  for (const [event, word] of [
    [failed(6, false), 'error job_failed failed'],
    [cancelled(6), 'error job_cancelled cancelled'],
  ] as const) {
    const bed = await createLiveBed(5);
    const { calls } = listenTo(bed.client);
    bed.emit(event);
    expect(calls.at(-1)).toBe(word);
  }
});

test('a retryable failure is told, and again after each retry that fails, and the end after them', async () => {
  const bed = await createLiveBed(5);
  const { calls } = listenTo(bed.client);
  bed.emit(failed(6, true));
  await bed.advance(20);
  bed.emit(resumed(7));
  await bed.advance(20);
  bed.emit(failed(8, true));
  await bed.advance(20);
  bed.emit(resumed(9), completed(10));
  expect(calls.filter((call) => !call.startsWith('progress'))).toEqual([
    'error job_failed retryable failed',
    'error job_failed retryable failed',
    'complete completed',
  ]);
});

test('a job that the server does not have is an error without a state', async () => {
  const bed = createBed();
  const { calls } = listenTo(bed.client);
  await bed.connect();
  bed.server.attempt().last(EVENTS.JOB_SUBSCRIBE).refuse('not_found');
  await settled();
  await bed.advance(20);
  expect(calls).toEqual(['error not_found unknown']);
});

test('after its unsubscribe a listener hears nothing, and the server is told after a second', async () => {
  const bed = createBed();
  const { calls, unsubscribe } = listenTo(bed.client);
  await bed.connect();
  await bed.answerSubscribe({ outcome: 'snapshot', job: snapshotOf(logOf(5)) });
  unsubscribe();
  unsubscribe();
  await bed.advance(1_000);
  bed.emit(...logOf(6).slice(5));
  await bed.advance(1_000);
  expect(calls).toEqual([]);
  expect(bed.server.attempt().names()).toEqual([EVENTS.JOB_SUBSCRIBE, EVENTS.JOB_UNSUBSCRIBE]);
  expect(bed.client.getStatus().subscriptions).toBe(0);
});

test('a listener that throws stops neither its own other calls nor other listeners', async () => {
  const bed = await createLiveBed(5);
  const calls: string[] = [];
  const fail = (): never => {
    throw new Error('A mistake of the application.');
  };
  bed.client.subscribeToJob(JOB, fail, () => calls.push('complete'), fail);
  bed.client.store.subscribe(fail);
  bed.client.textOf(JOB).subscribe(fail);
  bed.client.on('socket:reconnecting', fail);
  bed.client.onError(fail);
  const { calls: others } = listenTo(bed.client);
  bed.emit(completed(6));
  bed.server.attempt().drop();
  expect(calls).toEqual(['complete']);
  expect(others.at(-1)).toBe('complete completed');
  expect(bed.events.at(-1)).toBe('reconnecting 1');
  expect(new Set(bed.errors)).toEqual(new Set(['listener']));
});

test('a malformed event is reported once, counted each time, and what it should have told is asked for', async () => {
  const bed = await createLiveBed(5);
  for (let round = 0; round < 3; round += 1) {
    bed.server.attempt().emit(EVENTS.MODEL_CHUNK, { jobId: JOB, sequence: 'six' });
  }
  bed.emit(...logOf(8).slice(6));
  await bed.advance(250);
  expect(bed.errors).toEqual(['malformed']);
  expect(bed.client.diagnostics().malformed).toBe(3);
  expect(bed.server.attempt().last(EVENTS.JOB_SUBSCRIBE).payload).toEqual({
    jobId: JOB,
    after: { epoch: 'e1', sequence: 5 },
  });
});

test('a malformed last event leaves nothing running for ever: the log is asked though nothing follows', async () => {
  const bed = await createLiveBed(5);
  const { timestamp: _, type, ...payload } = completed(6);
  bed.server.attempt().emit(type, payload);
  await bed.advance(250);
  expect(bed.server.attempt().last(EVENTS.JOB_SUBSCRIBE).payload).toEqual({
    jobId: JOB,
    after: { epoch: 'e1', sequence: 5 },
  });
});

test('what is malformed and names a job that nobody follows asks for nothing', async () => {
  const bed = await createLiveBed(5);
  const before = bed.server.attempt().names().length;
  for (const jobId of ['other', 7, null]) bed.server.attempt().emit(EVENTS.MODEL_CHUNK, { jobId, sequence: 'six' });
  await bed.advance(1_000);
  expect(bed.server.attempt().names()).toHaveLength(before);
});

test('a chunk that does not fit the text is reported', async () => {
  const bed = await createLiveBed(5);
  bed.emit(chunk(6, 'other', 1_000));
  await settled();
  expect(bed.errors).toEqual(['history_replaced']);
  expect(bed.server.attempt().last(EVENTS.JOB_SUBSCRIBE).payload).toEqual({ jobId: JOB });
});

test('a replaced history is reported', async () => {
  const bed = await createLiveBed(5);
  const job = snapshotOf(logOf(2, { epoch: 'e2' }));
  bed.server.attempt().emit(EVENTS.JOB_RESET, { job, position: { epoch: 'e2', sequence: 2 } });
  expect(bed.errors).toEqual(['history_replaced']);
});

test('a cancel is sending, then requested; the worker has the last word', async () => {
  const bed = await createLiveBed(5);
  const answer = bed.client.cancelJob(JOB, 'Enough.');
  // At once, without a frame.
  expect(bed.entry()?.cancel).toBe('sending');
  const command = bed.server.attempt().last(EVENTS.JOB_CANCEL);
  expect(command.payload).toEqual({ jobId: JOB, reason: 'Enough.' });
  command.answer({ state: 'requested' });
  expect(await answer).toBe('requested');
  await bed.advance(20);
  expect(bed.entry()).toMatchObject({ cancel: 'none', job: { cancelRequested: true, status: 'running' } });
});

test('a cancel that a listener gives within a delivery stands', async () => {
  const bed = await createLiveBed(5);
  const states: unknown[] = [];
  bed.client.store.subscribe(() => states.push(bed.entry()?.cancel));
  const unsubscribe = bed.client.textOf(JOB).subscribe(() => {
    unsubscribe();
    bed.client.cancelJob(JOB).catch(() => undefined);
  });
  bed.emit(chunk(6, 'more', bed.text().length));
  await bed.advance(100);
  expect(states.lastIndexOf('none')).toBeLessThan(states.indexOf('sending'));
  expect(bed.entry()?.cancel).toBe('sending');
});

test('a try to connect is in the store at once', async () => {
  const bed = await createLiveBed(5);
  bed.server.attempt().drop();
  await bed.advance(20);
  expect(bed.client.store.getState().connection.nextRetryAt).not.toBeNull();
  bed.client.retryNow();
  expect(bed.client.store.getState().connection.nextRetryAt).toBeNull();
});

test('a cancel that came too late says so', async () => {
  const bed = await createLiveBed(5);
  const answer = bed.client.cancelJob(JOB);
  bed.server.attempt().last(EVENTS.JOB_CANCEL).answer({ state: 'already_finished' });
  expect(await answer).toBe('already_finished');
  await bed.advance(20);
  expect(bed.entry()?.cancel).toBe('tooLate');
});

test('a cancel that got lost says so, and is forgotten once the log shows that it arrived', async () => {
  const bed = await createLiveBed(5);
  const answer = bed.client.cancelJob(JOB).catch((error: unknown) => (error as { code: string }).code);
  bed.server.attempt().drop();
  expect(await answer).toBe('timeout');
  await bed.advance(20);
  expect(bed.entry()?.cancel).toBe('lost');
  await bed.advance(1_000);
  bed.server.attempt().accept();
  await bed.answerSubscribe({ outcome: 'live', sequence: 5 });
  bed.server.attempt().emit(EVENTS.JOB_NOTICE, { jobId: JOB, kind: 'cancel_requested' });
  await bed.advance(20);
  expect(bed.entry()).toMatchObject({ cancel: 'none', job: { cancelRequested: true } });
  expect(bed.server.attempt().names()).not.toContain(EVENTS.JOB_CANCEL);
});

test('a resume that is given without a connection is refused, shown as lost and never sent later', async () => {
  const bed = await createLiveBed(5);
  bed.emit(failed(6, true));
  bed.server.attempt().drop();
  await expect(bed.client.resumeJob(JOB)).rejects.toMatchObject({ code: 'offline' });
  await bed.advance(1_000);
  expect(bed.entry()?.resume).toBe('lost');
  bed.server.attempt().accept();
  await bed.advance(60_000);
  expect(bed.server.attempts.flatMap((attempt) => attempt.names())).not.toContain(EVENTS.JOB_RESUME);
});

test('started twice it opens one connection, and stopped it leaves no timer and starts no more', async () => {
  const bed = await createLiveBed(5);
  await bed.client.start();
  const release = bed.client.watchJobs();
  bed.emit(...logOf(7).slice(5));
  bed.client.stop();
  bed.client.stop();
  release();
  bed.client.retainJob('other')();
  bed.client.retryNow();
  await bed.client.start();
  await settled();
  expect(bed.clock.pending()).toBe(0);
  expect(bed.server.attempts).toHaveLength(1);
  expect(bed.server.alive()).toBe(0);
  expect(bed.entry()).toMatchObject({ sync: { kind: 'stale' }, job: { sequence: 7 } });
});

test('of jobs that nobody uses any more the newest twenty stay, and none is saved', async () => {
  const bed = createBed();
  await bed.connect();
  for (let index = 0; index < 50; index += 1) {
    const jobId = `job-${String(index)}`;
    const release = bed.client.retainJob(jobId);
    await bed.answerSubscribe({ outcome: 'snapshot', job: snapshotOf(logOf(5, { jobId })) });
    release();
    await bed.advance(1_000);
    bed.server.attempt().last(EVENTS.JOB_UNSUBSCRIBE).answer();
  }
  const release = bed.client.retainJob('used');
  await bed.answerSubscribe({ outcome: 'snapshot', job: snapshotOf(logOf(5, { jobId: 'used' })) });
  await bed.advance(4_000);
  const known = [...bed.client.store.getState().jobs.keys()];
  expect(known).toEqual([...Array.from({ length: 20 }, (_, index) => `job-${String(index + 30)}`), 'used']);
  const [key = ''] = bed.device.sessions.keys();
  const saved = JSON.parse(bed.device.sessions.get(key) ?? '') as { jobs: { snapshot: JobSnapshot }[] };
  expect(saved.jobs.map(({ snapshot }) => snapshot.jobId)).toEqual(['used']);
  release();
  await bed.advance(1_000);
  bed.server.attempt().last(EVENTS.JOB_UNSUBSCRIBE).answer();
  await bed.advance(4_000);
  expect(bed.device.sessions.keys()).toEqual([]);
  expect(bed.clock.pending()).toBe(0);
});

test('held, the page is told nothing, and released it is told once', async () => {
  const bed = await createLiveBed(5);
  let changes = 0;
  bed.client.store.subscribe(() => {
    changes += 1;
  });
  bed.client.scheduler.hold();
  bed.emit(...logOf(50).slice(5), completed(51));
  await bed.advance(5_000);
  expect(changes).toBe(0);
  bed.client.scheduler.release();
  await bed.advance(1_000);
  expect(changes).toBe(1);
  expect(bed.entry()?.job?.status).toBe('completed');
});

test('a job that begins is taken from its first event', async () => {
  const bed = createBed();
  bed.client.retainJob(JOB);
  await bed.connect();
  await bed.answerSubscribe({ outcome: 'snapshot', job: snapshotOf([created()]) });
  bed.emit(...logOf(3).slice(1));
  await bed.advance(20);
  expect(bed.text()).toBe(textOf(3));
});

test("a clock of the server's that has moved is told at once, also where nothing else has changed", async () => {
  const bed = await createLiveBed(5);
  await bed.advance(1_000);
  bed.server.attempt().heartbeat();
  bed.client.watchJobs();
  await bed.advance(20);
  expect(bed.client.store.getState().serverTimeOffset).toBe(0);
  bed.server
    .attempt()
    .last(EVENTS.JOBS_WATCH)
    .answer({ jobs: [], serverTime: bed.clock.now() + 60_000 });
  await settled();
  await bed.advance(20);
  expect(bed.client.store.getState().serverTimeOffset).toBe(60_000);
});

test('what is shown of a job is stale as soon as the connection is in doubt, and live when it has proved itself', async () => {
  const bed = await createLiveBed(5);
  bed.device.setOnline(false);
  await bed.advance(20);
  expect(bed.entry()?.sync.kind).toBe('stale');
  bed.server.attempt().last(EVENTS.JOB_UNSUBSCRIBE).answer();
  await bed.advance(20);
  expect(bed.entry()?.sync.kind).toBe('live');
});

test('before the start retryNow does nothing, and says nothing', async () => {
  const bed = createBed();
  bed.client.retryNow();
  await bed.advance(1_000);
  expect(bed.server.attempts).toHaveLength(0);
  expect(bed.events).toEqual([]);
  expect(bed.clock.pending()).toBe(0);
});

test('an answer that does not fit the protocol is counted and reported', async () => {
  const bed = await createLiveBed(5);
  const answer = bed.client.cancelJob(JOB).catch((error: unknown) => (error as { code: string }).code);
  bed.server.attempt().last(EVENTS.JOB_CANCEL).answerRaw({ ok: true, state: 'perhaps' });
  expect(await answer).toBe('malformed');
  expect(bed.client.diagnostics().malformed).toBe(1);
  expect(bed.errors).toEqual(['malformed']);
});

test('what the server says of itself is told, and what this version does not know is counted', async () => {
  const bed = await createLiveBed(5);
  const { connection } = bed.client.store.getState();
  expect(connection).toMatchObject({ degraded: false, draining: false });
  bed.server.attempt().emit(EVENTS.SERVER_DEGRADED, { degraded: true });
  bed.server.attempt().emit(EVENTS.SERVER_DRAINING, { reconnectAfterMs: 3_000 });
  bed.server.attempt().emit('of:later', { anything: 1 });
  await bed.advance(20);
  expect(bed.client.store.getState().connection).toMatchObject({ degraded: true, draining: true });
  expect(bed.client.diagnostics()).toMatchObject({ unknown: 1, malformed: 0 });
});
