/**
 * `npm run dev`: the server with its demo agent, and the web app that asks it, with one log. `PORT`, `REDIS_URL` and
 * the server's other variables count; the web app's port is that of `npm run dev -- --port 5174`. Ends both where one
 * of them ends, with its exit code.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prettyFactory } from 'pino-pretty';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const port = process.env['PORT'] || '3000';
const pretty = prettyFactory({
  colorize: process.stdout.isTTY,
  ignore: 'pid,hostname',
  singleLine: true,
  translateTime: 'SYS:HH:MM:ss',
});

/** @type {{ name: string, args: string[], env: NodeJS.ProcessEnv, read: (line: string) => string }[]} */
const programs = [
  {
    name: 'server',
    args: ['--conditions=@regen/source', '--import', 'tsx', 'server/main.ts'],
    // Nobody else's connections have to be spread when a developer stops it.
    env: { DRAIN_WINDOW_MS: '0', ...process.env, PORT: port },
    read: (line) => pretty(line).trimEnd(),
  },
  {
    name: 'web',
    args: ['node_modules/vite/bin/vite.js', '--strictPort', '--clearScreen', 'false', ...process.argv.slice(2)],
    env: { ...process.env, VITE_SOCKET_URL: process.env['VITE_SOCKET_URL'] || `http://localhost:${port}` },
    read: (line) => line,
  },
];

let isStopping = false;

// A group of its own for each: a key press that ends this script would otherwise end them too, once more than asked.
const children = programs.map(({ name, args, env, read }) => {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() !== '') process.stdout.write(`${name.padEnd(6)} │ ${read(line)}\n`);
    });
  }
  child.once('exit', (code, signal) => {
    if (!isStopping && code !== 0) console.error(`dev: ${name} has ended (${signal ?? `exit code ${code}`})`);
    stop('SIGTERM', isStopping ? 0 : (code ?? 1));
  });
  return child;
});
/**
 * @param {NodeJS.Signals} signal
 * @param {number} code of this script, where nothing said one before
 */
function stop(signal, code) {
  if (isStopping) return;
  isStopping = true;
  process.exitCode = code;
  for (const child of children) child.kill(signal);
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => stop(signal === 'SIGHUP' ? 'SIGTERM' : signal, 0));
}
