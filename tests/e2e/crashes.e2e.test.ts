import { Redis } from 'ioredis';
import { SignJWT } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { startRedisProcess, type RedisProcess } from '../redis/redisProcess.ts';
import { startHaproxy } from '../server/haproxy.ts';
import { expectWhole, launchBrowser, startTestServer, startWriting, watchWriting } from './bed.ts';

/** Servers, stores and sign-ins that end in the middle of a text. */

const REPLACED = 'The server replaced its record of this job.';

async function startRedis(settings?: Readonly<Record<string, string>>): Promise<RedisProcess> {
  const redis = await startRedisProcess(settings);
  onTestFinished(redis.stop);
  return redis;
}

const on = (redis: RedisProcess) => ({ REDIS_URL: `redis://127.0.0.1:${String(redis.port)}` });

test('a server killed with its jobs in memory: the worker tells its story again, and the page shows that as a reset', async () => {
  const { server, worker, tab } = await watchWriting('memory-1');
  await server.kill();
  await tab.page.getByText('Reconnecting').first().waitFor();
  await server.start();
  await tab.page.getByRole('main').getByText(REPLACED).waitFor();
  await tab.hasText('memory-1', 1_500);
  await expectWhole(tab, worker, await worker.finish());
});

test('a server killed with its jobs on Redis: nothing is lost, and nothing is reset', async () => {
  const redis = await startRedis();
  const { server, worker, tab } = await watchWriting('redis-1', on(redis));
  for (const length of [600, 1_400]) {
    await tab.hasText('redis-1', length);
    await server.kill();
    await server.start();
  }
  await tab.hasText('redis-1', 2_200);
  await expectWhole(tab, worker, await worker.finish());
  expect(await tab.page.getByText(REPLACED).count()).toBe(0);
  expect(await tab.rewinds()).toBe(0);
});

test('Redis killed and started again with all it had on disk: nothing is lost, and nothing is reset', async () => {
  const redis = await startRedis({ appendonly: 'yes', appendfsync: 'always' });
  const { tab, worker } = await watchWriting('disk-1', on(redis));
  await redis.kill();
  await tab.page.getByText('Live updates are delayed').first().waitFor();
  await redis.start();
  await tab.hasText('disk-1', (await tab.text('disk-1')).length + 800);
  await expectWhole(tab, worker, await worker.finish());
  expect(await tab.page.getByText(REPLACED).count()).toBe(0);
  expect(await tab.rewinds()).toBe(0);
});

test('Redis killed and started again without the end of the text: the worker fills it up, and nothing is reset', async () => {
  const redis = await startRedis();
  const { tab, worker } = await watchWriting('tail-1', on(redis));
  const store = new Redis(redis.port);
  await store.save();
  store.disconnect();
  await worker.writes(200);
  await tab.hasText('tail-1', 1_000);
  await redis.kill();
  await tab.page.getByText('Live updates are delayed').first().waitFor();
  await redis.start();
  await tab.hasText('tail-1', (await tab.text('tail-1')).length + 800);
  await expectWhole(tab, worker, await worker.finish());
  expect(await tab.page.getByText(REPLACED).count()).toBe(0);
  expect(await tab.rewinds()).toBe(0);
});

test('two servers behind a proxy, one of which dies: its pages go on at the other, without a gap', async () => {
  const redis = await startRedis();
  const servers = [await startTestServer(on(redis)), await startTestServer(on(redis))] as const;
  const proxy = await startHaproxy({ servers: servers.map(({ port }) => port) });
  onTestFinished(proxy.stop);
  const { person } = await launchBrowser(proxy.port);
  const worker = await startWriting(proxy.url, 'proxy-1');
  const someone = await person();
  // More pages than servers: at least one is on the one that dies.
  const tabs = [await someone.open('proxy-1'), await someone.open('proxy-1'), await someone.open('proxy-1')];
  for (const tab of tabs) await tab.hasText('proxy-1', 400);
  await servers[0].kill();
  for (const tab of tabs) await tab.hasText('proxy-1', 2_500);
  const whole = await worker.finish();
  for (const tab of tabs) {
    await expectWhole(tab, worker, whole);
    expect(await tab.rewinds()).toBe(0);
    expect(await tab.page.getByText(REPLACED).count()).toBe(0);
  }
});

test('a sign-in that expires in the middle of a text: the page says so, and after a new sign-in the text goes on', async () => {
  const secret = 'a secret that only this test and its server know';
  const tokenFor = (seconds: number): Promise<string> =>
    new SignJWT({ sub: 'ann' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(Math.floor(Date.now() / 1_000) + seconds)
      .sign(new TextEncoder().encode(secret));
  const server = await startTestServer({ AUTH_JWT_SECRET: secret });
  const { person } = await launchBrowser(server.port);
  const worker = await startWriting(server.url, 'sign-in-1');
  const tab = await (await person({ token: await tokenFor(4) })).open('sign-in-1');
  await tab.hasText('sign-in-1', 200);
  await tab.page.getByText('Your sign-in has expired').first().waitFor();
  const behind = (await tab.text('sign-in-1')).length;
  await worker.writes(100);
  expect((await tab.text('sign-in-1')).length).toBe(behind);
  await tab.page.getByRole('button', { name: 'Sign in again' }).click();
  await tab.page.getByLabel('Name or token').fill(await tokenFor(600));
  await tab.page.getByRole('dialog').getByRole('button', { name: 'Sign in' }).click();
  await tab.hasText('sign-in-1', behind + 600);
  await expectWhole(tab, worker, await worker.finish());
  expect(await tab.rewinds()).toBe(0);
});
