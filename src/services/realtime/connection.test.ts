import { EVENTS, JOB_ID_PATTERN, type HandshakeError } from '@regen/realtime-shared';
import { expect, test } from 'vitest';
import { DEFAULT_CONNECTION_SETTINGS } from './connectionMachine.ts';
import { DEADLINE, PROBE_DEADLINE, createConnectionBed, createOpenBed } from './testing/connectionBed.ts';
import { settled } from './testing/scriptedServer.ts';

const UNAUTHORIZED: HandshakeError = { code: 'unauthorized', message: 'No.', retryable: false };
const EXPIRED: HandshakeError = { code: 'token_expired', message: 'Expired.', retryable: false };
const CROWDED: HandshakeError = { code: 'too_many_connections', message: 'Too many.', retryable: true };

async function outcomeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'answered',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
  );
}

test('an attempt that nobody answers is given up and closed', async () => {
  const bed = createConnectionBed();
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
  const bed = createConnectionBed();
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
    const bed = createConnectionBed();
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
