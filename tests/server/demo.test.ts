import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryJobLog, type JobLog } from '@regen/realtime-core';
import { isFinished, systemClock, type JobSnapshot } from '@regen/realtime-shared';
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { createDemo, type Demo } from '../../server/demo/index.ts';
import { quotedAnswer } from '../../server/demo/demoAgent.ts';
import type { ModelOptions } from '../../server/demo/model.ts';
import { DEVELOPMENT_WORKER_KEY, readConfig, startServer, type RunningServer } from '../../server/index.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const SENTENCE = 'Nothing is lost in a crash: the log has every word.';

interface DemoBed {
  server: RunningServer;
  demo: Demo;
  log: JobLog;
  errors: unknown[];
  ask(prompt: unknown, token?: string): Promise<{ status: number; body: Record<string, unknown> }>;
  call(path: string, token?: string): Promise<number>;
  read(jobId: string): Promise<JobSnapshot>;
  until(jobId: string, isSo: (job: JobSnapshot) => boolean): Promise<JobSnapshot>;
}

async function createDemoBed({ model = null, wordMs = 0 }: { model?: ModelOptions | null; wordMs?: number } = {}) {
  const documents = await mkdtemp(join(tmpdir(), 'regen-demo-'));
  ends.push(() => rm(documents, { recursive: true, force: true }));
  await writeFile(join(documents, 'guide.md'), `# Crashes\n\n${SENTENCE}\n`);
  const errors: unknown[] = [];
  const demo = createDemo({ model, documents, wordMs, onError: (error) => errors.push(error) });
  const log = memoryJobLog({ clock: systemClock, random: Math.random });
  const server = await startServer(readConfig({ PORT: '0' }), {
    logger: pino({ level: 'silent' }),
    log,
    extend: demo.extend,
  });
  ends.push(server.close, demo.close);
  const post = (path: string, token: string, body?: unknown) =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const read = async (jobId: string): Promise<JobSnapshot> => {
    const found = await log.read({ jobId });
    if (found.kind !== 'snapshot') throw new Error(found.kind);
    return found.snapshot;
  };
  const bed: DemoBed = {
    server,
    demo,
    log,
    errors,
    ask: async (prompt, token = 'dev:ann') => {
      const response = await post('/v1/demo/jobs', token, { prompt });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    call: async (path, token = 'dev:ann') => (await post(path, token)).status,
    read,
    until: (jobId, isSo) =>
      vi.waitFor(
        async () => {
          const job = await read(jobId);
          if (!isSo(job)) throw new Error(`It is ${job.status} with ${JSON.stringify(job.channels['output']?.text)}.`);
          return job;
        },
        { timeout: 20_000, interval: 10 },
      ),
  };
  return { ...bed, start: () => demo.start({ url: server.url, workerKey: DEVELOPMENT_WORKER_KEY }) };
}

async function startDemoBed(options?: Parameters<typeof createDemoBed>[0]): Promise<DemoBed> {
  const bed = await createDemoBed(options);
  await bed.start();
  return bed;
}

async function jobOf(bed: DemoBed, prompt = 'What is lost in a crash?'): Promise<string> {
  const { status, body } = await bed.ask(prompt);
  expect(status).toBe(201);
  return body['jobId'] as string;
}

const CRASH = { file: 'guide.md', title: 'Crashes', quotation: SENTENCE };

test('a question is answered with quotations, in three steps, for whoever asked', async () => {
  const bed = await startDemoBed();
  const jobId = await jobOf(bed);
  const job = await bed.until(jobId, isFinished);
  expect(job).toMatchObject({ kind: 'demo', status: 'completed', progress: 100 });
  expect(await bed.log.recent({ ownerId: 'ann', finishedLimit: 1 })).toHaveLength(1);
  expect(job.steps.map(({ label, status }) => `${String(label)} ${status}`)).toEqual([
    'Thinking completed',
    'Searching completed',
    'Writing completed',
  ]);
  expect(job.channels['output']?.text).toBe(quotedAnswer('What is lost in a crash?', [CRASH]));
  expect(job.channels['output']?.text).toContain(`“${SENTENCE}”`);
});

test('where nothing fits it says so', async () => {
  const bed = await startDemoBed();
  const job = await bed.until(await jobOf(bed, 'zebra'), isFinished);
  expect(job.channels['output']?.text).toContain("None of this project's documents");
});

test.each([[''], ['   '], ['x'.repeat(501)], [7], [undefined]])(
  'a prompt that is none is refused (%j)',
  async (prompt) => {
    const bed = await startDemoBed();
    const { status, body } = await bed.ask(prompt);
    expect({ status, code: (body['error'] as { code: string }).code }).toEqual({
      status: 400,
      code: 'invalid_payload',
    });
  },
);

test('a question that is too long is told how long it may be', async () => {
  const bed = await startDemoBed();
  expect((await bed.ask('😀'.repeat(300))).body).toEqual({
    error: {
      code: 'invalid_payload',
      message: 'A question has at most 500 characters, and this one 600 (most emoji count as two or more).',
    },
  });
});

test('who had no answer and asks again gets the same job, and nobody else does', async () => {
  const bed = await startDemoBed();
  const ask = async (token: string, key: string, prompt = 'What is lost in a crash?'): Promise<unknown> => {
    const response = await fetch(`${bed.server.url}/v1/demo/jobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ prompt }),
    });
    return ((await response.json()) as { jobId: unknown }).jobId;
  };
  const [first, again] = await Promise.all([ask('dev:ann', 'k1'), ask('dev:ann', 'k1')]);
  expect(again).toBe(first);
  const others = await Promise.all([ask('dev:ann', 'k2'), ask('dev:bob', 'k1'), ask('dev:ann', 'k1', 'crash')]);
  expect(new Set([first, ...others]).size).toBe(4);
});

test('before the agent is there a question is refused for now', async () => {
  const bed = await createDemoBed();
  expect(await bed.ask('crash')).toMatchObject({ status: 503, body: { error: { code: 'unavailable' } } });
});

test('without the demo there is no such call', async () => {
  const server = await startServer(readConfig({ PORT: '0' }), { logger: pino({ level: 'silent' }) });
  ends.push(server.close);
  expect((await fetch(`${server.url}/v1/demo/jobs`, { method: 'POST' })).status).toBe(404);
});

test('a cancel stops it', async () => {
  const bed = await startDemoBed({ wordMs: 20 });
  const jobId = await jobOf(bed);
  await bed.until(jobId, (job) => (job.channels['output']?.text ?? '') !== '');
  expect(await bed.call(`/v1/jobs/${jobId}/cancel`)).toBe(200);
  const job = await bed.until(jobId, isFinished);
  expect(job.status).toBe('cancelled');
  expect(job.channels['output']?.text.length).toBeLessThan(quotedAnswer('What is lost in a crash?', [CRASH]).length);
});

test('stopped in the middle of an answer it says so, and a later one goes on behind it', async () => {
  const bed = await createDemoBed({ wordMs: 20 });
  await bed.start();
  const jobId = await jobOf(bed);
  await bed.until(jobId, (job) => (job.channels['output']?.text ?? '') !== '');
  await bed.demo.close();
  const stopped = await bed.read(jobId);
  expect(stopped).toMatchObject({
    status: 'failed',
    resumable: true,
    error: { code: 'server_stopped', message: 'The server was stopped while it answered. Try again to go on.' },
  });
  expect((await bed.ask('crash')).status).toBe(503);
  await bed.start();
  expect(await bed.call(`/v1/jobs/${jobId}/resume`)).toBe(200);
  const job = await bed.until(jobId, (one) => one.status === 'completed');
  expect(job.channels['output']?.text).toBe(quotedAnswer('What is lost in a crash?', [CRASH]));
  expect(bed.errors).toEqual([]);
});

test('it does not wait for a server that is not there', async () => {
  const bed = await startDemoBed({ wordMs: 20 });
  await jobOf(bed);
  await bed.server.close();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const closing = bed.demo.close();
  await vi.advanceTimersByTimeAsync(2_000);
  vi.useRealTimers();
  await closing;
});

// ---- A model: a server that speaks its protocol

const part = (content: string): string => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
const DONE = 'data: [DONE]\n\n';

interface Asked {
  authorization: string | undefined;
  body: { model: string; stream: boolean; messages: { role: string; content: string }[] };
}

async function startModel(answer: (response: ServerResponse, asked: Asked, call: number) => void) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (data: Buffer) => {
      text += data.toString();
    });
    request.on('end', () => {
      const one = { authorization: request.headers.authorization, body: JSON.parse(text) as Asked['body'] };
      asked.push(one);
      if (request.url === '/v1/chat/completions') answer(response, one, asked.length);
      else response.writeHead(404).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { asked, options: { baseUrl: `http://127.0.0.1:${String(port)}/v1`, apiKey: 'k', model: 'm' } };
}

test('a model writes the answer, from the passages, as it comes', async () => {
  const model = await startModel((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`${part('Nothing')}: a comment\n\n`);
    // In the middle of a character and of an event.
    const rest = Buffer.from(`${part(' is lost — ')}${part('nothing.')}${DONE}`);
    const cut = rest.indexOf(Buffer.from('—')) + 1;
    response.write(rest.subarray(0, cut));
    setImmediate(() => response.end(rest.subarray(cut)));
  });
  const bed = await startDemoBed({ model: model.options });
  const job = await bed.until(await jobOf(bed), isFinished);
  expect(job.status).toBe('completed');
  expect(job.channels['output']?.text).toBe('Nothing is lost — nothing.');
  const [asked] = model.asked;
  expect(asked).toMatchObject({ authorization: 'Bearer k', body: { model: 'm', stream: true } });
  expect(asked?.body.messages.map(({ role }) => role)).toEqual(['system', 'user']);
  expect(asked?.body.messages[0]?.content).toContain(SENTENCE);
});

test.each<[why: string, answer: (response: ServerResponse) => void, error: object]>([
  [
    'refuses the key',
    (response) =>
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":{"message":"Wrong key."}}'),
    { code: 'model_refused', message: 'The model answered 401: Wrong key.', retryable: false },
  ],
  [
    'has too much to do',
    (response) => response.writeHead(429).end('later'),
    { code: 'model_unavailable', message: 'The model answered 429.', retryable: true },
  ],
  [
    'reports an error in mid-stream',
    (response) => response.writeHead(200).end(`${part('Half')}data: {"error":{"message":"overloaded"}}\n\n`),
    { code: 'model_broke_off', message: 'The model stopped: overloaded.', retryable: true },
  ],
  [
    'ends in the middle',
    (response) => response.writeHead(200).end(part('Half')),
    { code: 'model_broke_off', message: 'The model ended in the middle of its answer.', retryable: true },
  ],
  [
    'sends what is no answer',
    (response) => response.writeHead(200).end('data: nonsense\n\n'),
    { code: 'model_broke_off', message: 'The model sent what is no part of an answer.', retryable: true },
  ],
  [
    'breaks the connection',
    (response) => {
      response.writeHead(200).write(part('Half'));
      setTimeout(() => response.destroy(), 20);
    },
    {
      code: 'model_broke_off',
      message: 'The connection to the model was lost in the middle of its answer.',
      retryable: true,
    },
  ],
])('where the model %s the job says so', async (_, answer, error) => {
  const model = await startModel(answer);
  const bed = await startDemoBed({ model: model.options });
  const job = await bed.until(await jobOf(bed), (one) => one.status === 'failed');
  expect(job.error).toEqual(error);
  expect(bed.errors).toEqual([]);
});

test('a model that cannot be reached is told as that', async () => {
  const model = await startModel(() => undefined);
  for (const end of ends.splice(0)) await end();
  const bed = await startDemoBed({ model: model.options });
  const job = await bed.until(await jobOf(bed), (one) => one.status === 'failed');
  expect(job.error).toMatchObject({ code: 'model_unavailable', message: 'The model cannot be reached.' });
});

test('stopped, a model that says nothing is left at once', async () => {
  const model = await startModel((response) => response.writeHead(200).write(part('Half')));
  const bed = await startDemoBed({ model: model.options });
  const jobId = await jobOf(bed);
  await bed.until(jobId, (job) => job.channels['output']?.text === 'Half');
  await bed.demo.close();
  expect((await bed.read(jobId)).error).toMatchObject({ code: 'server_stopped', retryable: true });
  expect(bed.errors).toEqual([]);
});

test('a job that failed before anything was written can be tried again', async () => {
  const model = await startModel((response, _, call) => {
    if (call === 1) response.writeHead(429).end('later');
    else response.writeHead(200).end(`${part('Now.')}${DONE}`);
  });
  const bed = await startDemoBed({ model: model.options });
  const jobId = await jobOf(bed);
  await bed.until(jobId, (job) => job.status === 'failed');
  expect(await bed.call(`/v1/jobs/${jobId}/resume`)).toBe(200);
  const job = await bed.until(jobId, (one) => one.status === 'completed');
  expect(job.channels['output']?.text).toBe('Now.');
  expect(job.error).toBeUndefined();
  expect(bed.errors).toEqual([]);
});

test('tried again, the model goes on behind what it had written', async () => {
  const model = await startModel((response, _, call) => {
    response.writeHead(200);
    if (call === 1) response.end(part('Nothing is'));
    else response.end(`${part(' lost.')}${DONE}`);
  });
  const bed = await startDemoBed({ model: model.options });
  const jobId = await jobOf(bed);
  await bed.until(jobId, (job) => job.status === 'failed');
  expect(await bed.call(`/v1/jobs/${jobId}/resume`)).toBe(200);
  const job = await bed.until(jobId, (one) => one.status === 'completed');
  expect(job.channels['output']?.text).toBe('Nothing is lost.');
  expect(model.asked[1]?.body.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user']);
  expect(model.asked[1]?.body.messages[2]?.content).toBe('Nothing is');
});
