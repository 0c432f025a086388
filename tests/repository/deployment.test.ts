import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../../server/config.ts';
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

/** Whatever the server looks for in an environment that has `given`. */
function variablesRead(given: Readonly<Record<string, string>>): readonly string[] {
  const read = new Set<string>();
  readConfig(
    new Proxy(given, {
      get: (target, name) => {
        read.add(String(name));
        return Reflect.get(target, name) as string | undefined;
      },
    }),
  );
  return [...read];
}

const PRODUCTION = {
  NODE_ENV: 'production',
  WORKER_KEY: 'a-key-of-more-than-sixteen-characters',
  AUTH_JWT_SECRET: 'a secret of more than 32 characters, really',
};
const CLUSTERED = { ...PRODUCTION, REDIS_CLUSTER_NODES: 'a:1' };
/** What the image says, and the way to the Redis that the file itself starts. */
const ITS_OWN = /^(NODE_ENV|HOST|PORT|REDIS_\w+)$/;

test.each(['server', 'server-1', 'server-2'])('%s is told every variable that production reads', (name) => {
  const told = compose.services[name]?.environment ?? {};
  const wanted = variablesRead(CLUSTERED).filter((variable) => !ITS_OWN.test(variable));
  expect(wanted).toContain('AUTH_JWT_AUDIENCE');
  expect(Object.fromEntries(Object.entries(told).filter(([variable]) => !ITS_OWN.test(variable)))).toEqual(
    Object.fromEntries(wanted.map((variable) => [variable, `\${${variable}:-}`])),
  );
});

test('README has every variable that the server reads', () => {
  const readme = readFileSync('README.md', 'utf8');
  const read = new Set([...variablesRead({}), ...variablesRead(CLUSTERED)]);
  expect([...read].filter((variable) => !readme.includes(`\`${variable}`))).toEqual([]);
});

test('servers find the Redis that is started with them', () => {
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

test('the documentation names every algorithm that a token may be signed with', () => {
  const page = readFileSync('docs/deployment.md', 'utf8');
  const checks = readFileSync('server/auth/userTokens.ts', 'utf8');
  const algorithms = [...checks.matchAll(/'((?:HS|RS|PS|ES)\d{3}|EdDSA)'/g)].map(([, name = '']) => name);
  expect(algorithms).toHaveLength(13);
  expect(algorithms.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

const hasCompose = spawnSync('docker', ['compose', 'version']).status === 0;

test.runIf(hasCompose)('docker compose takes the file', () => {
  const { status, stderr } = spawnSync('docker', ['compose', '--profile', 'cluster', 'config', '--quiet'], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toMatchObject({ status: 0 });
});
