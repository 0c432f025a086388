import { expect, test } from 'vitest';
import { append, chunk, chunks, createJob } from '../testing/jobs.ts';
import { settle } from '../testing/manualClock.ts';
import { createTestNode } from '../testing/testNode.ts';

const MINUTE = 60_000;

test('a refused handshake says why and whether trying again can help', async () => {
  const node = createTestNode({ gateway: { limits: { connectionsPerUser: 1 } } });
  const refusals = async (auth: unknown) => {
    const result = await node.tryConnect(auth);
    return 'refused' in result ? [result.refused.code, result.refused.retryable] : 'accepted';
  };
  expect(await refusals({ token: 'bad' })).toEqual(['unauthorized', false]);
  expect(await refusals({})).toEqual(['unauthorized', false]);
  expect(await refusals(undefined)).toEqual(['unauthorized', false]);
  expect(await refusals({ token: 7 })).toEqual(['unauthorized', false]);
  expect(await refusals('ann')).toEqual(['unauthorized', false]);
  expect(await refusals({ token: `ann@${String(node.clock.now() - 1)}` })).toEqual(['token_expired', false]);
  expect(await refusals({ token: 'unreachable' })).toEqual(['unavailable', true]);
  expect(await refusals({ token: 'ann' })).toBe('accepted');
  expect(await refusals({ token: 'ann' })).toEqual(['too_many_connections', true]);
  expect(await refusals({ token: 'bob' })).toBe('accepted');
});

test('a user has 20 connections, and a closed one makes room', async () => {
  const node = createTestNode();
  const clients = [];
  for (let index = 0; index < 20; index += 1) clients.push(await node.connect('ann'));
  const refused = await node.tryConnect({ token: 'ann' });
  expect(refused).toMatchObject({ refused: { code: 'too_many_connections' } });
  expect('refused' in refused && refused.refused.message).toContain('20 tabs');
  clients[0]?.session.disconnected();
  clients[0]?.session.disconnected();
  await node.connect('ann');
  expect(await node.tryConnect({ token: 'ann' })).toHaveProperty('refused');
});

test('twenty handshakes at once of which one too many is refused: the limit is not raced past', async () => {
  const node = createTestNode({ gateway: { limits: { connectionsPerUser: 3 } } });
  const results = await Promise.all(Array.from({ length: 20 }, () => node.tryConnect({ token: 'ann' })));
  expect(results.filter((result) => 'client' in result)).toHaveLength(3);
});

test('an invalid payload is answered with where it does not fit', async () => {
  const node = createTestNode();
  const client = await node.connect();
  const payloads: [string, unknown][] = [
    ['job:subscribe', undefined],
    ['job:subscribe', null],
    ['job:subscribe', 'job-1'],
    ['job:subscribe', { jobId: '' }],
    ['job:subscribe', { jobId: '../etc' }],
    ['job:subscribe', { jobId: 'x'.repeat(129) }],
    ['job:subscribe', { jobId: 'job-1', after: { epoch: 'e', sequence: -1 } }],
    ['job:subscribe', { jobId: 'job-1', after: { epoch: 'e', sequence: 1.5 } }],
    ['job:subscribe', { jobId: 'job-1', after: { epoch: 'e', sequence: '1' } }],
    ['job:subscribe', { jobId: 'job-1', after: { epoch: '', sequence: 1 } }],
    ['job:unsubscribe', { jobId: ['job-1'] }],
    ['job:cancel', { jobId: 'job-1', reason: 7 }],
    ['job:resume', {}],
    ['jobs:watch', 3],
    ['auth:refresh', { token: '' }],
  ];
  for (const [event, payload] of payloads) {
    const ack = await client.send(event, payload);
    expect(ack, JSON.stringify(payload)).toMatchObject({ ok: false, error: { code: 'invalid_payload' } });
  }
  expect(await client.send('job:subscribe', { jobId: 7 })).toMatchObject({
    error: { message: expect.stringContaining('jobId') as unknown },
  });
  expect(node.gateway.stats().subscriptions).toBe(0);
});

test('an unknown event is ignored, also one that objects have by nature', async () => {
  const node = createTestNode();
  const client = await node.connect();
  for (const event of ['job:explode', 'constructor', '__proto__', 'toString', 'job:completed']) {
    expect(await client.send(event, { jobId: 'job-1' })).toBeUndefined();
  }
  expect(client.wire).toEqual([]);
  expect(node.errors).toEqual([]);
});

test('extra arguments and unknown fields are ignored', async () => {
  const node = createTestNode();
  await createJob(node.log);
  const client = await node.connect();
  expect(await client.send('job:subscribe', { jobId: 'job-1', colour: 'red' }, 'extra', {})).toMatchObject({
    ok: true,
  });
});

test('a command without an ack is carried out and answered to nobody', async () => {
  const node = createTestNode();
  await createJob(node.log);
  const client = await node.connect();
  await client.session.receive('job:cancel', [{ jobId: 'job-1' }]);
  await client.session.receive('job:cancel', [{ jobId: 9 }]);
  expect(client.wire).toEqual([]);
  expect(await node.log.read({ jobId: 'job-1' })).toMatchObject({ head: { cancelRequested: true } });
});

test('an ack that throws breaks nothing', async () => {
  const node = createTestNode();
  await createJob(node.log);
  const client = await node.connect();
  await client.session.receive('job:subscribe', [{ jobId: 'job-1' }], () => {
    throw new Error('the transport is gone');
  });
  await append(node.log, 'job-1', chunk('a'));
  expect(client.of('model:chunk:v1')).toHaveLength(1);
  expect(node.errors).toHaveLength(1);
});

test('100 commands a second, then rate_limited with when to come back', async () => {
  const node = createTestNode();
  const client = await node.connect();
  for (let index = 0; index < 100; index += 1) {
    expect(await client.send('job:unsubscribe', { jobId: 'job-1' })).toEqual({ ok: true });
  }
  expect(await client.send('job:unsubscribe', { jobId: 'job-1' })).toMatchObject({
    ok: false,
    error: { code: 'rate_limited', retryAfterMs: 10, message: expect.stringContaining('commandsPerSecond') as unknown },
  });
  await node.clock.advance(10);
  expect(await client.send('job:unsubscribe', { jobId: 'job-1' })).toEqual({ ok: true });
  expect(await client.send('job:unsubscribe', { jobId: 'job-1' })).toMatchObject({ error: { code: 'rate_limited' } });
});

test('200 subscriptions a connection; one more of the same job is none more', async () => {
  const node = createTestNode({ gateway: { limits: { commandsPerSecond: 1_000 } } });
  const client = await node.connect();
  for (let index = 0; index <= 200; index += 1) await createJob(node.log, { jobId: `job-${String(index)}` });
  for (let index = 0; index < 200; index += 1) {
    expect(await client.send('job:subscribe', { jobId: `job-${String(index)}` })).toMatchObject({ ok: true });
  }
  expect(await client.send('job:subscribe', { jobId: 'job-7' })).toMatchObject({ ok: true });
  const refused = await client.send('job:subscribe', { jobId: 'job-200' });
  expect(refused).toMatchObject({ ok: false, error: { code: 'too_many_subscriptions' } });
  expect(JSON.stringify(refused)).toContain('subscriptionsPerConnection');
  await client.send('job:unsubscribe', { jobId: 'job-7' });
  expect(await client.send('job:subscribe', { jobId: 'job-200' })).toMatchObject({ ok: true });
});

test('cancel: requested, already_requested, already_finished; subscribers and workers are told once', async () => {
  const node = createTestNode();
  await createJob(node.log);
  const client = await node.connect();
  await client.command('job:subscribe', { jobId: 'job-1' });
  const control: unknown[] = [];
  await node.api.controlStream({ caller: { kind: 'worker' }, send: (message) => control.push(message) });
  expect(await client.command('job:cancel', { jobId: 'job-1', reason: 'enough' })).toEqual({
    ok: true,
    state: 'requested',
  });
  expect(await client.command('job:cancel', { jobId: 'job-1' })).toEqual({ ok: true, state: 'already_requested' });
  expect(client.of('job:notice')).toEqual([{ jobId: 'job-1', kind: 'cancel_requested' }]);
  expect(control).toEqual([{ event: 'cancel', data: { jobId: 'job-1', reason: 'enough' } }]);
  await append(node.log, 'job-1', { type: 'job:cancelled', reason: 'enough' });
  expect(await client.command('job:cancel', { jobId: 'job-1' })).toEqual({ ok: true, state: 'already_finished' });
});

test('resume: not_resumable while it runs, requested while paused and after a retryable failure', async () => {
  const node = createTestNode();
  await createJob(node.log);
  const client = await node.connect();
  await client.command('job:subscribe', { jobId: 'job-1' });
  expect(await client.command('job:resume', { jobId: 'job-1' })).toEqual({ ok: true, state: 'not_resumable' });
  await append(node.log, 'job-1', { type: 'job:paused' });
  expect(await client.command('job:resume', { jobId: 'job-1' })).toEqual({ ok: true, state: 'requested' });
  expect(await client.command('job:resume', { jobId: 'job-1' })).toEqual({ ok: true, state: 'requested' });
  expect(client.of('job:notice')).toEqual([{ jobId: 'job-1', kind: 'resume_requested' }]);
});

test('cancel and resume of a foreign job and of none give one answer', async () => {
  const node = createTestNode();
  await createJob(node.log, { ownerId: 'bob' });
  const client = await node.connect('ann');
  for (const command of ['job:cancel', 'job:resume'] as const) {
    const foreign = await client.command(command, { jobId: 'job-1' });
    expect(foreign).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(await client.command(command, { jobId: 'job-2' })).toEqual(foreign);
  }
  expect(await node.log.read({ jobId: 'job-1' })).toMatchObject({ head: { cancelRequested: false } });
});

test('jobs:watch lists active jobs and 20 finished ones, then changes of the owner alone', async () => {
  const node = createTestNode();
  for (let index = 0; index < 25; index += 1) {
    await createJob(node.log, { jobId: `done-${String(index)}` });
    await append(node.log, `done-${String(index)}`, { type: 'job:completed' });
    await node.clock.advance(1);
  }
  await createJob(node.log, { jobId: 'active' });
  const ann = await node.connect('ann');
  const quiet = await node.connect('ann');
  const bob = await node.connect('bob');
  const ack = await ann.command('jobs:watch', {});
  await bob.command('jobs:watch', {});
  expect(ack).toMatchObject({ ok: true, serverTime: node.clock.now() });
  expect(ack.ok && ack.jobs.map(({ jobId }) => jobId)).toEqual([
    'active',
    ...Array.from({ length: 20 }, (_, index) => `done-${String(24 - index)}`),
  ]);
  await append(node.log, 'active', { type: 'job:started' });
  await append(node.log, 'active', chunk('no change of status'));
  expect(ann.of('jobs:changed')).toMatchObject([{ job: { jobId: 'active', status: 'running' } }]);
  expect(quiet.received()).toEqual([]);
  expect(bob.received()).toEqual([]);
});

test('a change while jobs:watch is in flight is in the list or follows the ack, never before it', async () => {
  for (let turns = 0; turns < 8; turns += 1) {
    const node = createTestNode();
    await createJob(node.log);
    const client = await node.connect();
    const answered = client.command('jobs:watch', {});
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    await append(node.log, 'job-1', { type: 'job:started' });
    const ack = await answered;
    expect(client.wire[0]).toEqual({ ack });
    const listed = ack.ok ? ack.jobs[0]?.status : undefined;
    expect(client.of('jobs:changed').at(-1)?.job.status ?? listed).toBe('running');
  }
});

test('watching twice sends each change once, and the last to leave ends the watch', async () => {
  const node = createTestNode();
  const client = await node.connect();
  await client.command('jobs:watch', {});
  await client.command('jobs:watch', {});
  await createJob(node.log);
  expect(client.of('jobs:changed')).toHaveLength(1);
  expect(node.gateway.stats().watchedOwners).toBe(1);
  client.session.disconnected();
  expect(node.gateway.stats().watchedOwners).toBe(0);
});

test('a token announces its end 60 s ahead; then auth:expired, then the connection is closed', async () => {
  const node = createTestNode();
  const expiresAt = node.clock.now() + 10 * MINUTE;
  const client = await node.connect(`ann@${String(expiresAt)}`);
  await node.clock.advance(9 * MINUTE - 1);
  expect(client.received()).toEqual([]);
  await node.clock.advance(1);
  expect(client.received()).toEqual([{ event: 'auth:expiring', payload: { expiresAt } }]);
  expect(client.closedBy()).toBeUndefined();
  await node.clock.advance(MINUTE);
  expect(client.received().at(-1)).toEqual({ event: 'auth:expired', payload: {} });
  expect(client.closedBy()).toBe('auth');
  expect(node.gateway.stats().connections).toBe(0);
});

test('a refreshed token starts the time anew; a foreign, a bad or an old one changes nothing', async () => {
  const node = createTestNode();
  const first = node.clock.now() + 2 * MINUTE;
  const client = await node.connect(`ann@${String(first)}`);
  const refusals = [
    [`bob@${String(first + MINUTE)}`, 'unauthorized'],
    ['bad', 'unauthorized'],
    [`ann@${String(node.clock.now() - 1)}`, 'token_expired'],
    ['unreachable', 'unavailable'],
  ] as const;
  for (const [token, code] of refusals) {
    expect(await client.command('auth:refresh', { token })).toMatchObject({ ok: false, error: { code } });
  }
  const second = first + 10 * MINUTE;
  expect(await client.command('auth:refresh', { token: `ann@${String(second)}` })).toEqual({
    ok: true,
    expiresAt: second,
  });
  await node.clock.advance(5 * MINUTE);
  expect(client.received()).toEqual([]);
  await node.clock.advance(7 * MINUTE);
  expect(client.received().map(({ event }) => event)).toEqual(['auth:expiring', 'auth:expired']);
  const forever = await node.connect(`ann@${String(node.clock.now() + MINUTE)}`);
  expect(await forever.command('auth:refresh', { token: 'ann' })).toEqual({ ok: true, expiresAt: null });
  await node.clock.advance(5 * MINUTE);
  expect(forever.closedBy()).toBeUndefined();
});

test('a token that lives longer than a timer can is neither expiring nor expired early', async () => {
  const node = createTestNode({ gateway: { janitor: false } });
  const client = await node.connect(`ann@${String(node.clock.now() + 3_000_000_000)}`);
  await node.clock.advance(2_999_000_000);
  expect(client.of('auth:expired')).toEqual([]);
  expect(client.of('auth:expiring')).toEqual([]);
  await node.clock.advance(1_000_000);
  expect(client.closedBy()).toBe('auth');
});

test('draining tells each connection a time of its own within the window and refuses new ones', async () => {
  const node = createTestNode();
  const clients = [];
  for (let index = 0; index < 10; index += 1) clients.push(await node.connect(`user-${String(index)}`));
  node.gateway.drain(10_000);
  const times = clients.map((client) => client.of('server:draining')[0]?.reconnectAfterMs ?? -1);
  expect(times).toEqual([...times].sort((one, other) => one - other));
  times.forEach((time, index) => {
    expect(time).toBeGreaterThanOrEqual(index * 1_000);
    expect(time).toBeLessThan((index + 1) * 1_000);
  });
  expect(clients.every((client) => client.closedBy() === 'draining')).toBe(true);
  expect(await node.tryConnect({ token: 'late' })).toMatchObject({ refused: { code: 'unavailable', retryable: true } });
  expect(node.gateway.stats().connections).toBe(0);
});

test('a store out of reach: told to all and to new connections, commands unavailable, healed without loss', async () => {
  const node = createTestNode();
  const { epoch } = await createJob(node.log);
  const client = await node.connect();
  await client.command('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
  node.log.faults.setAvailable(false);
  expect(client.of('server:degraded')).toEqual([{ degraded: true }]);
  const late = await node.connect();
  expect(late.of('server:degraded')).toEqual([{ degraded: true }]);
  for (const [event, payload] of [
    ['job:subscribe', { jobId: 'job-1' }],
    ['job:cancel', { jobId: 'job-1' }],
    ['job:resume', { jobId: 'job-1' }],
    ['jobs:watch', {}],
  ] as const) {
    expect(await late.send(event, payload), event).toMatchObject({ ok: false, error: { code: 'unavailable' } });
  }
  await node.clock.advance(7_000);
  node.log.faults.setAvailable(true);
  await settle();
  expect(client.of('server:degraded')).toEqual([{ degraded: true }, { degraded: false }]);
  expect(await late.send('job:subscribe', { jobId: 'job-1' })).toMatchObject({ ok: true });
  await append(node.log, 'job-1', chunk('after'));
  expect(client.of('model:chunk:v1')).toHaveLength(1);
  expect(node.errors).toEqual([]);
});

test('an error of the store that is no outage is internal and reported', async () => {
  const node = createTestNode();
  await createJob(node.log);
  node.log.requestCancel = () => Promise.reject(new Error('a bug'));
  const client = await node.connect();
  const ack = await client.command('job:cancel', { jobId: 'job-1' });
  expect(ack).toMatchObject({ ok: false, error: { code: 'internal' } });
  expect(JSON.stringify(ack)).not.toContain('a bug');
  expect(node.errors).toHaveLength(1);
});

test('a silent worker: a notice after one lease, back at its next sign of life', async () => {
  const node = createTestNode();
  const { writer } = await createJob(node.log);
  const since = node.clock.now();
  const client = await node.connect();
  await client.command('job:subscribe', { jobId: 'job-1' });
  await node.clock.advance(29_999);
  expect(client.received()).toEqual([]);
  await node.clock.advance(1);
  expect(client.of('job:notice')).toEqual([{ jobId: 'job-1', kind: 'worker_silent', since }]);
  await node.log.heartbeat({ jobId: 'job-1', writer });
  expect(client.of('job:notice').at(-1)).toEqual({ jobId: 'job-1', kind: 'worker_back' });
});

test('a worker silent for 120 s is given up: failed and retryable, or cancelled where that was asked for', async () => {
  for (const cancel of [false, true]) {
    const node = createTestNode();
    await createJob(node.log);
    const client = await node.connect();
    await client.command('job:subscribe', { jobId: 'job-1' });
    await client.command('jobs:watch', {});
    if (cancel) await client.command('job:cancel', { jobId: 'job-1', reason: 'enough' });
    await node.clock.advance(119_999);
    expect(client.of('jobs:changed')).toEqual([]);
    await node.clock.advance(1);
    if (cancel) expect(client.of('job:cancelled')).toMatchObject([{ sequence: 2, reason: 'enough' }]);
    else expect(client.of('job:failed')).toMatchObject([{ error: { code: 'worker_lost', retryable: true } }]);
    expect(client.of('jobs:changed')).toMatchObject([{ job: { status: cancel ? 'cancelled' : 'failed' } }]);
    expect(client.of('job:reset')).toEqual([]);
  }
});

test('two nodes on one log: both sweep, each thing is told once to each client', async () => {
  const one = createTestNode();
  const other = createTestNode({ log: one.log, clock: one.clock });
  await createJob(one.log);
  const clients = [await one.connect(), await other.connect()];
  for (const client of clients) await client.command('job:subscribe', { jobId: 'job-1' });
  await append(one.log, 'job-1', chunk('a'));
  await one.clock.advance(125_000);
  for (const client of clients) {
    expect(client.received().map(({ event }) => event)).toEqual(['model:chunk:v1', 'job:notice', 'job:failed']);
  }
});

test('after the last unsubscribe and the linger time nothing is left behind', async () => {
  const node = createTestNode({ gateway: { janitor: false } });
  await createJob(node.log);
  const client = await node.connect();
  await client.command('job:subscribe', { jobId: 'job-1' });
  await append(node.log, 'job-1', ...chunks(3));
  client.session.disconnected();
  expect(node.gateway.stats()).toEqual({ connections: 0, subscriptions: 0, feeds: 1, watchedOwners: 0 });
  await node.clock.advance(10_000);
  expect(node.gateway.stats().feeds).toBe(0);
  expect(node.clock.pending()).toBe(0);
});

test('a gateway that is closed holds no timer, feed or session, and refuses new connections', async () => {
  const node = createTestNode();
  await createJob(node.log);
  const client = await node.connect(`ann@${String(node.clock.now() + MINUTE)}`);
  await client.command('job:subscribe', { jobId: 'job-1' });
  await client.command('jobs:watch', {});
  await append(node.log, 'job-1', chunk('a'));
  await append(node.log, 'job-1', chunk('b'));
  node.gateway.close();
  expect(node.clock.pending()).toBe(0);
  expect(node.gateway.stats()).toEqual({ connections: 0, subscriptions: 0, feeds: 0, watchedOwners: 0 });
  expect(await node.tryConnect({ token: 'ann' })).toHaveProperty('refused');
});
