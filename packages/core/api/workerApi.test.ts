import { expect, test } from 'vitest';
import { append, chunk, chunks, createJob } from '../testing/jobs.ts';
import { settle } from '../testing/manualClock.ts';
import { createTestNode, type TestNode } from '../testing/testNode.ts';
import type { StreamMessage } from './workerApiTypes.ts';

const worker = { kind: 'worker' } as const;
const ann = { kind: 'user', ownerId: 'ann' } as const;
const bob = { kind: 'user', ownerId: 'bob' } as const;

interface Started {
  epoch: string;
  writer: string;
}

async function start(node: TestNode): Promise<Started> {
  const result = await node.api.createJob({ caller: worker, body: { jobId: 'job-1', ownerId: 'ann', title: 'A job' } });
  if (result.status !== 201 || !('body' in result) || result.body.writer === undefined) {
    throw new Error(`created expected, not ${JSON.stringify(result)}`);
  }
  return { epoch: result.body.epoch, writer: result.body.writer };
}

async function* partsOf(...parts: string[][]): AsyncGenerator<string[]> {
  for (const part of parts) {
    await Promise.resolve();
    yield part;
  }
}

test('create: 201, the same idempotency key 200 with the same answer, the same id 200 without a writer', async () => {
  const node = createTestNode();
  const body = { jobId: 'job-1', ownerId: 'ann', title: 'A job' };
  const first = await node.api.createJob({ caller: worker, body, idempotencyKey: 'key' });
  expect(first).toMatchObject({ status: 201, body: { jobId: 'job-1', sequence: 1 } });
  const again = await node.api.createJob({ caller: worker, body, idempotencyKey: 'key' });
  expect(again).toEqual({ ...first, status: 200 });
  const alone = await node.api.createJob({ caller: worker, body });
  expect(alone).toMatchObject({ status: 200, body: { jobId: 'job-1', sequence: 1 } });
  expect('body' in alone && alone.body).not.toHaveProperty('writer');
  expect(await node.api.createJob({ caller: worker, body: { ...body, ownerId: 'bob' } })).toMatchObject({
    status: 409,
    error: { code: 'conflict' },
  });
});

test('create without an id chooses one that fits the pattern', async () => {
  const node = createTestNode();
  const result = await node.api.createJob({ caller: worker, body: { ownerId: 'ann', title: 'A job' } });
  expect('body' in result && result.body.jobId).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/);
});

test('calls for workers refuse users, the list refuses workers', async () => {
  const node = createTestNode();
  await start(node);
  const refusals = [
    await node.api.createJob({ caller: ann, body: {} }),
    await node.api.append({ caller: ann, jobId: 'job-1', body: {} }),
    await node.api.appendLines({ caller: ann, jobId: 'job-1', parts: partsOf() }),
    await node.api.heartbeat({ caller: ann, jobId: 'job-1', body: {} }),
    await node.api.takeover({ caller: ann, jobId: 'job-1', body: {} }),
    await node.api.controlStream({ caller: ann, send: () => undefined }),
    await node.api.list({ caller: worker }),
  ];
  for (const refusal of refusals) expect(refusal).toMatchObject({ status: 401, error: { code: 'unauthorized' } });
});

test('bodies that do not fit are 400 with the place', async () => {
  const node = createTestNode();
  await start(node);
  const call = { caller: worker, jobId: 'job-1' };
  const results = [
    await node.api.createJob({ caller: worker, body: { ownerId: 'ann' } }),
    await node.api.append({ ...call, body: { events: [] } }),
    await node.api.append({ ...call, body: { events: [{ type: 'job:created', title: 'x' }] } }),
    await node.api.append({ ...call, body: { events: [{ type: 'job:progress', progress: 101 }] } }),
    await node.api.append({ ...call, body: { events: chunks(1_001) } }),
    await node.api.append({ ...call, body: { events: [chunk('a')], from: 0 } }),
    await node.api.append({ ...call, body: undefined }),
    await node.api.heartbeat({ ...call, body: {} }),
    await node.api.takeover({ ...call, body: { writer: 7 } }),
    await node.api.cancel({ caller: ann, jobId: 'job-1', body: { reason: 7 } }),
    await node.api.list({ caller: ann, limit: 0 }),
    await node.api.list({ caller: ann, status: 'dancing' }),
    await node.api.list({ caller: ann, cursor: 'x' }),
    await node.api.eventStream({
      caller: ann,
      jobId: 'job-1',
      after: '7',
      send: () => undefined,
      end: () => undefined,
    }),
  ];
  for (const result of results) expect(result).toMatchObject({ status: 400, error: { code: 'invalid_payload' } });
  expect(await node.log.read({ jobId: 'job-1' })).toMatchObject({ head: { sequence: 1 } });
});

test('append: idempotent with from and writer; gap, fenced and finished are 409 with their codes', async () => {
  const node = createTestNode();
  const { epoch, writer } = await start(node);
  const call = (from: number, ...events: unknown[]) =>
    node.api.append({ caller: worker, jobId: 'job-1', body: { from, writer, events } });
  expect(await call(2, chunk('a'))).toEqual({ status: 200, body: { epoch, sequence: 2, cancelRequested: false } });
  expect(await call(2, chunk('a'))).toEqual({
    status: 200,
    body: { epoch, sequence: 2, cancelRequested: false, duplicate: true },
  });
  expect(await call(5, chunk('d'))).toMatchObject({ status: 409, error: { code: 'gap', sequence: 2 } });
  expect(await call(3, { type: 'job:completed', result: { pages: 3 } })).toMatchObject({ status: 200 });
  expect(await call(4, chunk('late'))).toMatchObject({ status: 409, error: { code: 'finished' } });
  expect(
    await node.api.append({ caller: worker, jobId: 'job-1', body: { from: 2, writer: 'old', events: [chunk('a')] } }),
  ).toMatchObject({ status: 409, error: { code: 'fenced' } });
  expect(await node.api.append({ caller: worker, jobId: 'job-2', body: { events: [chunk('a')] } })).toMatchObject({
    status: 404,
    error: { code: 'not_found' },
  });
});

test('the legacy name job:chunk is taken and told as model:chunk:v1', async () => {
  const node = createTestNode();
  await start(node);
  const client = await node.connect();
  await client.command('job:subscribe', { jobId: 'job-1' });
  const body = { events: [{ type: 'job:chunk', text: 'old' }] };
  expect(await node.api.append({ caller: worker, jobId: 'job-1', body })).toMatchObject({ status: 200 });
  expect(client.received().map(({ event }) => event)).toEqual(['model:chunk:v1']);
});

test('an append without from is refused where the log has lost what was answered before', async () => {
  const node = createTestNode();
  await start(node);
  const call = () => node.api.append({ caller: worker, jobId: 'job-1', body: { events: [chunk('a')] } });
  await call();
  await call();
  node.log.faults.loseTail('job-1', 2);
  expect(await call()).toMatchObject({ status: 409, error: { code: 'gap', sequence: 2 } });
});

test('a long upload is appended as it arrives, one answer at the end', async () => {
  const node = createTestNode();
  const { writer, epoch } = await start(node);
  const line = (text: string) => JSON.stringify(chunk(text));
  const upload = (...parts: string[][]) =>
    node.api.appendLines({ caller: worker, jobId: 'job-1', from: 2, writer, parts: partsOf(...parts) });
  const parts = [[line('a'), '', line('b')], [line('c')]];
  expect(await upload(...parts)).toEqual({ status: 200, body: { epoch, sequence: 4, cancelRequested: false } });
  expect(await upload(...parts)).toMatchObject({ status: 200, body: { sequence: 4, duplicate: true } });
  const many = [Array.from({ length: 2_500 }, () => line('x'))];
  expect(await upload([line('a'), line('b'), line('c')], ...many)).toMatchObject({ body: { sequence: 2_504 } });
});

test('after an error in a long upload the lines before it stay', async () => {
  const node = createTestNode();
  await start(node);
  const line = (text: string) => JSON.stringify(chunk(text));
  const upload = (...parts: string[][]) =>
    node.api.appendLines({ caller: worker, jobId: 'job-1', parts: partsOf(...parts) });
  expect(await upload([line('a'), '{"type":', line('c')], [line('d')])).toMatchObject({
    status: 400,
    error: { code: 'invalid_payload', message: 'line 2: must be JSON' },
  });
  const misplaced = JSON.stringify({ type: 'model:chunk:v1', text: 'x', offset: 99 });
  expect(await upload([line('b'), misplaced, line('c')])).toMatchObject({ status: 400 });
  expect(await node.log.read({ jobId: 'job-1' })).toMatchObject({
    snapshot: { channels: { output: { text: 'ab' } }, sequence: 3 },
  });
});

test('heartbeat and takeover answer as the table says', async () => {
  const node = createTestNode();
  const { writer, epoch } = await start(node);
  const call = { caller: worker, jobId: 'job-1' };
  expect(await node.api.heartbeat({ ...call, body: { writer } })).toEqual({
    status: 200,
    body: { cancelRequested: false },
  });
  await node.clock.advance(10_000);
  expect(await node.api.takeover({ ...call, body: undefined })).toMatchObject({
    status: 409,
    error: { code: 'leased', retryAfterMs: 20_000 },
  });
  const taken = await node.api.takeover({ ...call, body: { writer } });
  expect(taken).toMatchObject({ status: 200, body: { sequence: 1 } });
  expect('body' in taken && taken.body.epoch).not.toBe(epoch);
  expect(await node.api.takeover({ ...call, body: { writer } })).toMatchObject({
    status: 409,
    error: { code: 'fenced' },
  });
  expect(await node.api.heartbeat({ ...call, body: { writer } })).toMatchObject({ error: { code: 'fenced' } });
  await append(node.log, 'job-1', { type: 'job:completed' });
  expect(await node.api.takeover({ ...call, body: {} })).toMatchObject({ status: 409, error: { code: 'finished' } });
  expect(await node.api.takeover({ ...call, jobId: 'job-2', body: {} })).toMatchObject({ status: 404 });
});

test('get, cancel and resume: a foreign job and an unknown one give the same 404', async () => {
  const node = createTestNode();
  await start(node);
  expect(await node.api.get({ caller: ann, jobId: 'job-1' })).toMatchObject({
    status: 200,
    body: { job: { sequence: 1 } },
  });
  expect(await node.api.get({ caller: worker, jobId: 'job-1' })).toMatchObject({ status: 200 });
  for (const call of [
    (jobId: string) => node.api.get({ caller: bob, jobId }),
    (jobId: string) => node.api.cancel({ caller: bob, jobId, body: {} }),
    (jobId: string) => node.api.resume({ caller: bob, jobId }),
    (jobId: string) => node.api.eventStream({ caller: bob, jobId, send: () => undefined, end: () => undefined }),
  ]) {
    const foreign = await call('job-1');
    expect(foreign).toMatchObject({ status: 404, error: { code: 'not_found' } });
    for (const jobId of ['job-2', '../etc', '']) expect(await call(jobId)).toEqual(foreign);
  }
  expect(await node.api.cancel({ caller: ann, jobId: 'job-1', body: undefined })).toEqual({
    status: 200,
    body: { state: 'requested' },
  });
  expect(await node.api.cancel({ caller: worker, jobId: 'job-1', body: {} })).toEqual({
    status: 200,
    body: { state: 'already_requested' },
  });
  expect(await node.api.resume({ caller: ann, jobId: 'job-1' })).toEqual({
    status: 200,
    body: { state: 'not_resumable' },
  });
});

test('a list comes in pages', async () => {
  const node = createTestNode();
  for (let index = 0; index < 3; index += 1) await createJob(node.log, { jobId: `job-${String(index)}` });
  const first = await node.api.list({ caller: ann, limit: 2 });
  if (!('body' in first) || first.body.next === undefined) throw new Error('a next page expected');
  const second = await node.api.list({ caller: ann, limit: 2, cursor: first.body.next });
  if (!('body' in second)) throw new Error('a page expected');
  expect([...first.body.jobs, ...second.body.jobs].map(({ jobId }) => jobId).sort()).toEqual([
    'job-0',
    'job-1',
    'job-2',
  ]);
  expect(second.body).not.toHaveProperty('next');
  expect(await node.api.list({ caller: bob })).toEqual({ status: 200, body: { jobs: [] } });
});

test('a control stream begins with what is pending, filters by kind, and ends when closed', async () => {
  const node = createTestNode();
  await createJob(node.log, { jobId: 'job-1', kind: 'essay' });
  await createJob(node.log, { jobId: 'job-2', kind: 'image' });
  await node.log.requestCancel({ jobId: 'job-1' });
  await node.log.requestCancel({ jobId: 'job-2' });
  const essays: unknown[] = [];
  const all: unknown[] = [];
  const stream = await node.api.controlStream({
    caller: worker,
    kind: 'essay',
    send: (message) => essays.push(message),
  });
  await node.api.controlStream({ caller: worker, send: (message) => all.push(message) });
  expect(essays).toEqual([{ event: 'cancel', data: { jobId: 'job-1' } }]);
  expect(all).toHaveLength(2);
  await append(node.log, 'job-1', { type: 'job:paused' });
  await node.log.requestResume({ jobId: 'job-1' });
  expect(essays.at(-1)).toEqual({ event: 'resume', data: { jobId: 'job-1' } });
  if ('close' in stream) stream.close();
  await append(node.log, 'job-1', { type: 'job:resumed' }, { type: 'job:paused' });
  await node.log.requestResume({ jobId: 'job-1' });
  expect(essays).toHaveLength(2);
  expect(all).toHaveLength(4);
});

test('a request while a control stream opens is sent once', async () => {
  for (let turns = 0; turns < 8; turns += 1) {
    const node = createTestNode();
    await createJob(node.log);
    const sent: unknown[] = [];
    const opened = node.api.controlStream({ caller: worker, send: (message) => sent.push(message) });
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    await node.log.requestCancel({ jobId: 'job-1' });
    await opened;
    expect(sent).toHaveLength(1);
  }
});

async function openStream(node: TestNode, request: { after?: string; lastEventId?: string } = {}) {
  const messages: StreamMessage[] = [];
  let ends = 0;
  const result = await node.api.eventStream({
    caller: ann,
    jobId: 'job-1',
    ...request,
    send: (message) => messages.push(message),
    end: () => {
      ends += 1;
    },
  });
  await settle();
  return { result, messages, ends: () => ends };
}

test('an event stream begins with the first event, carries ids, and ends after a final event', async () => {
  const node = createTestNode();
  const { epoch } = await start(node);
  await append(node.log, 'job-1', chunk('a'), chunk('b'));
  const stream = await openStream(node);
  await append(node.log, 'job-1', { type: 'job:completed' });
  expect(stream.messages).toMatchObject([
    { event: 'job:created', id: `${epoch}:1`, data: { title: 'A job' } },
    { event: 'model:chunk:v1', id: `${epoch}:3`, data: { text: 'ab', firstSequence: 2 } },
    { event: 'job:completed', id: `${epoch}:4` },
  ]);
  expect(stream.ends()).toBe(1);
  expect(stream.result).toMatchObject({ status: 200 });
});

test('an event stream of a job that has ended is replayed and ends; asked again there is nothing: 204', async () => {
  const node = createTestNode();
  const { epoch } = await start(node);
  await append(node.log, 'job-1', chunk('a'), { type: 'job:completed' });
  const stream = await openStream(node);
  expect(stream.messages).toHaveLength(3);
  expect(stream.ends()).toBe(1);
  const again = await openStream(node, { lastEventId: `${epoch}:3` });
  expect(again.result).toEqual({ status: 204 });
  expect(again.messages).toEqual([]);
  await node.clock.advance(10_000);
  expect(node.gateway.stats().feeds).toBe(0);
});

test('Last-Event-ID wins over after', async () => {
  const node = createTestNode();
  const { epoch } = await start(node);
  await append(node.log, 'job-1', { type: 'job:started' }, chunk('a'));
  const stream = await openStream(node, { after: `${epoch}:1`, lastEventId: `${epoch}:2` });
  expect(stream.messages.map(({ event }) => event)).toEqual(['model:chunk:v1']);
});

test('a snapshot comes as job:reset with its position as id; a retryable failure does not end the stream', async () => {
  const node = createTestNode();
  const { epoch } = await start(node);
  const stream = await openStream(node, { after: 'forged:9' });
  expect(stream.messages).toMatchObject([
    { event: 'job:reset', id: `${epoch}:1`, data: { position: { epoch, sequence: 1 } } },
  ]);
  await append(node.log, 'job-1', { type: 'job:failed', error: { code: 'busy', message: '', retryable: true } });
  expect(stream.ends()).toBe(0);
  await append(node.log, 'job-1', { type: 'job:resumed' }, { type: 'job:cancelled' });
  expect(stream.ends()).toBe(1);
  expect(stream.messages.at(-1)?.event).toBe('job:cancelled');
});

test('a closed event stream gets nothing more and leaves nothing behind', async () => {
  const node = createTestNode({ gateway: { janitor: false } });
  await start(node);
  const stream = await openStream(node);
  if ('close' in stream.result) stream.result.close();
  await append(node.log, 'job-1', chunk('a'));
  expect(stream.messages).toHaveLength(1);
  await node.clock.advance(10_000);
  expect(node.clock.pending()).toBe(0);
});

test('a store out of reach is 503 with when to come back, an unexpected error 500 without its words', async () => {
  const node = createTestNode();
  await start(node);
  node.log.faults.setAvailable(false);
  for (const result of [
    await node.api.get({ caller: ann, jobId: 'job-1' }),
    await node.api.append({ caller: worker, jobId: 'job-1', body: { events: [chunk('a')] } }),
    await node.api.controlStream({ caller: worker, send: () => undefined }),
    (await openStream(node)).result,
  ]) {
    expect(result).toMatchObject({ status: 503, error: { code: 'unavailable', retryAfterMs: 1_000 } });
  }
  node.log.faults.setAvailable(true);
  node.log.read = () => Promise.reject(new Error('a secret'));
  const result = await node.api.get({ caller: ann, jobId: 'job-1' });
  expect(result).toMatchObject({ status: 500, error: { code: 'internal' } });
  expect(JSON.stringify(result)).not.toContain('a secret');
});
