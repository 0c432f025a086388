import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memoryJobLog, type JobLog } from '@regen/realtime-core';
import { isFinished, systemClock, type JobSnapshot } from '@regen/realtime-shared';
import { pino } from 'pino';
import { afterEach, expect, test, vi } from 'vitest';
import { readConfig, startServer, type RunningServer } from '../../server/index.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const PYTHON_TEXT = 'What is written arrives in order, and each word once.';

async function start(): Promise<{ server: RunningServer; log: JobLog }> {
  const log = memoryJobLog({ clock: systemClock, random: Math.random });
  const server = await startServer(readConfig({ PORT: '0' }), { logger: pino({ level: 'silent' }), log });
  ends.push(server.close);
  return { server, log };
}

function run(command: string, file: string, url: string, environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(command, [file], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', REALTIME_URL: url, ...environment },
  });
  ends.push(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  return {
    said: () => output,
    interrupt: () => child.kill('SIGINT'),
    ended: once(child, 'exit').then(([code]) => code as number | null),
  };
}

async function jobOf(log: JobLog): Promise<JobSnapshot> {
  return vi.waitFor(
    async () => {
      const [listed] = await log.recent({ ownerId: 'dev', finishedLimit: 1 });
      const read = await log.read({ jobId: listed?.job.jobId ?? '' });
      if (read.kind !== 'snapshot') throw new Error('There is no job yet.');
      return read.snapshot;
    },
    { timeout: 20_000, interval: 20 },
  );
}

const textOf = (job: JobSnapshot): string => job.channels['output']?.text ?? '';

test('the worker in curl publishes its job', async () => {
  const { server, log } = await start();
  const worker = run('sh', 'server/examples/worker.sh', server.url);
  expect(await worker.ended, worker.said()).toBe(0);
  const job = await jobOf(log);
  expect(job).toMatchObject({ title: 'A report by curl', status: 'completed', progress: 100, sequence: 6 });
  expect(textOf(job)).toBe('Written by curl.');
  expect(worker.said().trim()).toBe(job.jobId);
});

test('the worker in curl says what the server refused', async () => {
  const { server } = await start();
  const worker = run('sh', 'server/examples/worker.sh', server.url, { WORKER_KEY: 'wrong' });
  expect(await worker.ended).not.toBe(0);
  expect(worker.said()).toContain('401');
  expect(worker.said()).toContain('no worker key of this server');
});

test('the worker in Python publishes its job', async () => {
  const { server, log } = await start();
  const worker = run('python3', 'server/examples/worker.py', server.url, { WORD_SECONDS: '0' });
  expect(await worker.ended, worker.said()).toBe(0);
  const job = await jobOf(log);
  expect(job).toMatchObject({ title: 'A report by Python', status: 'completed', progress: 100 });
  expect(textOf(job)).toBe(PYTHON_TEXT);
});

/** A way to the server on which every second answer is lost. */
async function startLossy(server: RunningServer): Promise<{ url: string; lost(): number }> {
  let calls = 0;
  const lossy = createServer((request, response) => {
    calls += 1;
    const isLost = calls % 2 === 1;
    const options = { method: request.method, headers: request.headers };
    const onward = forward(`${server.url}${request.url ?? ''}`, options, (answer) => {
      if (isLost) response.destroy();
      else answer.pipe(response.writeHead(answer.statusCode ?? 500, answer.headers));
    });
    request.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(lossy, 'listening');
  ends.push(() => {
    lossy.closeAllConnections();
    lossy.close();
  });
  return { url: `http://127.0.0.1:${String((lossy.address() as AddressInfo).port)}`, lost: () => Math.ceil(calls / 2) };
}

test('the worker in Python loses and doubles nothing where every second answer is lost', async () => {
  const { server, log } = await start();
  const lossy = await startLossy(server);
  const worker = run('python3', 'server/examples/worker.py', lossy.url, { WORD_SECONDS: '0' });
  expect(await worker.ended, worker.said()).toBe(0);
  const job = await jobOf(log);
  expect(job).toMatchObject({ status: 'completed', sequence: 24 });
  expect(textOf(job)).toBe(PYTHON_TEXT);
  expect(lossy.lost()).toBe(13);
  expect(await log.recent({ ownerId: 'dev', finishedLimit: 5 })).toHaveLength(1);
});

test('the worker in Python stops when somebody asks it to', async () => {
  const { server, log } = await start();
  const worker = run('python3', 'server/examples/worker.py', server.url, { WORD_SECONDS: '0.1' });
  const { jobId } = await jobOf(log);
  await fetch(`${server.url}/v1/jobs/${jobId}/cancel`, { method: 'POST' });
  expect(await worker.ended, worker.said()).toBe(0);
  const job = await jobOf(log);
  expect(isFinished(job) && job.status).toBe('cancelled');
  expect(PYTHON_TEXT.startsWith(textOf(job))).toBe(true);
});

test('the worker in Python says what the server refused', async () => {
  const { server } = await start();
  const worker = run('python3', 'server/examples/worker.py', server.url, { WORKER_KEY: 'wrong' });
  expect(await worker.ended).not.toBe(0);
  expect(worker.said()).toContain('unauthorized');
});

test('the worker in Python that breaks off says so', async () => {
  const { server, log } = await start();
  const worker = run('python3', 'server/examples/worker.py', server.url, { WORD_SECONDS: '60' });
  await vi.waitFor(async () => expect(textOf(await jobOf(log))).toBe('What'), { timeout: 20_000, interval: 20 });
  worker.interrupt();
  expect(await worker.ended, worker.said()).not.toBe(0);
  expect(await jobOf(log)).toMatchObject({ status: 'failed', error: { code: 'worker_failed', retryable: true } });
});
