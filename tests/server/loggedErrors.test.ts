import { Redis } from 'ioredis';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { DEVELOPMENT_WORKER_KEY, readConfig, startServer } from '../../server/index.ts';
import { loggedError } from '../../server/loggedError.ts';
import { startRedisProcess } from '../redis/redisProcess.ts';

const TEXT = 'what nobody but its owner may read';

test('what Redis refuses is logged without what it was sent', async () => {
  const redis = await startRedisProcess();
  const client = new Redis(redis.port, '127.0.0.1');
  const lines: string[] = [];
  const server = await startServer(readConfig({ PORT: '0', REDIS_URL: `redis://127.0.0.1:${String(redis.port)}` }), {
    logger: pino({ level: 'warn' }, { write: (line: string) => lines.push(line) }),
  });
  onTestFinished(async () => {
    await server.close();
    client.disconnect();
    await redis.stop();
  });
  const call = (path: string, body: unknown): Promise<Response> =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${DEVELOPMENT_WORKER_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  let created = await call('/v1/jobs', { jobId: 'job-1', ownerId: 'ann', title: TEXT });
  while (created.status === 503) created = await call('/v1/jobs', { jobId: 'job-1', ownerId: 'ann', title: TEXT });
  const { writer } = (await created.json()) as { writer: string };
  expect(writer).toBeTruthy();
  // Somebody else has written where the job's events are.
  for (const key of await client.keys('rg:*job-1*')) {
    if ((await client.type(key)) === 'stream') await client.set(key, 'x');
  }
  const refused = await call('/v1/jobs/job-1/events', { writer, events: [{ type: 'model:chunk:v1', text: TEXT }] });
  expect(refused.status).toBeGreaterThanOrEqual(500);
  const log = lines.join('');
  expect(log).toContain('WRONGTYPE');
  expect(log).not.toContain(TEXT);
  expect(log).not.toContain(writer);
  expect(log).not.toContain('"command"');

  // It repeats what it does not know.
  const unknown: unknown = await client.call('nonsense', TEXT).catch((error: unknown) => error);
  expect((unknown as Error).message).toContain(TEXT);
  const told = loggedError(new Error('It failed', { cause: unknown }));
  expect(told).toMatchObject({ type: 'Error', message: 'It failed', cause: { type: 'ReplyError' } });
  expect(told.cause?.message).toMatch(/unknown command/);
  expect(told.cause?.stack).toMatch(/\n +at /);
  expect(JSON.stringify(told)).not.toContain(TEXT);
});
