import { clockFrames, createDevice, createVirtualClock } from '@regen/realtime-mocks';
import { EVENTS, JOB_ID_PATTERN, type HandshakeError } from '@regen/realtime-shared';
import { expect, test } from 'vitest';
import { createConnection, type TokenSource } from './connection.ts';
import { DEFAULT_CONNECTION_SETTINGS } from './connectionMachine.ts';
import { createScriptedServer, settled } from './testing/scriptedServer.ts';

const UNAUTHORIZED: HandshakeError = { code: 'unauthorized', message: 'No.', retryable: false };
const EXPIRED: HandshakeError = { code: 'token_expired', message: 'Expired.', retryable: false };
const CROWDED: HandshakeError = { code: 'too_many_connections', message: 'Too many.', retryable: true };
const DEADLINE = 10_000;
const PROBE_DEADLINE = 2_000;

function createBed(token?: TokenSource) {
  const clock = createVirtualClock();
  const device = createDevice();
  device.setToken('first');
  const server = createScriptedServer();
  const told: string[] = [];
  const errors: string[] = [];
  const connection = createConnection(
    {
      clock,
      random: () => 0.5,
      environment: device.environment,
      frames: clockFrames(clock),
      sessions: device.sessions,
      tabStorage: device.tabStorage,
      tabs: device.tabs,
    },
    {
      url: 'http://server.test',
      token: token ?? device.token,
      openWire: server.openWire,
      settings: DEFAULT_CONNECTION_SETTINGS,
      commandDeadlineMs: DEADLINE,
      probeDeadlineMs: PROBE_DEADLINE,
    },
    {
      onOpen: (interrupted) => told.push(interrupted ? 'open after an interruption' : 'open'),
      onClose: () => told.push('close'),
      onEvent: (name) => told.push(name),
      onRenewed: () => told.push('renewed'),
      onChange: () => undefined,
      onError: (error) => errors.push(error.code),
    },
  );
  return {
    clock,
    device,
    server,
    connection,
    told,
    errors,
    status: () => connection.state().socketStatus,
    start: async () => {
      connection.start();
      await settled();
    },
    advance: async (ms: number) => {
      clock.advance(ms);
      await settled();
    },
  };
}

async function createOpenBed(token?: TokenSource) {
  const bed = createBed(token);
  await bed.start();
  bed.server.attempt().accept();
  return bed;
}

async function outcomeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'answered',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );
}

test('the token is read anew for every attempt', async () => {
  const bed = createBed();
  await bed.start();
  bed.device.setToken('second');
  bed.server.attempt().refuse(null);
  await bed.advance(30_000);
  expect(bed.server.attempts.map((attempt) => attempt.token)).toEqual(['first', 'second']);
});

test('a token that cannot be read is a failed attempt, not a signed-out person', async () => {
  let works = false;
  const bed = createBed(() => (works ? 'good' : Promise.reject(new Error('The sign-in service is down.'))));
  await bed.start();
  expect(bed.server.attempts).toHaveLength(0);
  expect(bed.connection.state()).toMatchObject({ refusal: null, nextRetryAt: expect.any(Number) });
  expect(bed.errors).toEqual(['unauthorized']);
  works = true;
  await bed.advance(1_000);
  expect(bed.server.attempt().token).toBe('good');
});

test('a token that never comes ends the attempt, and the next one asks again', async () => {
  let asked = 0;
  const bed = createBed(() => {
    asked += 1;
    return asked === 1 ? new Promise(() => undefined) : 'late';
  });
  await bed.start();
  await bed.advance(DEFAULT_CONNECTION_SETTINGS.attemptDeadlineMs + 1_000);
  expect(bed.server.attempts.map((attempt) => attempt.token)).toEqual(['late']);
});

test('an attempt that nobody answers is given up and closed', async () => {
  const bed = createBed();
  await bed.start();
  const first = bed.server.attempt();
  await bed.advance(DEFAULT_CONNECTION_SETTINGS.attemptDeadlineMs);
  expect(first.isClosed()).toBe(true);
  await bed.advance(1_000);
  expect(bed.server.attempts).toHaveLength(2);
  expect(bed.server.alive()).toBe(1);
});

test('what a given-up attempt still says does not touch the next connection', async () => {
  const bed = await createOpenBed();
  const old = bed.server.attempt();
  const answer = outcomeOf(bed.connection.command(EVENTS.JOBS_WATCH, {}));
  old.drop();
  await bed.advance(1_000);
  const now = bed.server.attempt();
  now.accept();
  const before = bed.connection.state();
  old.last(EVENTS.JOBS_WATCH).answer({ jobs: [], serverTime: 1 });
  old.emit('job:created', {});
  old.accept();
  old.refuse(UNAUTHORIZED);
  old.drop();
  old.heartbeat();
  await settled();
  expect(await answer).toBe('timeout');
  expect(bed.connection.state()).toBe(before);
  expect(bed.told).toEqual(['open', 'close', 'open']);
});

test('a command without a connection is refused at once and never sent later', async () => {
  const bed = createBed();
  await bed.start();
  expect(await outcomeOf(bed.connection.command(EVENTS.JOB_CANCEL, { jobId: 'a' }))).toBe('offline');
  bed.server.attempt().accept();
  await bed.advance(60_000);
  expect(bed.server.attempt().names()).not.toContain(EVENTS.JOB_CANCEL);
});

test('a command that was under way when the connection ended is not sent again', async () => {
  const bed = await createOpenBed();
  const answer = outcomeOf(bed.connection.command(EVENTS.JOB_CANCEL, { jobId: 'a' }));
  bed.server.attempt().drop();
  expect(await answer).toBe('timeout');
  await bed.advance(1_000);
  bed.server.attempt().accept();
  await settled();
  expect(bed.server.attempt().sent).toEqual([]);
});

test('a command that nobody answers ends at its deadline, and the connection is put to the test', async () => {
  const bed = await createOpenBed();
  const answer = outcomeOf(bed.connection.command(EVENTS.JOB_CANCEL, { jobId: 'a' }));
  await bed.advance(DEADLINE);
  expect(await answer).toBe('timeout');
  expect(bed.server.attempt().names()).toEqual([EVENTS.JOB_CANCEL, EVENTS.JOB_UNSUBSCRIBE]);
  await bed.advance(PROBE_DEADLINE);
  expect(bed.status()).toBe('reconnecting');
});

test('an answer after the deadline changes nothing', async () => {
  const bed = await createOpenBed();
  const answer = outcomeOf(bed.connection.command(EVENTS.JOB_CANCEL, { jobId: 'a' }));
  await bed.advance(DEADLINE);
  bed.server.attempt().last(EVENTS.JOB_CANCEL).answer({ state: 'requested' });
  expect(await answer).toBe('timeout');
});

test('the server refuses a command with its code and its delay', async () => {
  const bed = await createOpenBed();
  const refused = bed.connection.command(EVENTS.JOB_SUBSCRIBE, { jobId: 'a' });
  bed.server.attempt().last(EVENTS.JOB_SUBSCRIBE).refuse('rate_limited', { retryAfterMs: 700 });
  await expect(refused).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 700, retryable: true });
});

test('an answer that does not fit the protocol is a rejection, and is reported', async () => {
  const bed = await createOpenBed();
  const answer = outcomeOf(bed.connection.command(EVENTS.JOB_CANCEL, { jobId: 'a' }));
  bed.server.attempt().last(EVENTS.JOB_CANCEL).answerRaw({ ok: true, state: 'perhaps' });
  expect(await answer).toBe('malformed');
  expect(bed.errors).toEqual(['malformed']);
});

test('a woken page asks the server for a sign of life, and reconnects where none comes within 2 s', async () => {
  const bed = await createOpenBed();
  bed.device.setVisible(false);
  bed.device.setVisible(true);
  expect(bed.server.attempt().names()).toEqual([EVENTS.JOB_UNSUBSCRIBE]);
  await bed.advance(PROBE_DEADLINE - 1);
  expect(bed.status()).toBe('connected');
  await bed.advance(1);
  expect(bed.status()).toBe('reconnecting');
  expect(bed.server.attempt().isClosed()).toBe(true);
  await bed.advance(500);
  expect(bed.server.attempts).toHaveLength(2);
});

test('any answer to the probe, also a refusal, proves that the server lives', async () => {
  const bed = await createOpenBed();
  bed.device.setVisible(false);
  bed.device.setVisible(true);
  bed.server.attempt().last(EVENTS.JOB_UNSUBSCRIBE).refuse('rate_limited');
  await bed.advance(PROBE_DEADLINE);
  expect(bed.status()).toBe('connected');
  expect(bed.clock.pending()).toBe(0);
});

test('the probe names no job that there can be', async () => {
  const bed = await createOpenBed();
  bed.device.setVisible(false);
  bed.device.setVisible(true);
  const { payload } = bed.server.attempt().last(EVENTS.JOB_UNSUBSCRIBE);
  expect((payload as { jobId: string }).jobId).not.toMatch(JOB_ID_PATTERN);
});

test('a server may ask for five minutes of patience, not for more', async () => {
  const bed = await createOpenBed();
  for (const [asked, granted] of [
    [300_000, 300_000],
    [3_000_000_000, 300_000],
  ]) {
    const refused = bed.connection.command(EVENTS.JOBS_WATCH, {});
    bed.server.attempt().last(EVENTS.JOBS_WATCH).refuse('rate_limited', { retryAfterMs: asked });
    await expect(refused).rejects.toMatchObject({ retryAfterMs: granted });
  }
});

test('several wake-ups send one probe', async () => {
  const bed = await createOpenBed();
  for (let round = 0; round < 5; round += 1) {
    bed.device.setVisible(false);
    bed.device.setVisible(true);
  }
  expect(bed.server.attempt().sent).toHaveLength(1);
});

for (const refusal of [UNAUTHORIZED, EXPIRED, CROWDED]) {
  test(`${refusal.code} ends the attempts until the person acts`, async () => {
    const bed = createBed();
    await bed.start();
    bed.server.attempt().refuse(refusal);
    await bed.advance(3_600_000);
    expect(bed.server.attempts).toHaveLength(1);
    expect(bed.connection.state().refusal).toEqual(refusal);
    bed.connection.dispatch({ kind: 'retryNow' });
    await settled();
    expect(bed.server.attempts).toHaveLength(2);
  });
}

test('a token that was renewed while the refusal was on its way is tried at once', async () => {
  const bed = createBed();
  await bed.start();
  bed.device.setToken('second');
  bed.server.attempt().refuse(EXPIRED);
  await settled();
  expect(bed.server.attempts.map((attempt) => attempt.token)).toEqual(['first', 'second']);
});

test('after a refusal a page that is shown again looks for a new token', async () => {
  const bed = createBed();
  await bed.start();
  bed.server.attempt().refuse(UNAUTHORIZED);
  await settled();
  bed.device.setVisible(false);
  bed.device.setVisible(true);
  await settled();
  expect(bed.server.attempts).toHaveLength(1);
  bed.device.setToken('second');
  bed.device.setVisible(false);
  bed.device.setVisible(true);
  await settled();
  expect(bed.server.attempt().token).toBe('second');
});

test('a source with a new token for every refusal makes no storm', async () => {
  let count = 0;
  const bed = createBed(() => `token-${String((count += 1))}`);
  await bed.start();
  for (let second = 0; second < 600; second += 1) {
    if (!bed.server.attempt().isClosed()) bed.server.attempt().refuse(UNAUTHORIZED);
    await bed.advance(100);
  }
  expect(bed.server.attempts.length).toBeLessThan(12);
});

/** What tells an open connection to look who is signed in. */
const RECHECKS: Record<string, (bed: ReturnType<typeof createBed>) => void> = {
  retryNow: (bed) => {
    bed.connection.dispatch({ kind: 'retryNow' });
  },
  'the page is shown': (bed) => {
    bed.device.setVisible(false);
    bed.device.setVisible(true);
  },
  'the network is back': (bed) => {
    bed.device.setOnline(false);
    bed.device.setOnline(true);
  },
};

for (const [name, recheck] of Object.entries(RECHECKS)) {
  test(`${name}: while open, the token of another user begins a new connection`, async () => {
    const bed = await createOpenBed();
    bed.device.setToken('second');
    recheck(bed);
    await settled();
    expect(bed.server.attempt().last(EVENTS.AUTH_REFRESH).payload).toEqual({ token: 'second' });
    bed.server.attempt().last(EVENTS.AUTH_REFRESH).refuse('unauthorized');
    await settled();
    expect(bed.server.attempts.map((attempt) => attempt.token)).toEqual(['first', 'second']);
    expect(bed.server.alive()).toBe(1);
    expect(bed.told).toEqual(['open', 'close']);
  });

  test(`${name}: while open, a sign-out begins a new connection`, async () => {
    const bed = await createOpenBed();
    bed.device.setToken(null);
    recheck(bed);
    await settled();
    expect(bed.server.attempts.map((attempt) => attempt.token)).toEqual(['first', null]);
  });

  test(`${name}: while open, another token of the same user is renewed in place`, async () => {
    const bed = await createOpenBed();
    bed.device.setToken('second');
    recheck(bed);
    await settled();
    bed.server.attempt().last(EVENTS.AUTH_REFRESH).answer({ expiresAt: null });
    await settled();
    expect(bed.connection.lastToken()).toBe('second');
    expect(bed.told).toEqual(['open', 'renewed']);
    expect(bed.server.attempts).toHaveLength(1);
  });

  test(`${name}: while open, the same token costs no more than being read`, async () => {
    const bed = await createOpenBed();
    recheck(bed);
    await settled();
    expect(bed.server.attempts).toHaveLength(1);
    expect(bed.server.attempt().names()).not.toContain(EVENTS.AUTH_REFRESH);
  });
}

test('while open, a token that cannot be read, or of which the server says nothing, changes nothing', async () => {
  let read: () => string | Promise<string> = () => 'first';
  const bed = await createOpenBed(() => read());
  read = () => Promise.reject(new Error('The sign-in service is down.'));
  bed.connection.dispatch({ kind: 'retryNow' });
  await settled();
  read = () => 'second';
  bed.connection.dispatch({ kind: 'retryNow' });
  await settled();
  bed.server.attempt().last(EVENTS.AUTH_REFRESH).refuse('unavailable');
  await settled();
  expect(bed.status()).toBe('connected');
  expect(bed.connection.lastToken()).toBe('first');
  expect(bed.errors).toEqual([]);
});

test('a token that was read for a connection that has ended meanwhile changes nothing on the next', async () => {
  let give: (token: string) => void = () => undefined;
  let slow = false;
  const bed = await createOpenBed(() =>
    slow
      ? new Promise((resolve) => {
          give = resolve;
        })
      : 'first',
  );
  slow = true;
  bed.connection.dispatch({ kind: 'retryNow' });
  slow = false;
  bed.server.attempt().drop();
  await bed.advance(1_000);
  bed.server.attempt().accept();
  give('old');
  await settled();
  expect(bed.server.attempts).toHaveLength(2);
  expect(bed.server.attempt().sent).toEqual([]);
});

test('who signs in while an attempt is under way is who is signed in by it', async () => {
  const bed = createBed();
  await bed.start();
  bed.device.setToken('second');
  bed.connection.dispatch({ kind: 'retryNow' });
  await settled();
  expect(bed.server.attempts.map((attempt) => attempt.token)).toEqual(['first', 'second']);
  expect(bed.server.alive()).toBe(1);
  bed.connection.dispatch({ kind: 'retryNow' });
  await settled();
  expect(bed.server.attempts).toHaveLength(2);
});

test('a renewal that the server refuses as that of another user begins a new connection', async () => {
  const bed = await createOpenBed();
  bed.device.setToken('second');
  const refreshed = bed.connection.refreshToken();
  await settled();
  bed.server.attempt().last(EVENTS.AUTH_REFRESH).refuse('unauthorized');
  await refreshed;
  await settled();
  expect(bed.server.attempt().token).toBe('second');
});

test('a token is renewed in place, without a new connection', async () => {
  const bed = await createOpenBed();
  bed.device.setToken('second');
  const refreshed = bed.connection.refreshToken();
  await settled();
  const command = bed.server.attempt().last(EVENTS.AUTH_REFRESH);
  expect(command.payload).toEqual({ token: 'second' });
  command.answer({ expiresAt: null });
  await refreshed;
  expect(bed.connection.lastToken()).toBe('second');
  expect(bed.server.attempts).toHaveLength(1);
});

test('a token that has not changed is not sent again', async () => {
  const bed = await createOpenBed();
  await bed.connection.refreshToken();
  expect(bed.server.attempt().sent).toEqual([]);
});

test('an expired sign-in is a refusal, unless the token has changed by then', async () => {
  const bed = await createOpenBed();
  bed.connection.dispatch({ kind: 'authExpired' });
  await settled();
  expect(bed.connection.state().refusal?.code).toBe('token_expired');
  const renewed = await createOpenBed();
  renewed.device.setToken('second');
  renewed.connection.dispatch({ kind: 'authExpired' });
  await settled();
  expect(renewed.server.attempt().token).toBe('second');
});

test('after a drain it is back at its own time, not before', async () => {
  const bed = await createOpenBed();
  bed.connection.dispatch({ kind: 'draining', reconnectAfterMs: 3_000 });
  await bed.advance(500);
  bed.server.attempt().drop();
  await bed.advance(2_499);
  expect(bed.server.attempts).toHaveLength(1);
  await bed.advance(1);
  expect(bed.server.attempts).toHaveLength(2);
});

test('the public state is the same object until any of it changes', async () => {
  const bed = await createOpenBed();
  const before = bed.connection.state();
  for (let event = 0; event < 100; event += 1) {
    bed.server.attempt().emit('model:chunk:v1', {});
    await bed.advance(9);
  }
  expect(bed.connection.state()).toBe(before);
  await bed.advance(100);
  bed.server.attempt().emit('model:chunk:v1', {});
  expect(bed.connection.state()).toEqual({ ...before, lastContactAt: bed.clock.now() });
});

test('a loss of more than five seconds is an interruption, a shorter one is not', async () => {
  const bed = await createOpenBed();
  bed.server.attempt().drop();
  await bed.advance(300);
  bed.server.attempt().accept();
  bed.server.attempt().drop();
  await bed.advance(6_000);
  bed.server.attempt().accept();
  expect(bed.told).toEqual(['open', 'close', 'open', 'close', 'open after an interruption']);
});

test('after stop no timer is left, nothing is listened to and nothing is tried', async () => {
  const bed = await createOpenBed();
  const answer = outcomeOf(bed.connection.command(EVENTS.JOB_CANCEL, { jobId: 'a' }));
  bed.device.setVisible(false);
  bed.device.setVisible(true);
  bed.connection.stop();
  expect(await answer).toBe('timeout');
  expect(bed.clock.pending()).toBe(0);
  bed.device.setOnline(false);
  bed.device.setOnline(true);
  await bed.advance(3_600_000);
  expect(bed.server.attempts).toHaveLength(1);
  expect(bed.server.alive()).toBe(0);
});

test('a stop while the token is read opens nothing', async () => {
  let give: (token: string) => void = () => undefined;
  const bed = createBed(
    () =>
      new Promise((resolve) => {
        give = resolve;
      }),
  );
  await bed.start();
  bed.connection.stop();
  give('late');
  await settled();
  expect(bed.server.attempts).toHaveLength(0);
  expect(bed.clock.pending()).toBe(0);
});
