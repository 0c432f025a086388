import { createSeededRandom } from '@regen/realtime-mocks';
import { expect, test } from 'vitest';
import { redisJobLog, type RedisJobLog } from '../../server/redis/redisJobLog.ts';
import { startRedisProcess, type RedisProcess } from './redisProcess.ts';

const job = { jobId: 'job-1', ownerId: 'ann', title: 'A job' };

async function withLog(
  settings: Readonly<Record<string, string>>,
  run: (log: RedisJobLog, redis: RedisProcess) => Promise<void>,
): Promise<void> {
  const redis = await startRedisProcess(settings);
  const log = redisJobLog({
    address: { kind: 'single', url: `redis://127.0.0.1:${String(redis.port)}` },
    random: createSeededRandom(1),
    maxRetryMs: 50,
    onError: () => undefined,
  });
  try {
    await log.ready(10_000);
    await run(log, redis);
  } finally {
    log.close();
    await redis.stop();
  }
}

function becomes(log: RedisJobLog, available: boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = log.onAvailability((next) => {
      if (next !== available) return;
      stop();
      resolve();
    });
  });
}

async function crash(log: RedisJobLog, redis: RedisProcess): Promise<void> {
  const lost = becomes(log, false);
  await redis.kill();
  await lost;
  await expect(log.read({ jobId: 'job-1' })).rejects.toThrow('cannot be reached');
  const back = becomes(log, true);
  await redis.start();
  await back;
}

test('a killed Redis that writes each change to its disk has lost nothing, and who listens is told to check', async () => {
  await withLog({ appendonly: 'yes', appendfsync: 'always' }, async (log, redis) => {
    const created = await log.create(job);
    const writer = created.kind === 'created' ? created.writer : '';
    const messages: string[] = [];
    await log.subscribe('job-1', ({ kind }) => messages.push(kind)).ready;
    for (let index = 0; index < 50; index += 1) {
      await log.append({ jobId: 'job-1', events: [{ type: 'model:chunk:v1', text: `${String(index)} ` }] });
    }
    await crash(log, redis);
    const read = await log.read({ jobId: 'job-1' });
    expect(read.kind === 'snapshot' && read.snapshot.channels['output']?.text).toBe(
      Array.from({ length: 50 }, (_, index) => `${String(index)} `).join(''),
    );
    expect(messages).toContain('check');
    expect(await log.append({ jobId: 'job-1', from: 52, writer, events: [{ type: 'job:completed' }] })).toMatchObject({
      kind: 'appended',
      sequence: 52,
    });
  });
});

test('of a Redis that kept nothing jobs are missing, and are made again under their ids in a new epoch', async () => {
  await withLog({}, async (log, redis) => {
    const first = await log.create(job);
    await crash(log, redis);
    expect(await log.append({ jobId: 'job-1', events: [{ type: 'job:started' }] })).toEqual({ kind: 'missing' });
    const second = await log.create(job);
    expect(second.kind).toBe('created');
    expect('epoch' in second && 'epoch' in first && second.epoch !== first.epoch).toBe(true);
  });
});
