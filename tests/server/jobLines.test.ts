import { httpWorkers } from '@regen/realtime-mocks';
import { WORKER_LOST_MS, memoryJobLog } from '@regen/realtime-core';
import { pino, type Level } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createManualClock, createSeededRandom } from '../../packages/core/testing/manualClock.ts';
import { tellOfJobs } from '../../server/jobLines.ts';
import { DEVELOPMENT_WORKER_KEY, readConfig, startServer } from '../../server/index.ts';

const WORKER = { kind: 'worker' } as const;

/** Two jobs of Ann: one that is written to and completed, one that is cancelled and fails. What the server said of them. */
async function linesAt(level: Level): Promise<Record<string, unknown>[]> {
  const lines: string[] = [];
  const server = await startServer(readConfig({ PORT: '0' }), {
    logger: pino({ level, base: null, timestamp: false }, { write: (line: string) => lines.push(line) }),
  });
  onTestFinished(server.close);
  const { workers, close } = httpWorkers(server.url, () => `Bearer ${DEVELOPMENT_WORKER_KEY}`);
  onTestFinished(close);
  for (const jobId of ['job-1', 'job-2']) {
    const body = { jobId, ownerId: 'ann', title: 'private title', kind: 'report' };
    for (let times = 0; times < 2; times += 1) await workers.createJob({ caller: WORKER, body });
  }
  const append = (jobId: string, ...events: readonly object[]) =>
    workers.append({ caller: WORKER, jobId, body: { events } });
  await append('job-1', { type: 'model:chunk:v1', text: 'private text' }, { type: 'job:completed', result: 'private' });
  await append('job-1', { type: 'job:started' });
  await workers.cancel({ caller: WORKER, jobId: 'job-2', body: { reason: 'private reason' } });
  await append('job-2', {
    type: 'job:failed',
    error: { code: 'model_timeout', message: 'private message', retryable: true },
  });
  expect(lines.join('')).not.toContain('private');
  expect(lines.join('')).not.toContain(DEVELOPMENT_WORKER_KEY);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('one line says that a job was created, and one that it ended and how', async () => {
  expect(await linesAt('info')).toEqual([
    { level: 30, jobId: 'job-1', ownerId: 'ann', kind: 'report', msg: 'job created' },
    { level: 30, jobId: 'job-2', ownerId: 'ann', kind: 'report', msg: 'job created' },
    { level: 30, jobId: 'job-1', msg: 'job completed' },
    { level: 30, jobId: 'job-2', code: 'model_timeout', retryable: true, msg: 'job failed' },
  ]);
});

test('a job whose worker is given up has a line as well', async () => {
  const lines: string[] = [];
  const clock = createManualClock();
  const log = tellOfJobs(
    memoryJobLog({ clock, random: createSeededRandom(1) }),
    pino({ base: null, timestamp: false }, { write: (line: string) => lines.push(line) }),
  );
  await log.create({ jobId: 'job-1', ownerId: 'ann', title: 'private', kind: 'report' });
  await clock.advance(WORKER_LOST_MS);
  await log.sweep();
  expect(JSON.parse(lines.at(-1) ?? '')).toEqual({
    level: 30,
    jobId: 'job-1',
    code: 'worker_lost',
    retryable: true,
    msg: 'job failed',
  });
});

test('at debug each call is a line with what became of it', async () => {
  const calls = (await linesAt('debug')).filter(({ level }) => level === 20);
  expect(calls.map(({ msg, jobId, outcome }) => [msg, jobId, outcome])).toEqual([
    ['create', 'job-1', 'exists'],
    ['create', 'job-2', 'exists'],
    ['append', 'job-1', 'appended'],
    ['append', 'job-1', 'finished'],
    ['cancel requested', 'job-2', 'requested'],
    ['append', 'job-2', 'appended'],
  ]);
});
