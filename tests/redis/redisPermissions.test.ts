import { Redis } from 'ioredis';
import { createSeededRandom } from '@regen/realtime-mocks';
import type { IngestEvent, JobEvent, JobSnapshot } from '@regen/realtime-shared';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redisJobLog, type RedisJobLog } from '../../server/redis/redisJobLog.ts';
import { becomeAvailable } from './becomeAvailable.ts';
import { startRedisProcess, type RedisProcess } from './redisProcess.ts';
import { RULES, USER, createRedisUser } from './redisUser.ts';

/** What becomes of jobs where the log may not do all that it needs: a permission is taken away, and given back. */

let redis: RedisProcess;
let admin: Redis;
let log: RedisJobLog;
const problems: string[] = [];

beforeAll(async () => {
  redis = await startRedisProcess();
  await createRedisUser(redis.port, 'single');
  admin = new Redis(redis.port, '127.0.0.1');
  log = redisJobLog({
    address: { kind: 'single', url: `redis://${USER.username}:${USER.password}@127.0.0.1:${String(redis.port)}` },
    random: createSeededRandom(1),
    maxRetryMs: 20,
    onError: () => undefined,
    onProblem: (problem) => problems.push(problem.message),
  });
  await log.ready(10_000);
});

afterAll(async () => {
  log.close();
  admin.disconnect();
  await redis.stop();
});

const chunk = (text: string): IngestEvent => ({ type: 'model:chunk:v1', text });

async function permit(...more: string[]): Promise<void> {
  await admin.call('ACL', 'SETUSER', USER.username, ...RULES.split(' '), ...more);
}

const NEEDED = [
  'xadd',
  'hset',
  'zadd',
  'zrem',
  'hdel',
  'evalsha',
  'hmget',
  'pexpire',
  'publish',
  'spublish',
  'xrange',
  'set',
];

test.each(NEEDED)(
  'without %s the log says that it cannot be used; with it again all jobs are whole',
  async (command) => {
    const jobId = `job-${command}`;
    const created = await log.create({ jobId, ownerId: 'ann', title: 'A job' });
    const { writer } = created as { writer: string };
    await log.append({ jobId, writer, from: 2, events: [chunk('one ')] });
    const second = { jobId, writer, from: 3, events: [chunk('two '), chunk('three ')] };
    const other = { jobId: `other-${command}`, ownerId: 'ann', title: 'Another' };

    const ending = { ...other, jobId: `ending-${command}` };
    await log.create(ending);
    problems.length = 0;
    const lost = becomeAvailable(log, false);
    await permit(`-${command}`);
    await Promise.allSettled([
      log.append(second),
      log.create(other),
      log.create({ ...other, jobId: `keyed-${command}`, idempotencyKey: command }),
      log.append({ jobId: ending.jobId, events: [{ type: 'job:completed' }] }),
      log.read({ jobId }),
    ]);
    await lost;
    expect(problems.join('\n')).toMatch(/permission|can't run this command/);

    const back = becomeAvailable(log, true);
    await permit();
    await back;
    const { snapshot } = (await log.read({ jobId })) as { snapshot: JobSnapshot };
    expect(['one ', 'one two three ']).toContain(snapshot.channels['output']?.text);
    const { events } = (await log.read({ jobId, after: 'beginning' })) as { events: readonly JobEvent[] };
    expect(events).toHaveLength(snapshot.sequence);
    // Whoever repeats it may send less than before: what was left of the call that broke off must not count.
    expect(await log.append({ ...second, events: [chunk('two ')] })).toMatchObject({
      sequence: expect.any(Number) as number,
    });
    expect(await log.append(second)).toMatchObject({ sequence: 4 });
    expect(await log.append({ jobId, writer, from: 5, events: [{ type: 'job:completed' }] })).toMatchObject({
      sequence: 5,
    });
    expect(await log.read({ jobId })).toMatchObject({
      snapshot: { status: 'completed', channels: { output: { text: 'one two three ' } } },
    });
    expect(await log.read({ jobId, after: 'beginning' })).toMatchObject({
      events: [2, 3, 4, 5].reduce((all, sequence) => [...all, { sequence }], [{ sequence: 1 }]),
    });
    expect(['created', 'exists']).toContain((await log.create(other)).kind);
    expect(await log.read({ jobId: other.jobId })).toMatchObject({ snapshot: { status: 'queued' } });
  },
);
