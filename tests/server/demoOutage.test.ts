import { memoryJobLog } from '@regen/realtime-core';
import { createSeededRandom } from '@regen/realtime-mocks';
import { systemClock } from '@regen/realtime-shared';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { createDemo } from '../../server/demo/index.ts';
import { DEVELOPMENT_WORKER_KEY, readConfig, startServer } from '../../server/index.ts';

test('while the store is away a question is refused in words, and repeated it gets the job that was made', async () => {
  const demo = createDemo({ model: null, onError: () => undefined, patienceMs: 100 });
  const log = memoryJobLog({
    clock: systemClock,
    random: createSeededRandom(1),
    leaseMs: 30_000,
    lostMs: 120_000,
    maxTextLength: 262_144,
  });
  const server = await startServer(readConfig({ PORT: '0' }), {
    logger: pino({ level: 'silent' }),
    log,
    extend: demo.extend,
  });
  onTestFinished(async () => {
    await demo.close();
    await server.close();
  });
  await demo.start({ url: server.url, workerKey: DEVELOPMENT_WORKER_KEY });
  const ask = async (): Promise<{ status: number; body: { jobId?: string; error?: { message: string } } }> => {
    const answer = await fetch(`${server.url}/v1/demo/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'once' },
      body: '{"prompt":"What is a worker?"}',
    });
    return { status: answer.status, body: (await answer.json()) as { jobId?: string } };
  };
  log.faults.setAvailable(false);
  const refused = await ask();
  expect(refused.status).toBe(503);
  expect(refused.body.error?.message).toContain('try again');
  log.faults.setAvailable(true);
  await expect.poll(async () => (await ask()).status, { timeout: 30_000 }).toBe(201);
  expect(await log.recent({ ownerId: 'dev', finishedLimit: 10 })).toHaveLength(1);
});
