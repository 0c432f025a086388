import { isFinished, type JobSnapshot } from '@regen/realtime-shared';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startRedisProcess } from '../redis/redisProcess.ts';
import { serverForTest } from './serverForTest.ts';

test('a server that is stopped in the middle of an answer says so on the job', async () => {
  const redis = await startRedisProcess();
  onTestFinished(() => redis.stop());
  const start = async () => {
    const server = serverForTest({ PORT: '0', REDIS_URL: `redis://127.0.0.1:${String(redis.port)}` });
    const [, url = ''] = await server.says(/server: (http:\/\/localhost:\d+)\n/);
    const until = (jobId: string, isSo: (job: JobSnapshot) => boolean): Promise<JobSnapshot> =>
      vi.waitFor(
        async () => {
          const { job } = (await (await fetch(`${url}/v1/jobs/${jobId}`)).json()) as { job: JobSnapshot };
          if (!isSo(job)) throw new Error(`It is ${job.status}.`);
          return job;
        },
        { timeout: 20_000, interval: 10 },
      );
    return { server, url, until };
  };
  const first = await start();
  const asked = await fetch(`${first.url}/v1/demo/jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"prompt":"What is a worker?"}',
  });
  const { jobId } = (await asked.json()) as { jobId: string };
  await first.until(jobId, ({ channels }) => channels['output'] !== undefined);
  first.server.child.kill('SIGINT');
  expect(await first.server.ended).toBe(0);
  const job = await (await start()).until(jobId, isFinished);
  expect(job).toMatchObject({ status: 'failed', resumable: true, error: { code: 'server_stopped' } });
});
