import { expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

const PRODUCTION = {
  NODE_ENV: 'production',
  AUTH_JWT_SECRET: 'a secret of more than 32 characters, really',
  WORKER_KEY: 'a-key-of-more-than-sixteen-characters',
};

test('with nothing set it is the development server that the README promises', () => {
  expect(readConfig({})).toMatchObject({
    isProduction: false,
    host: null,
    port: 3_000,
    store: { kind: 'memory' },
    users: { kind: 'development' },
    workerKeys: ['dev-worker-key'],
    origins: null,
    transports: ['websocket'],
    leaseMs: 30_000,
    lostMs: 120_000,
    limits: { commandsPerSecond: 100, subscriptionsPerConnection: 200, connectionsPerUser: 20, messageBytes: 65_536 },
  });
});

test('in production it refuses to start without keys, and starts with them', () => {
  expect(() => readConfig({ NODE_ENV: 'production' })).toThrow(
    /^AUTH_JWT_SECRET or AUTH_JWKS_URL, and WORKER_KEY must be set/,
  );
  expect(() => readConfig({ ...PRODUCTION, AUTH_JWT_SECRET: '' })).toThrow(
    /^AUTH_JWT_SECRET or AUTH_JWKS_URL must be set/,
  );
  expect(() => readConfig({ ...PRODUCTION, WORKER_KEY: '' })).toThrow(/^WORKER_KEY must be set/);
  expect(readConfig({ ...PRODUCTION, NODE_ENV: ' production ' }).isProduction).toBe(true);
  expect(readConfig(PRODUCTION)).toMatchObject({ isProduction: true, host: '::', users: { kind: 'secret' } });
});

test.each([
  ['PORT', 'http', 'a whole number from 0 to 65535'],
  ['PORT', '70000', 'a whole number from 0 to 65535'],
  ['REDIS_URL', 'http://a-host:6379', 'a URL such as redis://'],
  ['REDIS_URL', 'a-host', 'a URL such as redis://'],
  ['REDIS_URL', 'redis://user:a#b@a-host:6379', 'a URL such as redis://'],
  ['AUTH_JWKS_URL', 'keys.example/set.json', 'JSON Web Key Set'],
  ['OPENAI_BASE_URL', 'models', 'a URL such as https://'],
  ['REDIS_URL', 'redis://a-host:6379/3', 'end it with the port, as in redis://localhost:6379'],
  ['REDIS_URL', 'redis://a-host:6379/0/3', 'end it with the port'],
  ['REDIS_URL', 'rediss://a-host?db=3', 'end it with the port'],
  ['REDIS_CLUSTER_NODES', 'a,b', 'hosts with ports'],
  ['ALLOWED_ORIGINS', 'app.example.com', 'origins such as https://'],
  ['ALLOWED_ORIGINS', 'https://app.example.com/path', 'origins such as https://'],
  ['AUTH_JWT_SECRET', 'short', 'at least 32 characters'],
  ['AUTH_JWKS_URL', 'ftp://keys', 'JSON Web Key Set'],
  ['SOCKET_TRANSPORTS', 'carrier-pigeon', 'sticky sessions'],
  ['LOG_LEVEL', 'loud', 'fatal, error, warn'],
  ['WORKER_LEASE_MS', '-1', 'a whole number from 15000'],
  ['WORKER_LOST_MS', '10000', 'a whole number from 15000'],
  ['NODE_ENV', 'Production', '"production", or "development"'],
  ['NODE_ENV', 'prod', '"production", or "development"'],
  ['REDIS_URL', 'redis://:%zz@a-host:6379', 'a URL such as redis://'],
  ['REDIS_CLUSTER_NODES', 'redis://:secret@a:1', 'hosts with ports'],
  ['AUTH_JWKS_URL', 'https://user:secret@keys.example', 'without a user and a password'],
  ['OPENAI_BASE_URL', 'https://user:secret@models.example/v1', 'without a user and a password'],
  ['WORKER_KEY', 'a key with spaces', 'without spaces'],
])('%s=%s is refused in one line that says what it may be', (name, value, expected) => {
  let thrown: unknown;
  try {
    readConfig({ [name]: value });
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ConfigError);
  const { message } = thrown as ConfigError;
  expect(message).toContain(name);
  expect(message).toContain(expected);
  expect(message).not.toContain('\n');
  if (/SECRET|KEY|REDIS_URL/.test(name)) expect(message).not.toContain(value);
  expect(message).not.toContain('secret@');
});

test.each(['redis://a', 'redis://a:6379/', 'rediss://user:secret@a:6379/0', 'redis://a?family=6&db=0'])(
  '%s is database 0, and taken as it is',
  (url) => {
    expect(readConfig({ REDIS_URL: url }).store).toEqual({ kind: 'redis', url });
  },
);

test('what would be left out without a word is refused', () => {
  for (const name of ['REDIS_USERNAME', 'REDIS_PASSWORD', 'REDIS_TLS']) {
    for (const store of [{}, { REDIS_URL: 'redis://a' }]) {
      expect(() => readConfig({ ...store, [name]: 'true' })).toThrow(new RegExp(`^${name}: only REDIS_CLUSTER_NODES`));
    }
    expect(readConfig({ REDIS_CLUSTER_NODES: 'a:1', [name]: 'true' }).store.kind).toBe('cluster');
  }
  for (const name of ['AUTH_JWT_ISSUER', 'AUTH_JWT_AUDIENCE']) {
    expect(() => readConfig({ [name]: 'regen' })).toThrow(new RegExp(`^${name} is set, .*AUTH_JWT_SECRET`));
  }
});

test('what contradicts itself is refused', () => {
  expect(() => readConfig({ REDIS_URL: 'redis://a', REDIS_CLUSTER_NODES: 'a:1' })).toThrow(/both set/);
  expect(() => readConfig({ WORKER_LEASE_MS: '60000', WORKER_LOST_MS: '50000' })).toThrow(/WORKER_LOST_MS/);
  expect(() => readConfig({ ...PRODUCTION, AUTH_JWKS_URL: 'https://keys.example' })).toThrow(/both set/);
});

test('lists are read with their spaces, and IPv6 nodes with their brackets', () => {
  expect(readConfig({ ALLOWED_ORIGINS: 'https://A.example, http://localhost:8080' }).origins).toEqual([
    'https://a.example',
    'http://localhost:8080',
  ]);
  expect(readConfig({ REDIS_CLUSTER_NODES: 'a:1, [::1]:7000' }).store).toMatchObject({
    kind: 'cluster',
    nodes: [
      { host: 'a', port: 1 },
      { host: '::1', port: 7_000 },
    ],
  });
});
