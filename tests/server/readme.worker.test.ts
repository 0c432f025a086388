import { memoryJobLog } from '@regen/realtime-core';
import { systemClock } from '@regen/realtime-shared';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig, startServer } from '../../server/index.ts';
import { codeBlocksOf } from '../repository/codeBlocks.ts';
import { startExample } from './exampleProcess.ts';

const example = codeBlocksOf('README.md').find(({ text }) => text.includes('createJobPublisher'))?.text ?? '';
const TEXTS = "['What is written ', 'arrives in order, ', 'and each word once.']";

/** Runs the worker in README, with some of its code replaced, to its end. */
async function run(replaced: Readonly<Record<string, string>> = {}) {
  const log = memoryJobLog({ clock: systemClock, random: Math.random });
  const server = await startServer(readConfig({ PORT: '0' }), { logger: pino({ level: 'silent' }), log });
  onTestFinished(server.close);
  let code = example;
  for (const [from, to] of Object.entries({ ...replaced, 'http://localhost:3000': server.url })) {
    expect(code).toContain(from);
    code = code.replaceAll(from, to);
  }
  const worker = startExample(code);
  const status = await worker.ended;
  const [listed] = await log.recent({ ownerId: 'dev', finishedLimit: 1 });
  const read = await log.read({ jobId: listed?.job.jobId ?? '' });
  if (read.kind !== 'snapshot') throw new Error(worker.said());
  return { status, said: worker.said(), job: read.snapshot };
}

test('the worker in README publishes its job', async () => {
  const { status, said, job } = await run();
  expect(status, said).toBe(0);
  expect(job).toMatchObject({ title: 'Report', status: 'completed' });
  expect(job.channels['output']?.text).toBe('What is written arrives in order, and each word once.');
});

test('the worker in README tells of work that fails, and ends with its error', async () => {
  const failing = "(async function* () { yield 'Half. '; throw new Error('The model is gone.'); })()";
  const { status, said, job } = await run({ [TEXTS]: failing });
  expect(status).toBe(1);
  expect(said).toContain('The model is gone.');
  expect(job).toMatchObject({ status: 'failed', error: { code: 'failed', retryable: true } });
  expect(job.channels['output']?.text).toBe('Half. ');
});

test('the worker in README stops where somebody asks it to', async () => {
  const cancelled = `(async function* () {
    const { jobId } = job;
    for (;;) {
      yield 'On. ';
      await fetch(\`http://localhost:3000/v1/jobs/\${jobId}/cancel\`, { method: 'POST' });
    }
  })()`;
  const { status, said, job } = await run({ [TEXTS]: cancelled });
  expect(status, said).toBe(0);
  expect(job.status).toBe('cancelled');
});
