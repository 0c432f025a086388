import { Redis } from 'ioredis';
import { createSeededRandom } from '@regen/realtime-mocks';
import { createJobReducer, stringText, type IngestEvent, type JobState } from '@regen/realtime-shared';
import { afterEach, expect, test, vi } from 'vitest';
import { redisKeys } from '../../server/redis/keys.ts';
import { redisJobLog, type RedisJobLog } from '../../server/redis/redisJobLog.ts';
import { redisForTests } from './redisUnderTest.ts';
import { startTcpProxy } from './tcpProxy.ts';

/** What the contract does not see: several nodes on one Redis, what lies in it, and what goes wrong on the way there. */

const redis = redisForTests('single');
const opened: (() => void)[] = [];
let prefixes = 0;

afterEach(() => {
  for (const close of opened.splice(0)) close();
  vi.restoreAllMocks();
});

function newPrefix(): string {
  prefixes += 1;
  return `n${String(prefixes)}:`;
}

async function openLog(prefix: string, options: Partial<Parameters<typeof redisJobLog>[0]> = {}): Promise<RedisJobLog> {
  const log = redisJobLog({
    address: { kind: 'single', url: `redis://127.0.0.1:${String(redis().ports[0])}` },
    prefix,
    random: createSeededRandom(opened.length + 1),
    maxRetryMs: 50,
    onError: (error) => {
      throw error;
    },
    ...options,
  });
  opened.push(log.close);
  await log.ready(10_000);
  return log;
}

function admin(): Redis {
  const client = new Redis(redis().ports[0] ?? 0, '127.0.0.1');
  opened.push(() => {
    client.disconnect();
  });
  return client;
}

const job = { jobId: 'job-1', ownerId: 'ann', title: 'A job' };
const chunk = (text: string): IngestEvent => ({ type: 'model:chunk:v1', text });
const failure: IngestEvent = { type: 'job:failed', error: { code: 'c', message: 'm', retryable: true } };
const fold = createJobReducer(stringText);

async function textOf(log: RedisJobLog, jobId = 'job-1'): Promise<string | undefined> {
  const read = await log.read({ jobId });
  return read.kind === 'snapshot' ? read.snapshot.channels['output']?.text : undefined;
}

test('a worker whose calls reach one node after the other writes one log without holes', async () => {
  const prefix = newPrefix();
  const nodes = [await openLog(prefix), await openLog(prefix), await openLog(prefix)];
  const created = await nodes[0]?.create(job);
  const writer = created?.kind === 'created' ? created.writer : '';
  for (let index = 0; index < 60; index += 1) {
    const node = nodes[index % nodes.length];
    expect(
      await node?.append({ jobId: 'job-1', from: index + 2, writer, events: [chunk(`${String(index)} `)] }),
    ).toEqual(expect.objectContaining({ kind: 'appended', sequence: index + 2 }));
  }
  for (const node of nodes) {
    const read = await node.read({ jobId: 'job-1', after: 'beginning' });
    if (read.kind !== 'events') throw new Error(read.kind);
    expect(read.events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 61 }, (_, index) => index + 1));
    expect(await textOf(node)).toBe(Array.from({ length: 60 }, (_, index) => `${String(index)} `).join(''));
  }
});

test('appends at once through several nodes take their places one after the other', async () => {
  const prefix = newPrefix();
  const nodes = [await openLog(prefix), await openLog(prefix)];
  await nodes[0]?.create(job);
  const results = await Promise.all(
    Array.from({ length: 40 }, (_, index) => nodes[index % 2]?.append({ jobId: 'job-1', events: [chunk('x')] })),
  );
  const sequences = results.map((result) => (result?.kind === 'appended' ? result.sequence : Number.NaN));
  expect(sequences.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 40 }, (_, index) => index + 2));
});

test('servers that start after none ran give each worker a lease to be heard again', async () => {
  const prefix = newPrefix();
  let time = 1_800_000_000_000;
  const before = await openLog(prefix, { now: () => time });
  const created = await before.create(job);
  const writer = created.kind === 'created' ? created.writer : '';
  await before.create({ ...job, jobId: 'job-2' });
  before.close();
  time += 300_000;
  const log = await openLog(prefix, { now: () => time });
  expect(await log.sweep()).toEqual({ nextDueInMs: 30_000, givenUp: [] });
  expect(await log.heartbeat({ jobId: 'job-1', writer })).toMatchObject({ kind: 'renewed' });
  time += 29_999;
  await log.sweep();
  expect(await log.read({ jobId: 'job-2' })).toMatchObject({ snapshot: { status: 'queued' } });
  time += 1;
  await log.sweep();
  expect(await log.read({ jobId: 'job-1' })).toMatchObject({ snapshot: { status: 'queued' } });
  expect(await log.read({ jobId: 'job-2' })).toMatchObject({ snapshot: { error: { code: 'worker_lost' } } });
});

test('a machine whose clock is set forward gives no worker up', async () => {
  const log = await openLog(newPrefix());
  await log.create(job);
  const hour = Date.now() + 3_600_000;
  vi.spyOn(Date, 'now').mockReturnValue(hour);
  const { nextDueInMs } = await log.sweep();
  expect(await log.read({ jobId: 'job-1' })).toMatchObject({ snapshot: { status: 'queued' } });
  expect(nextDueInMs).toBeGreaterThan(0);
  vi.restoreAllMocks();
  const [seconds = 0] = await admin().time();
  await log.append({ jobId: 'job-1', events: [{ type: 'job:started' }] });
  const read = await log.read({ jobId: 'job-1' });
  expect(
    Math.abs((read.kind === 'snapshot' ? (read.snapshot.startedAt ?? 0) : 0) / 1_000 - Number(seconds)),
  ).toBeLessThan(60);
});

test('a node that remembers an older state of a job answers by what it is now', async () => {
  const prefix = newPrefix();
  const [here, there] = [await openLog(prefix), await openLog(prefix)];
  const created = await here.create(job);
  const writer = created.kind === 'created' ? created.writer : '';
  const taken = await there.takeover({ jobId: 'job-1', writer });
  expect(taken.kind).toBe('taken');
  expect(await here.append({ jobId: 'job-1', from: 2, writer, events: [chunk('late')] })).toEqual({ kind: 'fenced' });
  await there.append({ jobId: 'job-1', events: [failure] });
  expect(await here.requestResume({ jobId: 'job-1' })).toEqual({ kind: 'requested' });
  await there.append({ jobId: 'job-1', events: [{ type: 'job:resumed' }, { type: 'job:completed' }] });
  expect(await here.requestCancel({ jobId: 'job-1' })).toEqual({ kind: 'already_finished' });
});

test('creates with one idempotency key, at once and on several nodes, make one job', async () => {
  const prefix = newPrefix();
  const nodes = [await openLog(prefix), await openLog(prefix), await openLog(prefix)];
  const results = await Promise.all(
    nodes.flatMap((node, index) =>
      ['a', 'b'].map((name) => node.create({ ...job, jobId: `job-${String(index)}${name}`, idempotencyKey: 'key' })),
    ),
  );
  const [first] = results;
  if (first === undefined || !('writer' in first)) throw new Error('A writer was expected.');
  for (const result of results) {
    expect(result).toMatchObject({ jobId: first.jobId, epoch: first.epoch, writer: first.writer, sequence: 1 });
  }
  expect(results.filter(({ kind }) => kind === 'created')).toHaveLength(1);
  expect(await nodes[0]?.recent({ ownerId: 'ann', finishedLimit: 10 })).toHaveLength(1);
});

test('a create that broke off behind its reservation is carried out by who repeats it', async () => {
  const prefix = newPrefix();
  const log = await openLog(prefix);
  const incarnation = { epoch: 'e1', writer: 'w1' };
  const until = Date.now() + 60_000;
  await admin().set(
    redisKeys(prefix).answer('ann', 'key'),
    JSON.stringify({ jobId: 'job-7', incarnation, isSettled: false, until }),
  );
  const answer = { jobId: 'job-7', epoch: 'e1', writer: 'w1', sequence: 1 };
  expect(await log.create({ ...job, jobId: 'job-8', idempotencyKey: 'key' })).toEqual({ kind: 'created', ...answer });
  expect(await log.create({ ...job, jobId: 'job-9', idempotencyKey: 'key' })).toEqual({ kind: 'repeated', ...answer });
  expect(await log.read({ jobId: 'job-8' })).toEqual({ kind: 'missing' });
});

test('a key whose create was refused is free for the next create', async () => {
  const log = await openLog(newPrefix());
  await log.create({ ...job, ownerId: 'bob' });
  expect(await log.create({ ...job, idempotencyKey: 'key' })).toEqual({ kind: 'conflict' });
  expect(await log.create({ ...job, jobId: 'job-2', idempotencyKey: 'key' })).toMatchObject({
    kind: 'created',
    jobId: 'job-2',
  });
});

test('a create whose answer was lost is answered the same after a takeover, too', async () => {
  const prefix = newPrefix();
  const log = await openLog(prefix);
  const created = await log.create({ ...job, idempotencyKey: 'key' });
  const key = redisKeys(prefix).answer('ann', 'key');
  const client = admin();
  const kept = JSON.parse((await client.get(key)) ?? '') as object;
  await client.set(key, JSON.stringify({ ...kept, isSettled: false }));
  await log.takeover({ jobId: 'job-1', writer: 'writer' in created ? created.writer : '' });
  expect(await log.create({ ...job, jobId: 'job-2', idempotencyKey: 'key' })).toEqual({ ...created, kind: 'repeated' });
});

test('who listens is told to read again when only the way of commands was lost', async () => {
  const log = await openLog(newPrefix());
  let told = (): void => undefined;
  const checked = new Promise<void>((resolve) => {
    told = resolve;
  });
  await log.subscribe('job-1', ({ kind }) => {
    if (kind === 'check') told();
  }).ready;
  await admin().call('CLIENT', 'KILL', 'TYPE', 'normal');
  await checked;
  expect(log.isAvailable()).toBe(true);
});

test('who listens is told to read again when its connection was lost', async () => {
  const log = await openLog(newPrefix());
  await log.create(job);
  const messages: string[] = [];
  const told = new Promise<void>((resolve) => {
    for (const source of [
      log.subscribe('job-1', ({ kind }) => messages.push(`job ${kind}`)),
      log.subscribeOwner('ann', ({ kind }) => messages.push(`owner ${kind}`)),
      log.subscribeControl(({ kind }) => {
        messages.push(`control ${kind}`);
        resolve();
      }),
    ]) {
      source.ready.catch(() => undefined);
    }
  });
  await log.settle();
  await admin().call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await told;
  expect(messages).toEqual(expect.arrayContaining(['job check', 'owner check', 'control check']));
  await log.append({ jobId: 'job-1', events: [chunk('again')] });
  await log.settle();
  expect(messages).toContain('job events');
});

test('a connection that listens and died without a word is noticed, and made anew', async () => {
  const proxy = await startTcpProxy(redis().ports[0] ?? 0);
  opened.push(() => void proxy.close());
  const log = await openLog(newPrefix(), {
    address: { kind: 'single', url: `redis://127.0.0.1:${String(proxy.port)}` },
    pingMs: 20,
  });
  await log.create(job);
  const messages: string[] = [];
  const checked = new Promise<void>((resolve) => {
    log.subscribe('job-1', ({ kind }) => {
      messages.push(kind);
      if (kind === 'check') resolve();
    });
  });
  await log.settle();
  proxy.silence('regen-realtime-listener');
  await log.append({ jobId: 'job-1', events: [chunk('unheard')] });
  await checked;
  messages.length = 0;
  await log.append({ jobId: 'job-1', events: [chunk('heard')] });
  await log.settle();
  expect(messages).toContain('events');
});

test('lists that name jobs that are gone leave out none that is there', async () => {
  const prefix = newPrefix();
  let time = 1_800_000_000_000;
  const log = await openLog(prefix, { now: () => time });
  const jobIds = Array.from({ length: 250 }, (_, index) => `job-${String(index).padStart(3, '0')}`);
  for (const jobId of jobIds) {
    time += 1;
    await log.create({ ...job, jobId });
    await log.append({ jobId, events: [{ type: 'job:completed' }] });
  }
  await log.settle();
  const keys = redisKeys(prefix);
  const client = admin();
  const isGone = (index: number): boolean => index >= 120 && index < 220;
  for (const jobId of jobIds.filter((_, index) => isGone(index))) await client.del(keys.job(jobId));
  const left = jobIds.filter((_, index) => !isGone(index)).toReversed();
  const finished = await log.recent({ ownerId: 'ann', finishedLimit: 200 });
  expect(finished.map(({ job: { jobId } }) => jobId)).toEqual(left);
  await Promise.all(
    jobIds.map((jobId, index) => client.zadd(keys.owner('ann', 'all'), 1_800_000_000_001 + index, jobId)),
  );
  const page = await log.list({ ownerId: 'ann', limit: 200 });
  expect(page.kind === 'page' && page.jobs.map(({ jobId }) => jobId)).toEqual(left);
  expect(await client.zcard(keys.owner('ann', 'all'))).toBe(250);
  time += 60_000;
  expect(await log.list({ ownerId: 'ann', limit: 200 })).toEqual(page);
  expect(await client.zcard(keys.owner('ann', 'all'))).toBe(150);
});

test('a job that is listed while another server begins it is in all lists from then on', async () => {
  const prefix = newPrefix();
  const log = await openLog(prefix);
  const client = admin();
  const key = redisKeys(prefix).job('job-1');
  await log.create(job);
  // As it is where the index names the job and the job is not there yet.
  await client.rename(key, `${key}:later`);
  expect(await log.list({ ownerId: 'ann', limit: 10 })).toEqual({ kind: 'page', jobs: [] });
  expect(await log.recent({ ownerId: 'ann', finishedLimit: 10 })).toEqual([]);
  await client.rename(`${key}:later`, key);
  expect(await log.list({ ownerId: 'ann', limit: 10 })).toMatchObject({ jobs: [{ jobId: 'job-1' }] });
  expect(await log.recent({ ownerId: 'ann', finishedLimit: 10 })).toMatchObject([{ job: { jobId: 'job-1' } }]);
});

test('a failed job that goes on is among the unfinished ones again', async () => {
  const log = await openLog(newPrefix());
  await log.create(job);
  await log.append({ jobId: 'job-1', events: [failure] });
  await log.settle();
  expect(await log.recent({ ownerId: 'ann', finishedLimit: 0 })).toEqual([]);
  await log.append({ jobId: 'job-1', events: [{ type: 'job:resumed' }] });
  expect(await log.recent({ ownerId: 'ann', finishedLimit: 0 })).toMatchObject([{ job: { status: 'running' } }]);
  await log.append({ jobId: 'job-1', events: [{ type: 'job:completed' }] });
  await log.settle();
  expect(await log.recent({ ownerId: 'ann', finishedLimit: 0 })).toEqual([]);
});

test('a failed job that is listed while another server goes on with it stays among the unfinished ones', async () => {
  const prefix = newPrefix();
  const log = await openLog(prefix);
  const client = admin();
  const key = redisKeys(prefix).job('job-1');
  await log.create(job);
  await log.append({ jobId: 'job-1', events: [failure] });
  await log.settle();
  await client.copy(key, `${key}:failed`);
  await log.append({ jobId: 'job-1', events: [{ type: 'job:resumed' }] });
  // As it is where the index names the job open and the job has not gone on yet.
  await client.rename(key, `${key}:later`);
  await client.rename(`${key}:failed`, key);
  await log.recent({ ownerId: 'ann', finishedLimit: 10 });
  await client.rename(`${key}:later`, key);
  expect(await log.recent({ ownerId: 'ann', finishedLimit: 0 })).toMatchObject([{ job: { status: 'running' } }]);
});

test('who leaves the last owner that is listened to leaves no job, and the other way round', async () => {
  const log = await openLog(newPrefix());
  await log.create(job);
  const messages: string[] = [];
  const listenToJob = () => log.subscribe('job-1', ({ kind }) => messages.push(`job ${kind}`));
  const listenToOwner = () => log.subscribeOwner('ann', ({ kind }) => messages.push(`owner ${kind}`));
  const first = [listenToJob(), listenToOwner()];
  await Promise.all(first.map(({ ready }) => ready));
  first[1]?.close();
  await log.settle();
  await log.append({ jobId: 'job-1', events: [chunk('a')] });
  await log.settle();
  expect(messages).toContain('job events');
  await listenToOwner().ready;
  first[0]?.close();
  await log.settle();
  await log.append({ jobId: 'job-1', events: [{ type: 'job:completed' }] });
  await log.settle();
  expect(messages).toContain('owner job');
});

test('a long log keeps what is asked for, and a snapshot that is never far behind', async () => {
  const prefix = newPrefix();
  const log = await openLog(prefix, { retention: { maxEvents: 1_000, maxLength: 1_000_000 } });
  await log.create(job);
  const events = Array.from({ length: 6_000 }, (_, index) => chunk(`${String(index)},`));
  for (let at = 0; at < events.length; at += 100) {
    await log.append({ jobId: 'job-1', events: events.slice(at, at + 100) });
  }
  await log.settle();
  const keys = redisKeys(prefix);
  const stored = await admin().xrange(keys.events('job-1'), '-', '+');
  const held = stored.flatMap(([, fields]) => JSON.parse(fields[3] ?? '[]') as unknown[]).length;
  expect(held).toBeGreaterThanOrEqual(1_000);
  expect(held).toBeLessThan(2_500);
  expect(6_001 - Number(await admin().hget(keys.job('job-1'), 'sn'))).toBeLessThan(1_024);
  expect(await textOf(log)).toBe(events.map((event) => ('text' in event ? event.text : '')).join(''));
  expect((await log.read({ jobId: 'job-1', after: 'beginning' })).kind).toBe('snapshot');
});

test('an append that a snapshot is too far behind of waits for the next one', async () => {
  const prefix = newPrefix();
  const log = await openLog(prefix, { retention: { maxEvents: 100, maxLength: 1_000_000 } });
  const client = admin();
  const keys = redisKeys(prefix);
  await log.create(job);
  // Connected by now: what it asks next is asked at once.
  await client.ping();
  await log.append({ jobId: 'job-1', events: Array.from({ length: 4_200 }, () => chunk('x')) });
  expect(await client.hget(keys.job('job-1'), 'sn')).toBe('4201');
  await log.append({ jobId: 'job-1', events: [chunk('y'.repeat(600_000))] });
  expect(await client.hget(keys.job('job-1'), 'sn')).toBe('4202');
});

test('what is read after any position is the fold of the log from there', async () => {
  const log = await openLog(newPrefix());
  const created = await log.create(job);
  for (let index = 0; index < 40; index += 1) {
    await log.append({ jobId: 'job-1', events: [chunk('ab '), { type: 'job:progress', progress: index }] });
  }
  const all = await log.read({ jobId: 'job-1', after: 'beginning' });
  if (all.kind !== 'events' || !('epoch' in created)) throw new Error(all.kind);
  const whole = all.events.reduce<JobState | null>((state, event) => fold.reduce(state, event), null);
  for (const sequence of [0, 1, 2, 7, 40, 80, 81]) {
    const read = await log.read({ jobId: 'job-1', after: { epoch: created.epoch, sequence }, maxEvents: 9 });
    if (read.kind !== 'events') throw new Error(read.kind);
    expect(read.events).toEqual(all.events.slice(sequence, sequence + 9));
    expect(read.remaining.events).toBe(Math.max(0, 81 - sequence - 9));
  }
  const read = await log.read({ jobId: 'job-1' });
  expect(read.kind === 'snapshot' && read.snapshot).toEqual(whole);
});

test('nothing is left of a job that is forgotten, and nothing of one that is not lives for ever', async () => {
  const prefix = newPrefix();
  let time = 1_800_000_000_000;
  const log = await openLog(prefix, { now: () => time });
  const client = admin();
  await log.create({ ...job, idempotencyKey: 'key' });
  await log.requestCancel({ jobId: 'job-1' });
  const before = await client.keys(`${prefix}*`);
  const lasting = [/:due$/, /:asked$/];
  for (const key of before) {
    const isLasting = lasting.some((pattern) => pattern.test(key));
    expect(isLasting || (await client.pttl(key)) > 0, key).toBe(true);
  }
  await log.append({ jobId: 'job-1', events: [{ type: 'job:cancelled' }] });
  await log.settle();
  time += 86_400_000 + 1;
  await log.sweep();
  const left = (await client.keys(`${prefix}*`)).filter((key) => !key.endsWith(':probe') && !key.includes(':i:'));
  expect(left).toEqual([]);
});

test('scripts that Redis has forgotten are told to it again', async () => {
  const log = await openLog(newPrefix());
  await log.create(job);
  await admin().script('FLUSH');
  expect(await log.append({ jobId: 'job-1', events: [chunk('once')] })).toMatchObject({
    kind: 'appended',
    sequence: 2,
  });
  expect(await textOf(log)).toBe('once');
});
