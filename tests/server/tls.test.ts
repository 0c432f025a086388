import { httpWorkers } from '@regen/realtime-mocks';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { DEVELOPMENT_WORKER_KEY } from '../../server/index.ts';
import { makeCertificates, type Certificates } from '../redis/certificates.ts';
import { startRedisCluster, type RedisClusterProcesses } from '../redis/redisCluster.ts';
import { freePort, startRedisProcess, type RedisProcess } from '../redis/redisProcess.ts';
import { createRedisUser, USER } from '../redis/redisUser.ts';
import { startServerProcess, type ServerProcess } from './serverProcess.ts';

let certificates: Certificates;
let single: RedisProcess;
let cluster: RedisClusterProcesses;
/** How a server is told where the store is, and how it enters it. */
let stores: Record<'single' | 'cluster', Readonly<Record<string, string>>>;
const servers: ServerProcess[] = [];

beforeAll(async () => {
  certificates = await makeCertificates();
  const [port, ...nodes] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  single = await startRedisProcess(certificates.redisSettings(port));
  await createRedisUser(single.port, 'single');
  cluster = await startRedisCluster((index) => ({
    ...certificates.redisSettings(nodes[index] ?? 0),
    // Else nodes tell clients the ports that do not speak TLS.
    'tls-cluster': 'yes',
  }));
  await Promise.all(cluster.nodes.map((node) => createRedisUser(node.port, 'cluster')));
  stores = {
    single: { REDIS_URL: `rediss://${USER.username}:${USER.password}@127.0.0.1:${String(port)}` },
    cluster: {
      REDIS_CLUSTER_NODES: nodes.map((node) => `127.0.0.1:${String(node)}`).join(','),
      REDIS_TLS: 'true',
      REDIS_USERNAME: USER.username,
      REDIS_PASSWORD: USER.password,
    },
  };
}, 60_000);

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.kill()));
});

afterAll(async () => {
  await single.stop();
  await cluster.stop();
  await certificates.remove();
});

async function start(environment: Readonly<Record<string, string>>): Promise<ServerProcess & { url: string }> {
  const server = startServerProcess({ PORT: '0', ...environment });
  servers.push(server);
  const [, url = ''] = await server.says(/server: (http:\/\/localhost:\d+)\n/);
  return { ...server, url };
}

test.each(['single', 'cluster'] as const)(
  'by TLS, as a user of its own, jobs are written and read: %s',
  { timeout: 60_000 },
  async (kind) => {
    const { url } = await start({ ...stores[kind], NODE_EXTRA_CA_CERTS: certificates.authority });
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 50_000 }).toBe(200);
    const { workers } = httpWorkers(url, () => `Bearer ${DEVELOPMENT_WORKER_KEY}`);
    const caller = { kind: 'worker' } as const;
    for (const jobId of ['one', 'two', 'three', 'four']) {
      await workers.createJob({ caller, body: { jobId, ownerId: 'ann', title: 'A job' } });
      const events = [{ type: 'model:chunk:v1', text: jobId }];
      expect(await workers.append({ caller, jobId, body: { events } })).toMatchObject({ status: 200 });
      const read = await workers.get({ caller, jobId });
      expect('body' in read && read.body.job.channels['output']?.text).toBe(jobId);
    }
  },
);

test.each(['single', 'cluster'] as const)(
  'a certificate that nobody here vouches for is told once, and the server stays: %s',
  { timeout: 60_000 },
  async (kind) => {
    const { url, said, says } = await start(stores[kind]);
    await says(/cannot be used/);
    await says(/out of reach/);
    const reasons = said().match(/^.*cannot be used.*$/gm);
    expect(reasons).toHaveLength(1);
    expect(reasons?.[0]).toContain('self-signed certificate in certificate chain');
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  },
);
