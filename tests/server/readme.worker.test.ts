import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { memoryJobLog } from '@regen/realtime-core';
import { systemClock } from '@regen/realtime-shared';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { readConfig, startServer } from '../../server/index.ts';
import { codeBlocksOf } from '../repository/codeBlocks.ts';

test('the worker in README publishes its job', async () => {
  const example = codeBlocksOf('README.md').find(({ text }) => text.includes('createJobPublisher'))?.text ?? '';
  expect(example).toContain("'http://localhost:3000'");
  const log = memoryJobLog({ clock: systemClock, random: Math.random });
  const server = await startServer(readConfig({ PORT: '0' }), { logger: pino({ level: 'silent' }), log });
  try {
    const worker = spawn(process.execPath, ['--conditions=@regen/source', '--import', 'tsx', '--input-type=module'], {
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    worker.stdin.end(example.replace('http://localhost:3000', server.url));
    const [code] = await once(worker, 'exit');
    expect(code).toBe(0);
    const [listed] = await log.recent({ ownerId: 'dev', finishedLimit: 1 });
    expect(listed?.job).toMatchObject({ title: 'Report', status: 'completed' });
    const read = await log.read({ jobId: listed?.job.jobId ?? '' });
    expect(read.kind === 'snapshot' && read.snapshot.channels['output']?.text).toBe(
      'What is written arrives in order, and each word once.',
    );
  } finally {
    await server.close();
  }
});
