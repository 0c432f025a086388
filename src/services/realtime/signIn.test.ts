import { EVENTS, type HandshakeError } from '@regen/realtime-shared';
import { expect, test } from 'vitest';
import { DEFAULT_CONNECTION_SETTINGS } from './connectionMachine.ts';
import { createConnectionBed, createOpenBed, type ConnectionBed } from './testing/connectionBed.ts';
import { settled } from './testing/scriptedServer.ts';

const UNAUTHORIZED: HandshakeError = { code: 'unauthorized', message: 'No.', retryable: false };
const EXPIRED: HandshakeError = { code: 'token_expired', message: 'Expired.', retryable: false };

test('the token is read anew for every attempt', async () => {
  const bed = createConnectionBed();
  await bed.start();
  bed.device.setToken('second');
  bed.server.attempt().refuse(null);
  await bed.advance(30_000);
  expect(bed.server.attempts.map((attempt) => attempt.token)).toEqual(['first', 'second']);
});

test('a token that cannot be read is a failed attempt, not a signed-out person', async () => {
  let works = false;
  const bed = createConnectionBed(() => (works ? 'good' : Promise.reject(new Error('The sign-in service is down.'))));
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
  const bed = createConnectionBed(() => {
    asked += 1;
    return asked === 1 ? new Promise(() => undefined) : 'late';
  });
  await bed.start();
  await bed.advance(DEFAULT_CONNECTION_SETTINGS.attemptDeadlineMs + 1_000);
  expect(bed.server.attempts.map((attempt) => attempt.token)).toEqual(['late']);
});

test('a token that was renewed while the refusal was on its way is tried at once', async () => {
  const bed = createConnectionBed();
  await bed.start();
  bed.device.setToken('second');
  bed.server.attempt().refuse(EXPIRED);
  await settled();
  expect(bed.server.attempts.map((attempt) => attempt.token)).toEqual(['first', 'second']);
});

test('after a refusal a page that is shown again looks for a new token', async () => {
  const bed = createConnectionBed();
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
  const bed = createConnectionBed(() => `token-${String((count += 1))}`);
  await bed.start();
  for (let second = 0; second < 600; second += 1) {
    if (!bed.server.attempt().isClosed()) bed.server.attempt().refuse(UNAUTHORIZED);
    await bed.advance(100);
  }
  expect(bed.server.attempts.length).toBeLessThan(12);
});

/** What tells an open connection to look who is signed in. */
const RECHECKS: Record<string, (bed: ConnectionBed) => void> = {
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
    expect(bed.told).toEqual(['open', 'close', 'another user']);
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
  const bed = createConnectionBed();
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

test('a stop while the token is read opens nothing', async () => {
  let give: (token: string) => void = () => undefined;
  const bed = createConnectionBed(
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

const named = (name: string): string => `dev:${name}`;

test('a token that names another user waits for no answer of the server', async () => {
  let token = named('ada');
  const bed = await createOpenBed(() => token);
  token = named('grace');
  bed.connection.dispatch({ kind: 'retryNow' });
  await settled();
  expect(bed.server.attempts.map((attempt) => attempt.token)).toEqual([named('ada'), named('grace')]);
  expect(bed.told).toEqual(['open', 'close', 'another user']);
});

test.each(['unavailable', 'rate_limited', 'internal'] as const)(
  'a token that the server cannot judge (%s) is given to it again',
  async (code) => {
    const bed = await createOpenBed();
    bed.device.setToken('second');
    bed.connection.dispatch({ kind: 'retryNow' });
    await settled();
    bed.server.attempt().last(EVENTS.AUTH_REFRESH).refuse(code);
    await settled();
    await bed.advance(10_000);
    await settled();
    const asked = bed.server
      .attempt()
      .names()
      .filter((name) => name === EVENTS.AUTH_REFRESH);
    expect(asked).toHaveLength(2);
    bed.server.attempt().last(EVENTS.AUTH_REFRESH).refuse('unauthorized');
    await settled();
    expect(bed.server.attempts).toHaveLength(2);
  },
);

test('an answer about a token that is no longer the newest changes nothing', async () => {
  const bed = await createOpenBed();
  const { server, device, connection } = bed;
  for (const token of ['second', 'third']) {
    device.setToken(token);
    connection.dispatch({ kind: 'retryNow' });
    await settled();
  }
  const [older, newer] = server.attempt().sent.filter(({ name }) => name === EVENTS.AUTH_REFRESH);
  newer?.answer({ expiresAt: null });
  await settled();
  older?.refuse('unauthorized');
  await settled();
  expect(server.attempts).toHaveLength(1);
  expect(connection.lastToken()).toBe('third');
});

test('who was refused and has no token now is not tried without one', async () => {
  const bed = createConnectionBed();
  await bed.start();
  bed.server.attempt().refuse(EXPIRED);
  await settled();
  bed.device.setToken(null);
  bed.device.setVisible(false);
  bed.device.setVisible(true);
  await settled();
  expect(bed.server.attempts).toHaveLength(1);
  expect(bed.connection.state().refusal?.code).toBe('token_expired');
});

test('who signs in where nobody was signed in waits for no answer of the server', async () => {
  let token: string | null = null;
  const bed = await createOpenBed(() => token);
  token = 'opaque';
  bed.connection.dispatch({ kind: 'retryNow' });
  await settled();
  expect(bed.server.attempts.map((attempt) => attempt.token)).toEqual([null, 'opaque']);
  expect(bed.told).toEqual(['open', 'close', 'another user']);
});

/** Open, with a token that the server could not judge, so that it is to be asked again. */
async function createDoubtfulBed(): Promise<ConnectionBed> {
  const bed = await createOpenBed();
  bed.device.setToken('second');
  bed.connection.dispatch({ kind: 'retryNow' });
  await settled();
  bed.server.attempt().last(EVENTS.AUTH_REFRESH).refuse('unavailable');
  await settled();
  return bed;
}

test('after a stop no token is given to the server again, and none is read', async () => {
  const planned = await createDoubtfulBed();
  planned.connection.stop();
  expect(planned.clock.pending()).toBe(0);

  const underWay = await createOpenBed();
  underWay.device.setToken('second');
  underWay.connection.dispatch({ kind: 'retryNow' });
  await settled();
  underWay.connection.stop();
  underWay.device.setToken(null);
  await underWay.advance(60_000);
  expect(underWay.clock.pending()).toBe(0);
  expect(underWay.told).toEqual(['open', 'close']);
});

test('a token that is given again late is not given earlier because of one before it', async () => {
  const bed = await createDoubtfulBed();
  const asked = () =>
    bed.server
      .attempt()
      .names()
      .filter((name) => name === EVENTS.AUTH_REFRESH).length;
  await bed.advance(6_000);
  bed.connection.dispatch({ kind: 'retryNow' });
  await settled();
  bed.server.attempt().last(EVENTS.AUTH_REFRESH).refuse('unavailable');
  await settled();
  await bed.advance(6_000);
  expect(asked()).toBe(2);
  await bed.advance(4_000);
  expect(asked()).toBe(3);
});

test('no token is none to renew a sign-in with', async () => {
  const bed = await createOpenBed();
  bed.device.setToken(null);
  await bed.connection.refreshToken();
  expect(bed.server.attempt().sent).toEqual([]);
  expect(bed.connection.lastToken()).toBe('first');
});

test('a token that comes for a connection that is lost meanwhile is not sent, and nothing has failed', async () => {
  let give: (token: string) => void = () => undefined;
  let read: () => string | Promise<string> = () => 'first';
  const bed = await createOpenBed(() => read());
  read = () =>
    new Promise((resolve) => {
      give = resolve;
    });
  const refreshed = bed.connection.refreshToken();
  bed.server.attempt().drop();
  give('second');
  await expect(refreshed).resolves.toBeUndefined();
  expect(bed.server.attempt().sent).toEqual([]);
});
