/** Starts the server as its environment says, and drains it when it is asked to stop. */
import { pino, type Logger } from 'pino';
import { createDemo, type Demo } from './demo/index.ts';
import {
  ConfigError,
  DEVELOPMENT_WORKER_KEY,
  ListenError,
  readConfig,
  startServer,
  type RunningServer,
  type ServerConfig,
} from './index.ts';
import { loggedError } from './loggedError.ts';

/** A store that is not there so long after the start is told of; ms. */
const STORE_PATIENCE_MS = 2_000;

/** What keeps the server from starting, in one line. */
function giveUp(error: unknown): never {
  const isExpected = error instanceof ConfigError || error instanceof ListenError;
  process.stderr.write(
    `server: ${isExpected ? error.message : String(error instanceof Error ? (error.stack ?? error) : error)}\n`,
  );
  process.exit(1);
}

function announce(config: ServerConfig, { url }: RunningServer): void {
  const store = {
    memory: 'in this process (set REDIS_URL to keep jobs over a restart)',
    redis: 'on Redis',
    cluster: 'on a Redis Cluster',
  }[config.store.kind];
  const users =
    config.users.kind === 'development'
      ? 'development: no token is the user "dev", the token "dev:<name>" that user'
      : config.users.kind === 'secret'
        ? 'tokens signed with AUTH_JWT_SECRET'
        : `tokens signed by ${config.users.url.href}`;
  const [key] = config.workerKeys;
  const workers = key === DEVELOPMENT_WORKER_KEY ? `Bearer ${key}` : 'the key in WORKER_KEY';
  const demo =
    config.demo === null
      ? []
      : [
          `  demo     POST /v1/demo/jobs { "prompt": "…" }, answered ${config.demo.model === null ? "from the project's documents" : `by ${config.demo.model.model} at ${config.demo.model.baseUrl}`}`,
        ];
  const origins = config.origins === null ? 'localhost, any port' : config.origins.join(', ');
  process.stdout.write(
    [
      `server: ${url}`,
      `  log      ${store}`,
      `  users    ${users}`,
      `  workers  ${workers}`,
      `  origins  ${origins}`,
      ...demo,
      '',
    ].join('\n'),
  );
}

function openDemo({ model }: NonNullable<ServerConfig['demo']>, logger: Logger): Demo {
  return createDemo({
    model,
    onError: (error, context) => {
      logger.warn({ reason: error instanceof Error ? error.message : String(error) }, context);
      logger.debug({ err: error }, context);
    },
  });
}

async function main(): Promise<void> {
  // Who read what is told here may go; the server stays.
  process.stdout.on('error', () => undefined);
  const config = readConfig(process.env);
  const logger = pino({ level: config.logLevel, serializers: { err: loggedError } });
  const demo = config.demo === null ? null : openDemo(config.demo, logger);
  const server = await startServer(config, {
    logger,
    processMetrics: true,
    ...(demo === null ? {} : { extend: demo.extend }),
  });
  await demo?.start({ url: server.url, workerKey: config.workerKeys[0] ?? '' });
  let isStopping = false;
  if (config.store.kind !== 'memory') {
    const tell = (isAvailable: boolean): void => {
      if (isStopping) return;
      if (isAvailable) logger.info('the log store is in reach');
      else logger.warn('the log store is out of reach; what needs it is refused until it is there');
    };
    server.log.onAvailability(tell);
    setTimeout(() => {
      if (!server.log.isAvailable()) tell(false);
    }, STORE_PATIENCE_MS).unref();
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      // Asked twice, it does not wait any more.
      if (isStopping) process.exit(1);
      isStopping = true;
      logger.info({ signal }, 'draining');
      // While the server still takes what the demo says last.
      const drained = Promise.resolve(demo?.close()).then(server.drain);
      drained.then(() => process.exit(0), giveUp);
    });
  }
  if (config.isProduction && config.origins === null) {
    logger.warn('ALLOWED_ORIGINS is not set: only pages of localhost may connect, and none of yours');
  }
  announce(config, server);
}

main().catch(giveUp);
