import {
  clockFrames,
  createDevice,
  createSeededRandom,
  createVirtualClock,
  type Device,
  type VirtualClock,
} from '@regen/realtime-mocks';
import { EVENTS, type JobEvent, type JobSnapshot } from '@regen/realtime-shared';
import { expect, test } from 'vitest';
import { createRealtimeClient, type RealtimeClient, type RealtimeClientOptions } from './realtimeClient.ts';
import { restoreView } from '../../presentation/restoreView.ts';
import {
  JOB,
  cancelled,
  chunk,
  completed,
  created,
  failed,
  logOf,
  progress,
  resumed,
  snapshotOf,
  textOf,
} from './testing/fixtures.ts';
import { createScriptedServer, settled } from './testing/scriptedServer.ts';

let pages = 0;

interface BedOptions extends Partial<Pick<RealtimeClientOptions, 'token'>> {
  clock?: VirtualClock;
  device?: Device;
}

function userToken(name: string): string {
  return `header.${btoa(JSON.stringify({ sub: name }))}.signature`;
}

function createBed({ clock = createVirtualClock(), device = createDevice(), token }: BedOptions = {}) {
  if (device.token() === null) device.setToken(userToken('ada'));
  const server = createScriptedServer();
  const errors: string[] = [];
  const events: string[] = [];
  const client: RealtimeClient = createRealtimeClient({
    url: 'http://server.test',
    token: token ?? device.token,
    openWire: server.openWire,
    ports: {
      clock,
      random: createSeededRandom((pages += 1)),
      environment: device.environment,
      frames: clockFrames(clock),
      sessions: device.sessions,
      tabStorage: device.tabStorage,
      tabs: device.tabs,
    },
  });
  client.onError((error) => errors.push(error.code));
  client.on('socket:connected', ({ reconnectCount }) => events.push(`connected ${String(reconnectCount)}`));
  client.on('socket:reconnecting', ({ retryCount }) => events.push(`reconnecting ${String(retryCount)}`));
  client.on('socket:disconnected', ({ reason }) => events.push(`disconnected ${reason}`));
  const bed = {
    clock,
    device,
    server,
    client,
    errors,
    events,
    advance: async (ms: number) => {
      clock.advance(ms);
      await settled();
    },
    connect: async () => {
      await Promise.all([client.start(), settled()]);
      server.attempt().accept();
      await settled();
    },
    emit: (...log: JobEvent[]) => {
      for (const { type, ...payload } of log) server.attempt().emit(type, payload);
    },
    answerSubscribe: async (result: { outcome: string; job?: JobSnapshot; sequence?: number; epoch?: string }) => {
      const { outcome, job, sequence = job?.sequence ?? 0, epoch = 'e1' } = result;
      server
        .attempt()
        .last(EVENTS.JOB_SUBSCRIBE)
        .answer({
          outcome,
          position: { epoch, sequence },
          serverTime: clock.now(),
          ...(job === undefined ? {} : { job }),
        });
      await settled();
    },
    entry: (jobId = JOB) => client.store.getState().jobs.get(jobId),
    crash: () => {
      const saved = device.sessions.keys().map((key) => [key, device.sessions.get(key)] as const);
      client.stop();
      for (const [key, value] of saved) if (value !== null) device.sessions.set(key, value);
    },
    text: () => client.textOf(JOB).read().rope.toString(),
  };
  return bed;
}

/** Connected, with the job subscribed and the first `length` events of its log shown. */
async function createLiveBed(length = 5, options: BedOptions = {}) {
  const bed = createBed(options);
  bed.client.retainJob(JOB);
  await bed.connect();
  await bed.answerSubscribe({ outcome: 'snapshot', job: snapshotOf(logOf(length)) });
  await bed.advance(20);
  return bed;
}

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

test('a replaced history is reported', async () => {
  const bed = await createLiveBed(5);
  const job = snapshotOf(logOf(2, { epoch: 'e2' }));
  bed.server.attempt().emit(EVENTS.JOB_RESET, { job, position: { epoch: 'e2', sequence: 2 } });
  expect(bed.errors).toEqual(['history_replaced']);
});

test('a cancel is sending, then requested; the worker has the last word', async () => {
  const bed = await createLiveBed(5);
  const answer = bed.client.cancelJob(JOB, 'Enough.');
  await bed.advance(20);
  expect(bed.entry()?.cancel).toBe('sending');
  const command = bed.server.attempt().last(EVENTS.JOB_CANCEL);
  expect(command.payload).toEqual({ jobId: JOB, reason: 'Enough.' });
  command.answer({ state: 'requested' });
  expect(await answer).toBe('requested');
  await bed.advance(20);
  expect(bed.entry()).toMatchObject({ cancel: 'none', job: { cancelRequested: true, status: 'running' } });
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

test('a token that is about to expire is renewed in place, and once more shortly before the end', async () => {
  const bed = await createLiveBed(5);
  bed.server.attempt().emit(EVENTS.AUTH_EXPIRING, { expiresAt: bed.clock.now() + 60_000 });
  await settled();
  expect(bed.server.attempt().names()).not.toContain(EVENTS.AUTH_REFRESH);
  bed.device.setToken(`${userToken('ada')}2`);
  await bed.advance(55_000);
  expect(bed.server.attempt().last(EVENTS.AUTH_REFRESH).payload).toEqual({ token: `${userToken('ada')}2` });
  expect(bed.server.attempts).toHaveLength(1);
});

test('another user who signs in sees nothing of the first', async () => {
  const bed = await createLiveBed(5);
  bed.device.setToken(userToken('grace'));
  bed.server.attempt().emit(EVENTS.AUTH_EXPIRED, {});
  await bed.advance(20);
  bed.server.attempt().accept();
  await bed.advance(20);
  expect(bed.entry()?.job).toBeNull();
  expect(bed.text()).toBe('');
  expect(bed.server.attempt().last(EVENTS.JOB_SUBSCRIBE).payload).toEqual({ jobId: JOB });
});

/** The first user's sign-in ends, and a page that signs in with `token` takes over. */
async function signInAs(bed: ReturnType<typeof createBed>, token: string): Promise<void> {
  bed.device.setToken(token);
  bed.server.attempt().emit(EVENTS.AUTH_EXPIRED, {});
  await bed.advance(20);
  bed.server.attempt().accept();
  await bed.advance(20);
}

test.each([
  ['dev:alice', 'dev:bob'],
  ['opaque-1', 'opaque-2'],
  ['dev:alice', userToken('alice')],
])('who signs in with another token that is no refresh sees and saves nothing: %s, then %s', async (first, second) => {
  const device = createDevice();
  device.setToken(first);
  const bed = await createLiveBed(5, { device });
  const { generation } = bed.client.textOf(JOB).read();
  bed.client.watchJobs();
  await settled();
  bed.server
    .attempt()
    .last(EVENTS.JOBS_WATCH)
    .answer({
      jobs: [
        { jobId: 'secret', title: 'Secret', status: 'completed', progress: 100, createdAt: 1, finishedAt: 2 },
        { jobId: JOB, title: 'Market study', status: 'running', progress: null, createdAt: 3 },
      ],
      serverTime: bed.clock.now(),
    });
  await settled();
  await bed.advance(2_100);
  expect([...bed.client.store.getState().jobs.keys()]).toContain('secret');
  expect(bed.device.sessions.keys()).toHaveLength(1);
  await signInAs(bed, second);
  bed.server.attempt().last(EVENTS.JOB_SUBSCRIBE).refuse('not_found');
  bed.server.attempt().last(EVENTS.JOBS_WATCH).answer({ jobs: [], serverTime: bed.clock.now() });
  await settled();
  await bed.advance(3_000);
  expect([...bed.client.store.getState().jobs.values()]).toMatchObject([{ jobId: JOB, job: null, summary: null }]);
  expect(bed.text()).toBe('');
  expect(bed.client.textOf(JOB).read().generation).toBeGreaterThan(generation);
  expect(bed.device.sessions.keys()).toEqual([]);
});

test('an opaque token that the server accepted as a refresh is the same user, also on the next connection', async () => {
  const device = createDevice();
  device.setToken('opaque-1');
  const bed = await createLiveBed(5, { device });
  device.setToken('opaque-2');
  bed.server.attempt().emit(EVENTS.AUTH_EXPIRING, { expiresAt: bed.clock.now() + 60_000 });
  await settled();
  bed.server.attempt().last(EVENTS.AUTH_REFRESH).answer({ expiresAt: null });
  await settled();
  bed.server.attempt().drop();
  await bed.advance(1_000);
  bed.server.attempt().accept();
  await bed.advance(20);
  expect(bed.server.attempt().token).toBe('opaque-2');
  expect(bed.text()).toBe(textOf(5));
});

test("a lost cancel of one user is not the next user's, and the state says that the user changed", async () => {
  const bed = await createLiveBed(5);
  const answer = bed.client.cancelJob(JOB).catch((error: unknown) => (error as { code: string }).code);
  await bed.advance(10_000);
  expect(await answer).toBe('timeout');
  await bed.advance(20);
  expect(bed.entry()?.cancel).toBe('lost');
  expect(bed.client.store.getState().userGeneration).toBe(0);
  await signInAs(bed, userToken('grace'));
  expect(bed.entry()?.cancel).toBe('none');
  expect(bed.client.store.getState().userGeneration).toBe(1);
});

test('a reconnect of the same user is no other user', async () => {
  const bed = await createLiveBed(5);
  await signInAs(bed, `${userToken('ada')}2`);
  expect(bed.client.store.getState().userGeneration).toBe(0);
  expect(bed.text()).toBe(textOf(5));
});

test('what was restored for one user is not carried into the session of the next', async () => {
  const { bed } = await createReturn(6);
  await bed.connect();
  expect(bed.client.store.getState().restored).toHaveLength(1);
  await signInAs(bed, userToken('grace'));
  await bed.advance(3_000);
  expect(bed.client.store.getState().restored).toEqual([]);
  expect(bed.device.sessions.keys()).toEqual([]);
});

/** A page that saved the first `length` events of the job and crashed, and the page after it. */
async function createReturn(length: number, change: (job: JobSnapshot) => JobSnapshot = (job) => job) {
  const before = createBed();
  before.client.retainJob(JOB);
  await before.connect();
  const log = [...logOf(length), progress(length + 1, 45)];
  await before.answerSubscribe({ outcome: 'snapshot', job: change(snapshotOf(log)) });
  await before.advance(2_100);
  before.device.losePage();
  // A page that is gone saves nothing any more, not even at its end.
  before.crash();
  const bed = createBed({ clock: before.clock, device: before.device });
  return { bed, log };
}

test('after a crash the text is there at once, and goes on from its position', async () => {
  const { bed, log } = await createReturn(6);
  await Promise.all([bed.client.start(), settled()]);
  expect(bed.text()).toBe(textOf(6));
  // Nobody has asked for it yet, and whether it still runs is not known: it is no job that is shown as running.
  expect(bed.entry()).toBeUndefined();
  expect(restoreView(bed.client.store.getState())).toEqual({ kind: 'reconnecting', jobIds: [JOB], percent: 45 });
  bed.client.retainJob(JOB);
  await bed.advance(20);
  expect(bed.entry()?.sync.kind).toBe('stale');
  bed.server.attempt().accept();
  await settled();
  expect(bed.server.attempt().last(EVENTS.JOB_SUBSCRIBE).payload).toEqual({
    jobId: JOB,
    after: { epoch: 'e1', sequence: 7 },
  });
  await bed.answerSubscribe({ outcome: 'replayed', sequence: 9 });
  await bed.advance(20);
  expect(restoreView(bed.client.store.getState())).toMatchObject({ kind: 'resuming', percent: 45, catchingUp: true });
  bed.emit(chunk(8, 'more', 15), chunk(9, '!', 19));
  await bed.advance(20);
  expect(restoreView(bed.client.store.getState())).toMatchObject({ kind: 'resuming', catchingUp: false });
  expect(bed.text()).toBe(`${textOf(6)}more!`);
  expect(bed.entry()?.gaps).toEqual([45]);
  expect(log).toHaveLength(7);
});

test('a job that ended meanwhile is told so, and its record is gone', async () => {
  const { bed, log } = await createReturn(6);
  bed.client.retainJob(JOB);
  await bed.connect();
  await bed.answerSubscribe({ outcome: 'snapshot', job: snapshotOf([...log, completed(8)]) });
  expect(restoreView(bed.client.store.getState())).toMatchObject({ kind: 'completed', title: 'Market study' });
  await bed.advance(2_100);
  expect(bed.device.sessions.keys()).toEqual([]);
  bed.client.dismissRestored();
  await bed.advance(20);
  expect(bed.client.store.getState().restored).toEqual([]);
});

test('a job whose record the server lost keeps its text here until the person was told', async () => {
  const { bed } = await createReturn(6);
  bed.client.retainJob(JOB);
  await bed.connect();
  bed.server.attempt().last(EVENTS.JOB_SUBSCRIBE).refuse('not_found');
  await settled();
  await bed.advance(2_100);
  expect(restoreView(bed.client.store.getState())).toMatchObject({ kind: 'gone', percent: 45, textKept: true });
  expect(bed.device.sessions.keys()).toHaveLength(1);
  bed.client.dismissRestored([JOB]);
  await bed.advance(2_100);
  expect(bed.device.sessions.keys()).toEqual([]);
});

test('a session whose text was too long comes back with its progress and asks for everything', async () => {
  const { bed } = await createReturn(6, (job) => ({
    ...job,
    channels: { output: { text: 'x'.repeat(300_000), offset: 0 } },
  }));
  await Promise.all([bed.client.start(), settled()]);
  expect(bed.client.store.getState().restored).toMatchObject([{ jobId: JOB, progress: 45 }]);
  expect(restoreView(bed.client.store.getState())).toMatchObject({ kind: 'reconnecting', percent: 45 });
  bed.client.retainJob(JOB);
  bed.server.attempt().accept();
  await settled();
  expect(bed.server.attempt().last(EVENTS.JOB_SUBSCRIBE).payload).toEqual({ jobId: JOB });
});

test('a page that crashes before it was connected leaves the session to the next one', async () => {
  const { bed } = await createReturn(6);
  await Promise.all([bed.client.start(), settled()]);
  bed.device.losePage();
  bed.crash();
  const next = createBed({ clock: bed.clock, device: bed.device });
  await Promise.all([next.client.start(), settled()]);
  expect(next.text()).toBe(textOf(6));
});

test('a client that takes the place of a stopped one in the same page restores what that one saved', async () => {
  const first = await createLiveBed(6);
  first.client.stop();
  const next = createBed({ clock: first.clock, device: first.device });
  await Promise.all([next.client.start(), settled()]);
  expect(next.client.store.getState().restored).toMatchObject([{ jobId: JOB }]);
  expect(next.text()).toBe(textOf(6));
});

test('a token that cannot be read at the start costs nobody their saved session', async () => {
  const { bed } = await createReturn(6);
  const broken = createBed({
    clock: bed.clock,
    device: bed.device,
    token: () => Promise.reject(new Error('The sign-in service is down.')),
  });
  await Promise.all([broken.client.start(), settled()]);
  expect(broken.client.store.getState().restored).toEqual([]);
  expect(bed.device.sessions.keys()).toHaveLength(1);
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
