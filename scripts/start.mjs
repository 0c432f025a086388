/**
 * `npm start`: Storybook on port 6006, or on the one of `npm start -- -p 6007`. A port that is taken ends it at once:
 * Storybook would ask for another and, where there is no terminal to answer in, end as if all were well.
 */
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const DEFAULT_PORT = '6006';

/**
 * @param {number} port
 * @param {string | undefined} host undefined: every address
 * @returns {Promise<boolean>}
 */
function isTaken(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => resolve(error.code === 'EADDRINUSE'));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(false)));
  });
}

/**
 * Name and id of the process that listens, where `lsof` is there to tell and may.
 * @param {number} port
 */
function listener(port) {
  const { stdout } = spawnSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], { encoding: 'utf8' });
  const [, pid] = /^p(\d+)$/m.exec(stdout ?? '') ?? [];
  const [, name] = /^c(.+)$/m.exec(stdout ?? '') ?? [];
  return pid === undefined ? 'another process' : `${name ?? 'a process'} (process ${pid})`;
}

const given = process.argv.slice(2);
const { values } = parseArgs({
  args: given,
  options: { port: { type: 'string', short: 'p' } },
  strict: false,
  allowPositionals: true,
});
const chosen = typeof values.port === 'string' ? values.port : undefined;
const port = Number(chosen ?? DEFAULT_PORT);
if (!Number.isInteger(port) || port < 1 || port > 65_535) {
  console.error(`start: "${chosen}" is not a port; give one from 1 to 65535: npm start -- -p 6007`);
  process.exit(1);
}
for (const host of [undefined, '127.0.0.1', '::1']) {
  if (!(await isTaken(port, host))) continue;
  const other = port === 65_535 ? port - 1 : port + 1;
  console.error(`start: ${listener(port)} has port ${port}; end it or choose another port: npm start -- -p ${other}`);
  process.exit(1);
}

const defaults = chosen === undefined ? ['-p', DEFAULT_PORT] : [];
process.argv.splice(
  2,
  given.length,
  'dev',
  ...defaults,
  '--exact-port',
  '--no-open',
  '--disable-telemetry',
  '--no-version-updates',
  ...given,
);
await import(pathToFileURL(join(root, 'node_modules', 'storybook', 'dist', 'bin', 'dispatcher.js')).href);
