import { ACK_SCHEMAS, EVENTS, JOB_EVENT_SCHEMAS, NOTICE_SCHEMAS, type Position } from '@regen/realtime-shared';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { append, chunk, chunks, createJob } from '../testing/jobs.ts';
import { settle } from '../testing/manualClock.ts';
import { readStrictly } from '../testing/strictReader.ts';
import { createTestNode, type TestClient } from '../testing/testNode.ts';

async function snapshotOf(client: TestClient, jobId = 'job-1') {
  const ack = await client.command('job:subscribe', { jobId });
  if (!ack.ok || ack.job === undefined) throw new Error(`a snapshot expected, not ${JSON.stringify(ack)}`);
  return ack.job;
}

test('a subscribe without a position is answered with a snapshot, then live events follow', async () => {
  const node = createTestNode();
  const { epoch } = await createJob(node.log);
  await append(node.log, 'job-1', chunk('Hello'));
  const client = await node.connect();
  const ack = await client.command('job:subscribe', { jobId: 'job-1' });
  expect(ack).toMatchObject({
    ok: true,
    outcome: 'snapshot',
    position: { epoch, sequence: 2 },
    serverTime: node.clock.now(),
    job: { jobId: 'job-1', status: 'running', channels: { output: { text: 'Hello', offset: 0 } } },
  });
  await append(node.log, 'job-1', chunk(' you'));
  expect(client.of('model:chunk:v1')).toEqual([
    { jobId: 'job-1', epoch, sequence: 3, timestamp: node.clock.now(), text: ' you', offset: 5 },
  ]);
});

test('serverTime is the time of the log, whose times the job has, not that of the node', async () => {
  const node = createTestNode({ memory: { clock: { now: () => 1_234_567 } } });
  await createJob(node.log);
  const client = await node.connect('ann');
  const first = await client.command('job:subscribe', { jobId: 'job-1' });
  expect(first).toMatchObject({ ok: true, serverTime: 1_234_567, job: { createdAt: 1_234_567 } });
  const { position } = first as { position: Position };
  expect(await client.command('job:subscribe', { jobId: 'job-1', after: position })).toMatchObject({
    outcome: 'live',
    serverTime: 1_234_567,
  });
  expect(await client.command('jobs:watch', {})).toMatchObject({ ok: true, serverTime: 1_234_567 });
});

test('who is up to date is answered live and gets nothing twice', async () => {
  const node = createTestNode();
  const { epoch } = await createJob(node.log);
  await append(node.log, 'job-1', chunk('a'));
  const client = await node.connect();
  const ack = await client.command('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 2 } });
  expect(ack).toMatchObject({ ok: true, outcome: 'live', position: { epoch, sequence: 2 } });
  expect(ack).not.toHaveProperty('job');
  await append(node.log, 'job-1', chunk('b'));
  expect(client.received().map(({ event }) => event)).toEqual([EVENTS.MODEL_CHUNK]);
});

test('the ack comes before the first replayed event, and its position is where the replay ends', async () => {
  const node = createTestNode();
  const { epoch } = await createJob(node.log);
  await append(
    node.log,
    'job-1',
    { type: 'job:started' },
    chunk('a'),
    { type: 'job:progress', progress: 5 },
    chunk('b'),
  );
  const client = await node.connect();
  const ack = await client.command('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
  expect(ack).toMatchObject({ outcome: 'replayed', position: { epoch, sequence: 5 } });
  expect(client.wire[0]).toEqual({ ack });
  expect(client.received().map(({ event }) => event)).toEqual([
    'job:started',
    'model:chunk:v1',
    'job:progress',
    'model:chunk:v1',
  ]);
});

test('a replay merges consecutive chunks: the first offset, the first timestamp, the whole range', async () => {
  const node = createTestNode();
  const { epoch } = await createJob(node.log);
  const began = node.clock.now();
  for (const text of ['one ', 'two ', 'three']) {
    await append(node.log, 'job-1', chunk(text));
    await node.clock.advance(10);
  }
  const client = await node.connect();
  await client.command('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
  expect(client.of('model:chunk:v1')).toEqual([
    { jobId: 'job-1', epoch, sequence: 4, firstSequence: 2, timestamp: began, text: 'one two three', offset: 0 },
  ]);
});

test('500 events and 64 KB are always replayed, whatever a snapshot would cost', async () => {
  const node = createTestNode();
  const { epoch } = await createJob(node.log);
  const text = 'x'.repeat(Math.floor(65_536 / 500));
  await append(node.log, 'job-1', ...chunks(500, text));
  const client = await node.connect();
  const start = await snapshotOf(await node.connect());
  const ack = await client.command('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
  expect(ack).toMatchObject({ outcome: 'replayed', position: { epoch, sequence: 501 } });
  const sent = client.of('model:chunk:v1');
  expect(sent.map(({ text: part }) => part).join('')).toBe(start.channels['output']?.text);
  expect(sent.at(-1)?.sequence).toBe(501);
});

test('a replay that would cost more than the snapshot becomes a snapshot', async () => {
  const node = createTestNode();
  const { epoch } = await createJob(node.log);
  for (let index = 0; index < 800; index += 1) {
    await append(node.log, 'job-1', { type: 'job:progress', progress: index / 8, message: 'working on it' });
  }
  const client = await node.connect();
  const ack = await client.command('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
  expect(ack).toMatchObject({ outcome: 'snapshot', position: { epoch, sequence: 801 }, job: { sequence: 801 } });
  expect(client.received()).toEqual([]);
});

test('a longer replay that is cheaper than the snapshot goes out page by page and without a hole', async () => {
  const node = createTestNode();
  const { epoch } = await createJob(node.log);
  await append(node.log, 'job-1', chunk('y'.repeat(200_000)));
  const reader = await node.connect();
  const start = await snapshotOf(reader);
  reader.session.disconnected();
  await append(node.log, 'job-1', ...chunks(1_000));
  await append(node.log, 'job-1', ...chunks(700));
  await node.clock.advance(20_000);
  const client = await node.connect();
  const ack = await client.command('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 2 } });
  expect(ack).toMatchObject({ outcome: 'replayed', position: { sequence: 1_702 } });
  await append(node.log, 'job-1', chunk('!'));
  const read = readStrictly(start, client.received());
  expect(read.position.sequence).toBe(1_703);
  expect(read.text).toBe('y'.repeat(200_000) + 'x'.repeat(1_700) + '!');
});

test('events that the log no longer holds are answered with a snapshot', async () => {
  const node = createTestNode({ memory: { retention: { maxEvents: 256, maxLength: 1_000_000 } } });
  const { epoch } = await createJob(node.log);
  await append(node.log, 'job-1', ...chunks(1_000));
  const client = await node.connect();
  const ack = await client.command('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 3 } });
  expect(ack).toMatchObject({ outcome: 'snapshot', position: { epoch, sequence: 1_001 } });
});

test('an unknown epoch is a reset, never silent', async () => {
  const node = createTestNode();
  const { epoch } = await createJob(node.log);
  const client = await node.connect();
  const ack = await client.command('job:subscribe', { jobId: 'job-1', after: { epoch: 'forged', sequence: 1 } });
  expect(ack).toMatchObject({ outcome: 'reset', position: { epoch, sequence: 1 }, job: { jobId: 'job-1' } });
});

test('an unknown job and a foreign job give the same answer', async () => {
  const node = createTestNode();
  await createJob(node.log, { ownerId: 'bob' });
  const client = await node.connect('ann');
  const foreign = await client.command('job:subscribe', { jobId: 'job-1' });
  const unknown = await client.command('job:subscribe', { jobId: 'job-2' });
  expect(foreign).toEqual(unknown);
  expect(foreign).toMatchObject({ ok: false, error: { code: 'not_found' } });
  expect(node.gateway.stats()).toMatchObject({ subscriptions: 0, feeds: 0 });
});

test('a foreign job that another connection follows here is not found either, by position or without', async () => {
  const node = createTestNode();
  const { epoch } = await createJob(node.log, { ownerId: 'bob' });
  const owner = await node.connect('bob');
  await owner.command('job:subscribe', { jobId: 'job-1' });
  const stranger = await node.connect('ann');
  for (const after of [undefined, { epoch, sequence: 1 }]) {
    const ack = await stranger.command('job:subscribe', { jobId: 'job-1', ...(after === undefined ? {} : { after }) });
    expect(ack).toMatchObject({ ok: false, error: { code: 'not_found' } });
  }
  await append(node.log, 'job-1', chunk('secret'));
  expect(stranger.received()).toEqual([]);
  expect(owner.of('model:chunk:v1')).toHaveLength(1);
});

test('subscribing again starts over from the given position, each sequence once from there', async () => {
  const node = createTestNode();
  const { epoch } = await createJob(node.log);
  const client = await node.connect();
  const start = await snapshotOf(client);
  await append(node.log, 'job-1', chunk('a'), chunk('b'));
  const before = client.wire.length;
  const ack = await client.command('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
  expect(ack).toMatchObject({ outcome: 'replayed' });
  await append(node.log, 'job-1', chunk('c'));
  await node.clock.advance(8);
  const again = client.wire.slice(before).filter((entry) => 'event' in entry);
  expect(readStrictly(start, again).text).toBe('abc');
  expect(node.gateway.stats().subscriptions).toBe(1);
});

test('after an unsubscribe nothing comes, and one in flight is taken back', async () => {
  const node = createTestNode();
  await createJob(node.log);
  const client = await node.connect();
  await client.command('job:subscribe', { jobId: 'job-1' });
  expect(await client.command('job:unsubscribe', { jobId: 'job-1' })).toEqual({ ok: true });
  const inFlight = client.command('job:subscribe', { jobId: 'job-1' });
  const taken = client.command('job:unsubscribe', { jobId: 'job-1' });
  await Promise.all([inFlight, taken]);
  await append(node.log, 'job-1', chunk('a'));
  await node.clock.advance(100);
  expect(client.received()).toEqual([]);
  expect(client.rooms()).toEqual([]);
  expect(node.gateway.stats().subscriptions).toBe(0);
});

test('events appended while a subscribe is in flight are neither lost nor doubled', async () => {
  const node = createTestNode();
  const { epoch } = await createJob(node.log);
  const start = await snapshotOf(await node.connect());
  for (let gap = 0; gap < 12; gap += 1) {
    const client = await node.connect('ann');
    const answered = client.command('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
    for (let turn = 0; turn < gap; turn += 1) await Promise.resolve();
    await append(node.log, 'job-1', chunk('z'));
    await answered;
    await node.clock.advance(8);
    const read = readStrictly(start, client.received());
    expect(read.text).toBe('z'.repeat(gap + 1));
    client.session.disconnected();
  }
});

test('live chunks: the first at once, then what comes within 8 ms together', async () => {
  const node = createTestNode();
  await createJob(node.log);
  const client = await node.connect();
  await client.command('job:subscribe', { jobId: 'job-1' });
  await node.clock.advance(50);
  await append(node.log, 'job-1', chunk('a'));
  expect(client.of('model:chunk:v1')).toHaveLength(1);
  await append(node.log, 'job-1', chunk('b'));
  await node.clock.advance(3);
  await append(node.log, 'job-1', chunk('c'));
  expect(client.of('model:chunk:v1')).toHaveLength(1);
  await node.clock.advance(5);
  expect(client.of('model:chunk:v1').map(({ text }) => text)).toEqual(['a', 'bc']);
});

test('64 waiting chunks, 16 KB of them, or an event that is no chunk do not wait for the window', async () => {
  const node = createTestNode();
  await createJob(node.log);
  const client = await node.connect();
  await client.command('job:subscribe', { jobId: 'job-1' });
  await append(node.log, 'job-1', chunk('first'));
  await append(node.log, 'job-1', ...chunks(64));
  expect(client.of('model:chunk:v1')).toHaveLength(2);
  await append(node.log, 'job-1', chunk('x'.repeat(16_384)));
  expect(client.of('model:chunk:v1')).toHaveLength(3);
  await append(node.log, 'job-1', chunk('tail'));
  await append(node.log, 'job-1', { type: 'job:completed' });
  expect(client.received().slice(-2)).toMatchObject([
    { event: 'model:chunk:v1', payload: { text: 'tail' } },
    { event: 'job:completed' },
  ]);
});

test('a job is sent to all its subscribers of a node with one room emit', async () => {
  const node = createTestNode();
  await createJob(node.log);
  const clients = [];
  for (let index = 0; index < 10; index += 1) {
    const client = await node.connect();
    await client.command('job:subscribe', { jobId: 'job-1' });
    clients.push(client);
  }
  await append(node.log, 'job-1', ...chunks(60, 'a'));
  expect(node.roomEmits()).toBe(1);
  for (const client of clients)
    expect(client.of('model:chunk:v1')[0]).toMatchObject({ sequence: 61, firstSequence: 2 });
});

test('a lost push is repaired by reading as soon as the next one shows the hole', async () => {
  const node = createTestNode();
  await createJob(node.log);
  const client = await node.connect();
  const start = await snapshotOf(client);
  node.log.faults.interceptPushes(() => undefined);
  await append(node.log, 'job-1', chunk('lost'));
  node.log.faults.interceptPushes(undefined);
  await append(node.log, 'job-1', chunk(' found'));
  await settle();
  await node.clock.advance(8);
  expect(readStrictly(start, client.received()).text).toBe('lost found');
});

test('a lost last push of a silent job is found within about 5 s', async () => {
  const node = createTestNode();
  await createJob(node.log);
  const client = await node.connect();
  await client.command('job:subscribe', { jobId: 'job-1' });
  node.log.faults.interceptPushes(() => undefined);
  await append(node.log, 'job-1', chunk('last words'), { type: 'job:completed' });
  await node.clock.advance(5_500);
  expect(client.received().map(({ event }) => event)).toEqual(['model:chunk:v1', 'job:completed']);
});

test('notices that no snapshot carried follow the replay', async () => {
  const node = createTestNode();
  const { epoch } = await createJob(node.log);
  await append(node.log, 'job-1', { type: 'job:started' });
  await node.log.requestCancel({ jobId: 'job-1' });
  await node.clock.advance(31_000);
  const since = node.clock.now() - 31_000;
  const client = await node.connect();
  await client.command('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
  expect(client.received()).toMatchObject([
    { event: 'job:started' },
    { event: 'job:notice', payload: { jobId: 'job-1', kind: 'cancel_requested' } },
    { event: 'job:notice', payload: { jobId: 'job-1', kind: 'worker_silent', since } },
  ]);
});

test('a cancel that was asked for before the end is told before it, since behind an end nobody listens', async () => {
  const node = createTestNode();
  const { epoch } = await createJob(node.log);
  const client = await node.connect();
  await client.command('job:cancel', { jobId: 'job-1' });
  await append(node.log, 'job-1', chunk('a'), { type: 'job:cancelled' });
  await client.command('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
  await settle();
  expect(client.received().map(({ event }) => event)).toEqual(['model:chunk:v1', 'job:notice', 'job:cancelled']);
});

test('a snapshot carries the notices, so none follows it', async () => {
  const node = createTestNode();
  await createJob(node.log);
  await node.log.requestCancel({ jobId: 'job-1' });
  await node.clock.advance(31_000);
  const client = await node.connect();
  const job = await snapshotOf(client);
  expect(job).toMatchObject({ cancelRequested: true, workerSilentSince: node.clock.now() - 31_000 });
  expect(client.received()).toEqual([]);
});

test('subscribers who saw a takeover happen get the new epoch without a reset', async () => {
  const node = createTestNode();
  const { writer } = await createJob(node.log);
  await append(node.log, 'job-1', chunk('before'));
  const client = await node.connect();
  const start = await snapshotOf(client);
  const taken = await node.log.takeover({ jobId: 'job-1', writer });
  if (taken.kind !== 'taken') throw new Error(taken.kind);
  await append(node.log, 'job-1', chunk(' after'));
  await settle();
  await node.clock.advance(8);
  const read = readStrictly(start, client.received());
  expect(read).toMatchObject({ resets: 0, text: 'before after', position: { epoch: taken.epoch, sequence: 3 } });
});

test('a position at the end of an earlier epoch continues; one past it is a reset', async () => {
  const node = createTestNode();
  const { epoch, writer } = await createJob(node.log);
  await append(node.log, 'job-1', chunk('a'), chunk('b'), chunk('c'));
  node.log.faults.loseTail('job-1', 3);
  await node.log.takeover({ jobId: 'job-1', writer });
  await append(node.log, 'job-1', chunk('C'));
  const client = await node.connect();
  expect(await client.command('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 3 } })).toMatchObject({
    outcome: 'replayed',
  });
  expect(await client.command('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 4 } })).toMatchObject({
    outcome: 'reset',
    job: { channels: { output: { text: 'abC' } } },
  });
});

test('who is ahead of a log that lost its tail is held, and continues where the writer has refilled it', async () => {
  const node = createTestNode();
  const { epoch, writer } = await createJob(node.log);
  await append(node.log, 'job-1', chunk('a'), chunk('b'), chunk('c'));
  const start = await snapshotOf(await node.connect());
  node.log.faults.loseTail('job-1', 2);
  const client = await node.connect();
  const ack = await client.command('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 4 } });
  expect(ack).toMatchObject({ outcome: 'holding', position: { epoch, sequence: 4 } });
  await node.log.append({ jobId: 'job-1', writer, from: 3, events: [chunk('b')] });
  await settle();
  expect(client.received()).toEqual([]);
  await node.log.append({ jobId: 'job-1', writer, from: 4, events: [chunk('c'), chunk('d')] });
  await settle();
  await node.clock.advance(8);
  const read = readStrictly(start, client.received());
  expect(read).toMatchObject({ text: 'abcd', resets: 0 });
});

test('a held subscriber is reset when the lease is over without a refill', async () => {
  const node = createTestNode();
  const { epoch } = await createJob(node.log);
  await append(node.log, 'job-1', chunk('a'), chunk('b'));
  node.log.faults.loseTail('job-1', 2);
  const client = await node.connect();
  await client.command('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 3 } });
  await node.clock.advance(29_000);
  expect(client.of('job:reset')).toEqual([]);
  await node.clock.advance(2_000);
  expect(client.of('job:reset')).toMatchObject([{ position: { epoch, sequence: 2 }, job: { sequence: 2 } }]);
});

test('a held subscriber is reset by a takeover, and by the end of the job', async () => {
  for (const end of ['takeover', 'completed'] as const) {
    const node = createTestNode();
    const { epoch, writer } = await createJob(node.log);
    await append(node.log, 'job-1', chunk('a'), chunk('b'), chunk('c'));
    node.log.faults.loseTail('job-1', 2);
    const client = await node.connect();
    expect(await client.command('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 4 } })).toMatchObject({
      outcome: 'holding',
    });
    if (end === 'takeover') await node.log.takeover({ jobId: 'job-1', writer });
    else await append(node.log, 'job-1', { type: 'job:completed' });
    await settle();
    expect(client.of('job:reset')).toHaveLength(1);
    expect(client.of('job:reset')[0]?.job.status).toBe(end === 'takeover' ? 'running' : 'completed');
  }
});

test('live subscribers of a log that loses its tail see the refill once, or one reset at a takeover', async () => {
  for (const refill of [true, false]) {
    const node = createTestNode();
    const { writer } = await createJob(node.log);
    const client = await node.connect();
    const start = await snapshotOf(client);
    await append(node.log, 'job-1', chunk('a'), chunk('b'));
    node.log.faults.loseTail('job-1', 2);
    await settle();
    if (refill) await node.log.append({ jobId: 'job-1', writer, from: 3, events: [chunk('b'), chunk('c')] });
    else {
      await node.log.takeover({ jobId: 'job-1', writer });
      await append(node.log, 'job-1', chunk('B'));
    }
    await settle();
    await node.clock.advance(8);
    const read = readStrictly(start, client.received());
    expect(read).toMatchObject(refill ? { text: 'abc', resets: 0 } : { text: 'aB', resets: 1 });
  }
});

test('a job that was lost with the whole store and made anew gives its subscribers one reset', async () => {
  const node = createTestNode();
  const { epoch } = await createJob(node.log);
  await append(node.log, 'job-1', chunk('a'), chunk('b'));
  const client = await node.connect();
  const start = await snapshotOf(client);
  node.log.faults.restartWithoutLog();
  await settle();
  await createJob(node.log);
  await append(node.log, 'job-1', chunk('A'));
  await settle();
  await node.clock.advance(8);
  const read = readStrictly(start, client.received());
  expect(read).toMatchObject({ resets: 1, text: 'A' });
  expect(read.position.epoch).not.toBe(epoch);
});

test('a job made anew for another owner tells nothing to those who followed it before', async () => {
  const node = createTestNode();
  await createJob(node.log);
  const client = await node.connect();
  await client.command('job:subscribe', { jobId: 'job-1' });
  node.log.faults.restartWithoutLog();
  await createJob(node.log, { ownerId: 'bob' });
  await append(node.log, 'job-1', chunk('of bob'));
  await settle();
  await node.clock.advance(6_000);
  expect(client.received()).toEqual([]);
});

test('those who come back within the linger time are served without another read', async () => {
  const node = createTestNode();
  const { epoch } = await createJob(node.log);
  const first = await node.connect();
  await first.command('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 } });
  await append(node.log, 'job-1', ...chunks(20));
  let reads = 0;
  const { read } = node.log;
  node.log.read = (request) => {
    reads += 1;
    return read(request);
  };
  for (let index = 1; index < 20; index += 1) {
    const client = await node.connect();
    const ack = await client.command('job:subscribe', { jobId: 'job-1', after: { epoch, sequence: 1 + index } });
    expect(ack).toMatchObject({ outcome: 'replayed', position: { sequence: 21 } });
    expect(client.of('model:chunk:v1').at(-1)?.sequence).toBe(21);
  }
  expect(reads).toBeLessThanOrEqual(1);
});

test('all that is sent fits the schemas of the contract', async () => {
  const node = createTestNode();
  const { epoch, writer } = await createJob(node.log, { kind: 'essay', steps: [{ id: 'thinking' }] });
  const client = await node.connect(`ann@${String(node.clock.now() + 61_000)}`);
  const acks = [
    [EVENTS.JOBS_WATCH, await client.command('jobs:watch', {})],
    [EVENTS.JOB_SUBSCRIBE, await client.command('job:subscribe', { jobId: 'job-1' })],
    [EVENTS.JOB_SUBSCRIBE, await client.command('job:subscribe', { jobId: 'nope' })],
    [EVENTS.JOB_CANCEL, await client.command('job:cancel', { jobId: 'job-1' })],
    [EVENTS.JOB_RESUME, await client.command('job:resume', { jobId: 'job-1' })],
    [EVENTS.AUTH_REFRESH, await client.command('auth:refresh', { token: `ann@${String(node.clock.now() + 70_000)}` })],
  ] as const;
  for (const [name, ack] of acks) expect(v.safeParse(ACK_SCHEMAS[name], ack).issues, name).toBeUndefined();
  await append(node.log, 'job-1', { type: 'job:step', step: { id: 'thinking', status: 'active' } }, ...chunks(5));
  await append(node.log, 'job-1', { type: 'job:paused', reason: 'asks' }, { type: 'job:resumed' });
  node.log.faults.loseTail('job-1', 3);
  await node.log.takeover({ jobId: 'job-1', writer });
  await settle();
  node.log.faults.setAvailable(false);
  node.log.faults.setAvailable(true);
  await append(node.log, 'job-1', { type: 'job:failed', error: { code: 'x', message: '', retryable: false } });
  await settle();
  await node.clock.advance(70_000);
  const schemas: Record<string, v.GenericSchema> = { ...JOB_EVENT_SCHEMAS, ...NOTICE_SCHEMAS };
  const seen = new Set<string>();
  for (const { event, payload } of client.received()) {
    const schema = schemas[event];
    if (schema === undefined) throw new Error(`${event} is no event of the contract`);
    expect(v.safeParse(schema, payload).issues, event).toBeUndefined();
    expect(payload).not.toHaveProperty('type');
    seen.add(event);
  }
  for (const event of ['jobs:changed', 'job:reset', 'job:notice', 'auth:expired', 'server:degraded', 'job:paused']) {
    expect(seen).toContain(event);
  }
  expect(epoch).not.toBe('');
  expect(node.errors).toEqual([]);
});
