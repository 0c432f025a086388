import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryJobLog } from '@regen/realtime-core';
import { createSeededRandom } from '@regen/realtime-mocks';
import { systemClock, type JobSnapshot } from '@regen/realtime-shared';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readConfig, startServer } from '../../server/index.ts';
import { codeBlocksOf } from '../repository/codeBlocks.ts';
import { startExample, type ExampleProcess } from './exampleProcess.ts';

/** What docs/workers.md shows is run as it stands there. */

const PAGE = 'docs/workers.md';
const TEXT = Array.from({ length: 100 }, (_, index) => `w${String(index)} `).join('');

function blockWith(text: string): string {
  const found = codeBlocksOf(PAGE).filter((block) => block.text.includes(text));
  if (found[0] === undefined || found.length > 1) throw new Error(`${String(found.length)} blocks have ${text}`);
  return found[0].text;
}

async function start({ leaseMs }: { leaseMs?: number } = {}) {
  const log = memoryJobLog({
    clock: systemClock,
    random: createSeededRandom(1),
    ...(leaseMs === undefined ? {} : { leaseMs }),
  });
  const server = await startServer(readConfig({ PORT: '0' }), { logger: pino({ level: 'silent' }), log });
  onTestFinished(server.close);

  async function jobs(): Promise<JobSnapshot[]> {
    const listed = await log.recent({ ownerId: 'dev', finishedLimit: 10 });
    const reads = await Promise.all(listed.map(({ job }) => log.read({ jobId: job.jobId })));
    return reads.flatMap((read) => (read.kind === 'snapshot' ? [read.snapshot] : []));
  }
  return {
    log,
    url: server.url,
    jobs,
    run: (code: string) => startExample(code.replaceAll('http://localhost:3000', server.url)),
    /** Resolves when so much of the one job's text is in the log. */
    written: (worker: ExampleProcess, length: number) =>
      vi.waitFor(
        async () => {
          const text = (await jobs())[0]?.channels['output']?.text ?? '';
          expect(text.length, worker.said()).toBeGreaterThanOrEqual(length);
        },
        { timeout: 40_000, interval: 5 },
      ),
  };
}

test('the first worker of the page publishes its job', async () => {
  const { jobs, run } = await start();
  const worker = run(blockWith('etaMs: 20_000'));
  expect(await worker.ended, worker.said()).toBe(0);
  expect(await jobs()).toMatchObject([
    {
      status: 'completed',
      kind: 'report',
      result: { pages: 1 },
      channels: { output: { text: 'What is written arrives in order, and each word once.' } },
    },
  ]);
});

test('a worker that is killed twice has written each word once in the end', async () => {
  const { jobs, run, written } = await start({ leaseMs: 500 });
  const code = blockWith('idempotencyKey');
  for (const length of [40, 160]) {
    const worker = run(code);
    await written(worker, length);
    await worker.kill();
  }
  const [left] = await jobs();
  expect(left?.status).toBe('running');
  expect(TEXT.startsWith(left?.channels['output']?.text ?? 'nothing')).toBe(true);
  // The second finds that there is nothing left to do.
  for (let runs = 0; runs < 2; runs += 1) {
    const worker = run(code);
    expect(await worker.ended, worker.said()).toBe(0);
    expect(await jobs()).toMatchObject([
      { jobId: 'report-17', status: 'completed', channels: { output: { text: TEXT } } },
    ]);
  }
});

test('a worker with a checkpoint goes on where it was killed, and begins anew where the server has lost all', async () => {
  const { log, jobs, run, written } = await start();
  const folder = mkdtempSync(join(tmpdir(), 'workers-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const code = `
    ${blockWith('readFile').replace("'job.json'", JSON.stringify(join(folder, 'job.json')))}
    import { createJobPublisher } from '@regen/realtime-server/worker';
    const job = await begin(createJobPublisher({ url: 'http://localhost:3000', workerKey: 'dev-worker-key' }));
    await job.write((job.snapshot?.channels['output']?.text ?? '').length + ' ');
  `;
  const first = run(code);
  await written(first, 2);
  await first.kill();
  const second = run(code);
  await written(second, 4);
  await second.kill();
  expect(await jobs()).toMatchObject([{ status: 'running', channels: { output: { text: '0 2 ' } } }]);
  const [before] = await jobs();
  log.faults.restartWithoutLog();
  const third = run(code);
  await written(third, 2);
  expect(await jobs()).toMatchObject([{ jobId: before?.jobId, channels: { output: { text: '0 ' } } }]);
});

test('a worker that hears of a resume goes on with the job', async () => {
  const { log, jobs, run } = await start();
  await log.create({ jobId: 'paused', ownerId: 'dev', title: 'Report', kind: 'report' });
  await log.append({ jobId: 'paused', events: [{ type: 'model:chunk:v1', text: 'Half. ' }, { type: 'job:paused' }] });
  await log.requestResume({ jobId: 'paused' });
  const worker = run(blockWith('onResume'));
  await vi.waitFor(
    async () => {
      expect((await jobs())[0], worker.said()).toMatchObject({
        status: 'completed',
        channels: { output: { text: 'Half. And on.' } },
      });
    },
    { timeout: 40_000, interval: 5 },
  );
});

test('the calls of the page, one after the other, make its job', async () => {
  const { url, jobs } = await start();
  const calls = [...readFileSync(PAGE, 'utf8').matchAll(/^```http\n(\S+) (\S+)\n([\s\S]*?)\n\n([\s\S]*?)^```$/gm)];
  const answers: { status: number; sequence?: number }[] = [];
  let writer = '';
  for (const [, method = '', path = '', head = '', body = ''] of calls) {
    const headers = head
      .split('\n')
      .map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
    const response = await fetch(url + path.replace('<writer>', writer), {
      method,
      headers,
      body: body.replace('<writer>', writer),
    });
    const answer = (await response.json()) as { writer?: string; sequence?: number };
    writer = answer.writer ?? writer;
    answers.push({ status: response.status, ...(answer.sequence === undefined ? {} : { sequence: answer.sequence }) });
  }
  expect(answers).toEqual([
    { status: 201, sequence: 1 },
    { status: 200, sequence: 5 },
    { status: 200, sequence: 7 },
    { status: 200 },
    { status: 200, sequence: 7 },
    { status: 200, sequence: 8 },
  ]);
  expect(await jobs()).toMatchObject([
    {
      jobId: 'report-17',
      status: 'completed',
      result: { pages: 1 },
      channels: { output: { text: 'Half of it, and the other half.' } },
    },
  ]);
});
