/** The port that a command is to listen on, and who has it where it is taken. */
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';

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

/**
 * The port that `--port` (or `-p`) names among a command's arguments; undefined where none does. Ends the process with
 * one line where that, or `standard` in its place, is no port or is taken.
 *
 * @param {{ name: string, hint: string, args: string[], standard: number }} command `hint`: how it is told of a port
 * @returns {Promise<string | undefined>}
 */
export async function portOf({ name, hint, args, standard }) {
  const { values } = parseArgs({
    args,
    options: { port: { type: 'string', short: 'p' } },
    strict: false,
    allowPositionals: true,
  });
  const chosen = typeof values.port === 'string' ? values.port : undefined;
  const port = Number(chosen ?? standard);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    console.error(`${name}: "${chosen}" is not a port; give one from 1 to 65535: ${hint} ${standard + 1}`);
    process.exit(1);
  }
  for (const host of [undefined, '127.0.0.1', '::1']) {
    if (!(await isTaken(port, host))) continue;
    const other = port === 65_535 ? port - 1 : port + 1;
    console.error(`${name}: ${listener(port)} has port ${port}; end it or choose another port: ${hint} ${other}`);
    process.exit(1);
  }
  return chosen;
}
