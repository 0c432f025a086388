/** What the server is told by its environment, read once and checked. */
import { LIMITS } from '@regen/realtime-shared';
import * as v from 'valibot';
import type { ModelOptions } from './demo/model.ts';

/** Whether users and workers are who they say: checked by tokens, or, in development, taken at their word. */
export type UserTokens =
  | { kind: 'development' }
  | { kind: 'secret'; secret: string; issuer?: string; audience?: string }
  | { kind: 'jwks'; url: URL; issuer?: string; audience?: string };

export type StoreConfig =
  | { kind: 'memory' }
  | { kind: 'redis'; url: string }
  | {
      kind: 'cluster';
      nodes: readonly { host: string; port: number }[];
      tls: boolean;
      username?: string;
      password?: string;
    };

export interface ServerConfig {
  isProduction: boolean;
  /** Null: loopback, IPv4 and IPv6. */
  host: string | null;
  port: number;
  store: StoreConfig;
  users: UserTokens;
  workerKeys: readonly string[];
  /** Exact origins, lower case; null: localhost with any port. */
  origins: readonly string[] | null;
  transports: readonly ('websocket' | 'polling')[];
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  /** All in ms. */
  leaseMs: number;
  lostMs: number;
  drainWindowMs: number;
  limits: {
    commandsPerSecond: number;
    subscriptionsPerConnection: number;
    connectionsPerUser: number;
    messageBytes: number;
  };
  /** Who writes the demo's answers: a model, or, with null, quotations alone. Without a demo in production. */
  demo: { model: ModelOptions | null } | null;
  /** UTF-16 code units of a channel's text that are kept at least. */
  maxTextLength: number;
}

/** A variable that cannot be used: which, and what it may be. One line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Shorter, and a living worker would seem silent: `createJobPublisher` gives a sign of life every 5 s. */
const SHORTEST_LEASE_MS = 15_000;

type Environment = Readonly<Record<string, string | undefined>>;

export const DEVELOPMENT_WORKER_KEY = 'dev-worker-key';

/** Throws a `ConfigError` for the first variable that cannot be used. Empty counts as left out. */
export function readConfig(environment: Environment): ServerConfig {
  const read = <Output>(
    name: string,
    schema: v.GenericSchema<string, Output>,
    expected: string,
  ): Output | undefined => {
    const value = environment[name];
    if (!isGiven(value)) return undefined;
    const parsed = v.safeParse(schema, value.trim());
    if (!parsed.success) throw new ConfigError(`${name} is ${quote(name, value)}; it must be ${expected}.`);
    return parsed.output;
  };
  const integer = (name: string, minimum: number, maximum: number, fallback: number): number =>
    read(
      name,
      v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number), v.minValue(minimum), v.maxValue(maximum)),
      `a whole number from ${String(minimum)} to ${String(maximum)}`,
    ) ?? fallback;

  // A word that is nearly "production" would let anybody be anybody.
  const isProduction =
    read(
      'NODE_ENV',
      v.picklist(['production', 'development', 'test']),
      '"production", or "development" where everybody is who they say',
    ) === 'production';
  const leaseMs = integer('WORKER_LEASE_MS', SHORTEST_LEASE_MS, 3_600_000, 30_000);
  const lostMs = integer('WORKER_LOST_MS', SHORTEST_LEASE_MS, 86_400_000, 120_000);
  if (lostMs < leaseMs) {
    throw new ConfigError(
      `WORKER_LOST_MS is ${String(lostMs)}; it must be at least WORKER_LEASE_MS (${String(leaseMs)}), or a living worker would be given up.`,
    );
  }
  return {
    isProduction,
    host:
      read('HOST', v.pipe(v.string(), v.regex(/^[\w.:%-]+$/)), 'a host name or an IP address') ??
      (isProduction ? '::' : null),
    port: integer('PORT', 0, 65_535, 3_000),
    store: readStore(environment, read),
    ...readKeys(isProduction, read),
    origins:
      read('ALLOWED_ORIGINS', originsSchema, 'origins such as https://app.example.com, separated by commas') ?? null,
    transports: read(
      'SOCKET_TRANSPORTS',
      transportsSchema,
      '"websocket" or "websocket,polling" (which needs sticky sessions)',
    ) ?? ['websocket'],
    logLevel:
      read(
        'LOG_LEVEL',
        v.picklist(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
        'fatal, error, warn, info, debug, trace or silent',
      ) ?? 'info',
    leaseMs,
    lostMs,
    drainWindowMs: integer('DRAIN_WINDOW_MS', 0, 300_000, 5_000),
    limits: {
      commandsPerSecond: integer('COMMANDS_PER_SECOND', 1, 100_000, 100),
      subscriptionsPerConnection: integer('SUBSCRIPTIONS_PER_CONNECTION', 1, 100_000, 200),
      connectionsPerUser: integer('CONNECTIONS_PER_USER', 1, 100_000, 20),
      messageBytes: integer('MESSAGE_BYTES', 1_024, LIMITS.bodyBytes / 2, 65_536),
    },
    demo: isProduction ? null : { model: readModel(read) },
    maxTextLength: integer('MAX_TEXT_LENGTH', LIMITS.textLength, 100_000_000, 1_000_000),
  };
}

function isGiven(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}

type Read = <Output>(name: string, schema: v.GenericSchema<string, Output>, expected: string) => Output | undefined;

const list = v.pipe(
  v.string(),
  v.transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  ),
  v.minLength(1),
);

const originSchema = v.pipe(
  v.string(),
  v.check((text) => isOrigin(text)),
  v.transform((text) => text.toLowerCase()),
);
const originsSchema = v.pipe(list, v.array(originSchema));
const transportsSchema = v.pipe(list, v.array(v.picklist(['websocket', 'polling'])));
const urlSchema = (protocols: readonly string[], isUsable: (url: URL) => boolean) =>
  v.pipe(
    v.string(),
    v.check((text) => {
      if (!URL.canParse(text)) return false;
      const url = new URL(text);
      return protocols.includes(url.protocol) && isUsable(url);
    }),
  );

/** With a user and a password no `fetch` takes it, and it would be printed. */
const webUrl = urlSchema(['https:', 'http:'], ({ username, password }) => username + password === '');

/** What the client of Redis decodes must be so that it can. */
const redisUrl = urlSchema(['redis:', 'rediss:'], ({ username, password }) => {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
});

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (url.protocol === 'https:' || url.protocol === 'http:') && url.origin === text.toLowerCase();
}

function readStore(environment: Environment, read: Read): StoreConfig {
  const url = read('REDIS_URL', redisUrl, 'a URL such as redis://localhost:6379 or rediss://user:password@host:6380');
  const nodes = read('REDIS_CLUSTER_NODES', nodesSchema, 'hosts with ports, such as a:6379,b:6379');
  if (url !== undefined && nodes !== undefined) {
    throw new ConfigError('REDIS_URL and REDIS_CLUSTER_NODES are both set; set the one that is meant.');
  }
  if (nodes !== undefined) {
    const username = read('REDIS_USERNAME', v.string(), 'a user name');
    const password = environment['REDIS_PASSWORD'];
    return {
      kind: 'cluster',
      nodes,
      tls: read('REDIS_TLS', v.picklist(['true', 'false']), 'true or false') === 'true',
      ...(username === undefined ? {} : { username }),
      ...(password === undefined || password === '' ? {} : { password }),
    };
  }
  const unused = ['REDIS_USERNAME', 'REDIS_PASSWORD', 'REDIS_TLS'].filter((name) => isGiven(environment[name]));
  if (unused.length > 0) {
    throw new ConfigError(
      `${unused.join(', ')}: only REDIS_CLUSTER_NODES takes it; of a single Redis the user, the password and TLS are in REDIS_URL, as in rediss://user:password@host:6380.`,
    );
  }
  if (url === undefined) return { kind: 'memory' };
  if (!isFirstDatabase(new URL(url))) {
    throw new ConfigError(
      'REDIS_URL names another database than 0, and what one publishes all of them hear; end it with the port, as in redis://localhost:6379, and give each system a Redis of its own.',
    );
  }
  return { kind: 'redis', url };
}

function isFirstDatabase({ pathname, searchParams }: URL): boolean {
  return ['', '/', '/0'].includes(pathname) && searchParams.getAll('db').every((database) => database === '0');
}

const nodesSchema = v.pipe(
  list,
  v.array(
    v.pipe(
      v.string(),
      v.regex(/^(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}$/),
      v.transform((text) => {
        const at = text.lastIndexOf(':');
        return { host: text.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(text.slice(at + 1)) };
      }),
      v.check(({ port }) => port > 0 && port < 65_536),
    ),
  ),
);

/** How users and workers are known. In production nothing stands in for what is not set. */
function readKeys(isProduction: boolean, read: Read): Pick<ServerConfig, 'users' | 'workerKeys'> {
  const users = readUsers(read);
  const workerKeys = readWorkerKeys(isProduction, read);
  if (isProduction) {
    const missing = [
      ...(users === undefined ? ['AUTH_JWT_SECRET or AUTH_JWKS_URL'] : []),
      ...(workerKeys === undefined ? ['WORKER_KEY'] : []),
    ];
    if (missing.length > 0) {
      throw new ConfigError(
        `${missing.join(', and ')} must be set with NODE_ENV=production: without, everybody could be anybody.`,
      );
    }
  }
  return { users: users ?? { kind: 'development' }, workerKeys: workerKeys ?? [DEVELOPMENT_WORKER_KEY] };
}

function readUsers(read: Read): UserTokens | undefined {
  const secret = read('AUTH_JWT_SECRET', v.pipe(v.string(), v.minLength(32)), 'a secret of at least 32 characters');
  const url = read('AUTH_JWKS_URL', webUrl, 'the URL of a JSON Web Key Set, without a user and a password');
  const issuer = read('AUTH_JWT_ISSUER', v.string(), 'the issuer that tokens must name');
  const audience = read('AUTH_JWT_AUDIENCE', v.string(), 'the audience that tokens must name');
  const claims = { ...(issuer === undefined ? {} : { issuer }), ...(audience === undefined ? {} : { audience }) };
  if (secret !== undefined && url !== undefined) {
    throw new ConfigError('AUTH_JWT_SECRET and AUTH_JWKS_URL are both set; set the one that signs your tokens.');
  }
  if (secret !== undefined) return { kind: 'secret', secret, ...claims };
  if (url !== undefined) return { kind: 'jwks', url: new URL(url), ...claims };
  const [claim] = Object.keys(claims);
  if (claim !== undefined) {
    throw new ConfigError(
      `AUTH_JWT_${claim.toUpperCase()} is set, and nothing that tokens are checked with; set AUTH_JWT_SECRET or AUTH_JWKS_URL as well.`,
    );
  }
  return undefined;
}

function readWorkerKeys(isProduction: boolean, read: Read): readonly string[] | undefined {
  return read(
    'WORKER_KEY',
    v.pipe(list, v.array(v.pipe(v.string(), v.minLength(isProduction ? 16 : 1), v.regex(/^\S+$/)))),
    'a secret of at least 16 characters without spaces; several, separated by commas, while one takes the place of another',
  );
}

function readModel(read: Read): ModelOptions | null {
  const baseUrl = read(
    'OPENAI_BASE_URL',
    webUrl,
    'a URL such as https://api.openai.com/v1, without a user and a password',
  );
  const apiKey = read('OPENAI_API_KEY', v.string(), 'a key');
  const model = read('OPENAI_MODEL', v.string(), 'the name of a model') ?? 'gpt-4o-mini';
  if (baseUrl === undefined || apiKey === undefined) return null;
  return { baseUrl, apiKey, model };
}

const SECRETS = /SECRET|KEY|PASSWORD|REDIS_URL/;

function quote(name: string, value: string): string {
  return SECRETS.test(name) || value.includes('@')
    ? 'not usable'
    : JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
