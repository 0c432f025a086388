import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { CLUSTER_RULES, RULES } from '../redis/redisUser.ts';

interface Service {
  image?: string;
  build?: string;
  profiles?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, unknown>;
  volumes?: string[];
}

const compose = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);

test('a plain start is Redis and one server; the cluster is a profile', () => {
  const plain = services.filter(([, { profiles }]) => profiles === undefined).map(([name]) => name);
  expect(plain).toEqual(['redis', 'server']);
  expect(new Set(services.flatMap(([, { profiles }]) => profiles ?? []))).toEqual(new Set(['cluster']));
});

test('each service is an image or built here, and depends on services and volumes that there are', () => {
  for (const [name, { image, build, depends_on: needs = {}, volumes = [] }] of services) {
    expect([name, (image === undefined) !== (build === undefined)]).toEqual([name, true]);
    expect(Object.keys(needs).filter((need) => !(need in compose.services))).toEqual([]);
    for (const volume of volumes) {
      const [source = ''] = volume.split(':');
      expect(source.startsWith('./') ? existsSync(source) : source in compose.volumes, volume).toBe(true);
    }
  }
});

test('servers are told variables that they read, and find the Redis that is started with them', () => {
  const read = readFileSync('server/config.ts', 'utf8');
  const told = services.flatMap(([, { environment = {} }]) => Object.keys(environment));
  expect([...new Set(told)].filter((name) => !read.includes(`'${name}'`))).toEqual([]);
  expect(compose.services['server']?.environment?.['REDIS_URL']).toBe('redis://redis:6379');
  const nodes = compose.services['server-1']?.environment?.['REDIS_CLUSTER_NODES']?.split(',') ?? [];
  expect(nodes.map((node) => node.replace(':6379', '')).filter((node) => !(node in compose.services))).toEqual([]);
  expect(nodes).toHaveLength(3);
});

test('the proxy asks the servers that are started with it', () => {
  const config = readFileSync('server/deploy/haproxy.cfg', 'utf8');
  const asked = [...config.matchAll(/^ +server \w+ ([\w-]+):3000$/gm)].map(([, name = '']) => name);
  expect(asked).toEqual(['server-1', 'server-2']);
});

test('the image copies what the build makes and the workspace has', () => {
  const dockerfile = readFileSync('Dockerfile', 'utf8');
  const copied = [...dockerfile.matchAll(/^COPY --from=build \/app\/(\S+)/gm)].map(([, path = '']) => path);
  const made = copied.filter((path) => !/node_modules|dist/.test(path));
  expect(made.filter((path) => !existsSync(path))).toEqual([]);
  expect(dockerfile).toContain('CMD ["node", "server/dist/main.js"]');
});

test('the user of Redis in the documentation is the one that the contracts are run as', () => {
  const page = readFileSync('docs/deployment.md', 'utf8');
  expect(page).toContain(` ${RULES}\``);
  expect(page).toContain(`\`${CLUSTER_RULES}\``);
});

const hasCompose = spawnSync('docker', ['compose', 'version']).status === 0;

test.runIf(hasCompose)('docker compose takes the file', () => {
  const { status, stderr } = spawnSync('docker', ['compose', '--profile', 'cluster', 'config', '--quiet'], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toMatchObject({ status: 0 });
});
