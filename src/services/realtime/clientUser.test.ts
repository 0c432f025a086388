import { createDevice } from '@regen/realtime-mocks';
import { EVENTS } from '@regen/realtime-shared';
import { expect, test } from 'vitest';
import { createBed, createLiveBed, createReturn, signInAs, userToken, type ClientBed } from './testing/clientBed.ts';
import { JOB, logOf, snapshotOf, textOf } from './testing/fixtures.ts';
import { settled } from './testing/scriptedServer.ts';

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

test('when a sign-in ends is taken by the clock of the server, and a stop forgets it', async () => {
  const bed = await createLiveBed(5);
  const ahead = 600_000;
  bed.client.watchJobs();
  bed.server
    .attempt()
    .last(EVENTS.JOBS_WATCH)
    .answer({ jobs: [], serverTime: bed.clock.now() + ahead });
  await settled();
  bed.server.attempt().emit(EVENTS.AUTH_EXPIRING, { expiresAt: bed.clock.now() + ahead + 60_000 });
  await settled();
  bed.device.setToken(`${userToken('ada')}2`);
  await bed.advance(54_000);
  expect(bed.server.attempt().names()).not.toContain(EVENTS.AUTH_REFRESH);
  await bed.advance(1_000);
  bed.server.attempt().last(EVENTS.AUTH_REFRESH).answer({ expiresAt: null });
  await settled();
  bed.server.attempt().emit(EVENTS.AUTH_EXPIRING, { expiresAt: bed.clock.now() + ahead + 60_000 });
  bed.client.stop();
  await settled();
  expect(bed.clock.pending()).toBe(0);
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

test("a lost cancel of a job that is only listed is not the next user's either", async () => {
  const bed = await createLiveBed(5);
  const listed = { jobId: 'listed', title: 'Listed', status: 'completed', progress: 100, createdAt: 1, finishedAt: 2 };
  const list = async (): Promise<void> => {
    bed.server
      .attempt()
      .last(EVENTS.JOBS_WATCH)
      .answer({ jobs: [listed], serverTime: bed.clock.now() });
    await settled();
    await bed.advance(20);
  };
  bed.client.watchJobs();
  await list();
  const answer = bed.client.cancelJob('listed').catch((error: unknown) => (error as { code: string }).code);
  bed.server.attempt().last(EVENTS.JOB_CANCEL).refuse('internal');
  expect(await answer).toBe('internal');
  await bed.advance(20);
  expect(bed.entry('listed')?.cancel).toBe('lost');
  await signInAs(bed, userToken('grace'));
  await list();
  expect(bed.entry('listed')?.cancel).toBe('none');
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

const REFUSED = { code: 'unauthorized', message: 'Sign in first.', retryable: false } as const;

/** Ada and Grace each leave a session in a browser where nobody is signed in now. */
async function createSharedBrowser() {
  const ada = await createLiveBed(6);
  const { clock, device } = ada;
  const grace = await createLiveBed(4, { clock, device, token: () => userToken('grace') });
  await ada.advance(2_100);
  device.losePage();
  ada.crash();
  grace.crash();
  expect(device.sessions.keys()).toHaveLength(2);
  device.losePage();
  let token: string | null = null;
  return {
    bed: createBed({ clock, device, token: () => token }),
    device,
    signIn: (name: string) => {
      token = userToken(name);
    },
  };
}

test('who signs in after a page began as nobody finds what he left, and only then another one loses what he left', async () => {
  const { bed, device, signIn } = await createSharedBrowser();
  bed.client.retainJob(JOB);
  await Promise.all([bed.client.start(), settled()]);
  bed.server.attempt().refuse(REFUSED);
  await settled();
  expect(bed.client.store.getState().restored).toEqual([]);
  expect(device.sessions.keys()).toHaveLength(2);
  signIn('ada');
  bed.client.retryNow();
  await settled();
  bed.server.attempt().accept();
  await settled();
  await bed.advance(20);
  expect(bed.client.store.getState()).toMatchObject({ user: 'sub:ada', restored: [{ jobId: JOB }] });
  expect(bed.text()).toBe(textOf(6));
  expect(bed.server.attempt().last(EVENTS.JOB_SUBSCRIBE).payload).toEqual({
    jobId: JOB,
    after: { epoch: 'e1', sequence: 6 },
  });
  expect(device.sessions.keys()).toHaveLength(1);
});

test('what was left where nobody was signed in is found by nobody, and stays for nobody when a user comes', async () => {
  const { bed, log } = await createReturn(6, { token: () => null });
  const device = bed.device;
  const ada = createBed({ clock: bed.clock, device });
  await ada.connect();
  await ada.advance(3_000);
  expect(ada.client.store.getState().restored).toEqual([]);
  ada.client.stop();
  await Promise.all([bed.client.start(), settled()]);
  expect(bed.client.store.getState()).toMatchObject({ user: 'nobody', restored: [{ jobId: JOB }] });
  expect(log).toHaveLength(7);
});

test('nobody is a user too: who signs in sees and saves nothing of what was followed before', async () => {
  let token: string | null = null;
  const bed = await createLiveBed(5, { token: () => token });
  await bed.advance(2_100);
  expect(bed.device.sessions.keys()).toHaveLength(1);
  token = userToken('ada');
  bed.client.retryNow();
  await settled();
  bed.server.attempt().accept();
  await bed.advance(20);
  expect(bed.client.store.getState()).toMatchObject({ user: 'sub:ada', userGeneration: 1 });
  expect(bed.text()).toBe('');
  expect(bed.device.sessions.keys()).toEqual([]);
});

test('the text that a user finds is no continuation of what another one saw of a job of that id', async () => {
  const { bed, signIn } = await createSharedBrowser();
  bed.client.retainJob(JOB);
  await bed.connect();
  await bed.answerSubscribe({ outcome: 'snapshot', job: snapshotOf(logOf(3)) });
  const before = bed.client.textOf(JOB).read().generation;
  signIn('ada');
  bed.client.retryNow();
  await settled();
  bed.server.attempt().accept();
  await settled();
  expect(bed.text()).toBe(textOf(6));
  expect(bed.client.textOf(JOB).read().generation).toBeGreaterThan(before);
});

test('who takes the place of nobody on a page that is connected finds what he left', async () => {
  const { bed, signIn } = await createSharedBrowser();
  await bed.connect();
  signIn('grace');
  bed.client.retryNow();
  await settled();
  bed.server.attempt().accept();
  await settled();
  expect(bed.client.store.getState()).toMatchObject({ user: 'sub:grace', restored: [{ jobId: JOB }] });
  expect(bed.text()).toBe(textOf(4));
});

test('a token that comes too late for the start finds what its user left all the same', async () => {
  let give: (token: string) => void = () => undefined;
  const { bed: next } = await createReturn(6);
  const bed = createBed({
    clock: next.clock,
    device: next.device,
    token: () =>
      new Promise((resolve) => {
        give = resolve;
      }),
  });
  const started = bed.client.start();
  await bed.advance(5_000);
  await started;
  expect(bed.client.store.getState()).toMatchObject({ user: null, restored: [] });
  give(userToken('ada'));
  await settled();
  bed.server.attempt().accept();
  await settled();
  expect(bed.client.store.getState()).toMatchObject({ user: 'sub:ada', restored: [{ jobId: JOB }] });
});

test('retryNow while connected brings another user who has signed in meanwhile, and nothing of the first stays', async () => {
  const bed = await createLiveBed(5);
  await bed.advance(2_100);
  bed.device.setToken(userToken('grace'));
  bed.client.retryNow();
  await settled();
  await bed.advance(20);
  // Also before the server, which may be out of reach, has let her in.
  expect(bed.client.store.getState()).toMatchObject({ user: 'sub:grace', userGeneration: 1 });
  expect(bed.text()).toBe('');
  bed.server.attempt().accept();
  await bed.advance(20);
  expect(bed.client.store.getState()).toMatchObject({ user: 'sub:grace', userGeneration: 1 });
  expect(bed.device.sessions.keys()).toEqual([]);
  expect(bed.events).toEqual(['connected 0', 'reconnecting 1', 'connected 1']);
});

test('a stop while the token is awaited, or what was left is claimed, leaves no timer, and the start ends', async () => {
  const never = (): Promise<never> => new Promise(() => undefined);
  const device = createDevice();
  for (const options of [{ token: never }, { ports: { tabs: { ...device.tabs, exclusively: never } } }]) {
    const bed = createBed(options);
    const started = bed.client.start();
    await settled();
    bed.client.stop();
    await started;
    expect(bed.clock.pending()).toBe(0);
    expect(bed.server.attempts).toHaveLength(0);
  }
});

test('another user’s token at an attempt makes the first forgotten, though nobody lets anybody in', async () => {
  const bed = await createLiveBed(5);
  bed.server.attempt().drop();
  bed.device.setToken(userToken('grace'));
  await bed.advance(2_000);
  await settled();
  await bed.advance(20);
  expect(bed.client.store.getState()).toMatchObject({ user: 'sub:grace', userGeneration: 1 });
  expect(bed.text()).toBe('');
});

test('a sign-out leaves nothing of the user on the page, also where nobody is let in without a token', async () => {
  const bed = await createLiveBed(5);
  bed.device.setToken(null);
  bed.client.retryNow();
  await bed.advance(20);
  bed.server.attempt().refuse({ code: 'unauthorized', message: 'No.', retryable: false });
  await bed.advance(2_100);
  expect(bed.text()).toBe('');
  expect(bed.client.store.getState().user).toBe('nobody');
  expect(bed.device.sessions.keys()).toEqual([]);
});

/** What a connection that is not open waits for. */
const NOT_CONNECTED: Record<string, (bed: ClientBed) => void | Promise<void>> = {
  'the sign-in expired': (bed) => {
    bed.server.attempt().emit(EVENTS.AUTH_EXPIRED, {});
  },
  'the server refused': async (bed) => {
    bed.server.attempt().drop();
    bed.client.retryNow();
    await settled();
    bed.server.attempt().refuse(REFUSED);
  },
  'the next attempt is planned': (bed) => {
    bed.server.attempt().drop();
  },
  'the device is offline': (bed) => {
    bed.device.setOnline(false);
    bed.server.attempt().drop();
  },
};

for (const [what, end] of Object.entries(NOT_CONNECTED)) {
  test(`a sign-out leaves nothing of the user anywhere, whatever the server does: ${what}`, async () => {
    const bed = await createLiveBed(5);
    await bed.advance(2_100);
    await end(bed);
    await settled();
    expect(bed.device.sessions.keys()).toHaveLength(1);
    bed.device.setToken(null);
    bed.client.retryNow();
    await settled();
    await bed.advance(20);
    expect(bed.client.store.getState()).toMatchObject({ user: 'nobody', userGeneration: 1 });
    expect(bed.text()).toBe('');
    expect(bed.device.sessions.keys()).toEqual([]);
  });
}

test('of nobody’s jobs nothing waits for the server either when somebody signs in, with whatever token', async () => {
  for (const next of [userToken('ada'), 'opaque']) {
    let token: string | null = null;
    const bed = await createLiveBed(5, { token: () => token });
    bed.server.attempt().drop();
    token = next;
    bed.client.retryNow();
    await settled();
    await bed.advance(20);
    expect(bed.client.store.getState().userGeneration).toBe(1);
    expect(bed.text()).toBe('');
  }
});

test.each([
  ['opaque-1', 'opaque-2'],
  ['opaque-1', userToken('ada')],
  [userToken('ada'), 'opaque-2'],
])(
  'of an opaque token only the server can say whose it is; until then the text stays: %s, then %s',
  async (one, two) => {
    let token = one;
    const bed = await createLiveBed(5, { token: () => token });
    await bed.advance(2_100);
    bed.server.attempt().emit(EVENTS.AUTH_EXPIRED, {});
    token = two;
    bed.client.retryNow();
    await settled();
    await bed.advance(20);
    expect(bed.server.attempt().token).toBe(two);
    expect(bed.client.store.getState().userGeneration).toBe(0);
    expect(bed.text()).toBe(textOf(5));
    bed.server.attempt().accept();
    await bed.advance(20);
    expect(bed.client.store.getState().userGeneration).toBe(1);
    expect(bed.text()).toBe('');
    expect(bed.device.sessions.keys()).toEqual([]);
  },
);

test('who was refused keeps the text while a page only wakes without a token: an app gives up one that expired', async () => {
  const bed = await createLiveBed(5);
  bed.server.attempt().emit(EVENTS.AUTH_EXPIRED, {});
  bed.device.setToken(null);
  bed.device.setVisible(false);
  bed.device.setVisible(true);
  await bed.advance(20);
  expect(bed.text()).toBe(textOf(5));
});

test.each([undefined, ''])('a source that gives %j has no token', async (nothing) => {
  const bed = createBed({ token: () => Promise.resolve(nothing as unknown as null) });
  bed.client.retainJob(JOB);
  await bed.connect();
  expect(bed.server.attempt().token).toBeNull();
  await bed.advance(20);
  expect(bed.client.store.getState().user).toBe('nobody');
  expect(bed.server.attempt().names()).toContain(EVENTS.JOB_SUBSCRIBE);
});

test('what could not be saved of one user is not saved as another’s', async () => {
  const device = createDevice();
  device.setToken(userToken('grace'));
  const before = createBed({ device });
  before.client.retainJob('grace-job');
  await before.connect();
  await before.answerSubscribe({ outcome: 'snapshot', job: snapshotOf(logOf(3, { jobId: 'grace-job' })) });
  await before.advance(2_100);
  const [key = ''] = device.sessions.keys();
  const left = device.sessions.get(key) ?? '';
  device.losePage();
  before.crash();

  device.setToken(userToken('ada'));
  let isFull = true;
  const { set } = device.sessions;
  const sessions = {
    ...device.sessions,
    set: (name: string, text: string) => {
      if (isFull) throw new Error('The disk is full.');
      set(name, text);
    },
  };
  const bed = createBed({ device, clock: before.clock, ports: { sessions } });
  bed.client.retainJob(JOB);
  await bed.connect();
  await bed.answerSubscribe({ outcome: 'snapshot', job: snapshotOf(logOf(5)) });
  await bed.advance(2_100);
  isFull = false;
  // From a tab of hers that ended meanwhile.
  set(`${key}z`, left);
  await signInAs(bed, userToken('grace'));
  await bed.advance(100);
  const records = device.sessions.keys().map((name) => device.sessions.get(name) ?? '');
  expect(records.join()).toContain('grace-job');
  expect(records.join()).not.toContain(`"${JOB}"`);
});

test("when what showed the first user's job is gone the next one's jobs do not name it any more", async () => {
  const bed = createBed();
  const release = bed.client.retainJob(JOB);
  await bed.connect();
  await bed.answerSubscribe({ outcome: 'snapshot', job: snapshotOf(logOf(5)) });
  await signInAs(bed, userToken('grace'));
  bed.server.attempt().last(EVENTS.JOB_SUBSCRIBE).refuse('not_found');
  await bed.advance(20);
  expect([...bed.client.store.getState().jobs.keys()]).toEqual([JOB]);
  release();
  await bed.advance(1_000);
  await bed.advance(20);
  expect([...bed.client.store.getState().jobs.keys()]).toEqual([]);
});
