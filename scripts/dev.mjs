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
/** How long those that were told by a key press have before they are told again. */
const ALREADY_TOLD_MS = 1_000;
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

/** Somebody wants it to end, so that its ends are no news. */
let isAsked = false;

const children = programs.map(({ name, args, env, read }) => {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() !== '') process.stdout.write(`${name.padEnd(6)} │ ${read(line)}\n`);
    });
  }
  child.once('exit', (code, signal) => {
    if (isAsked) return;
    if (code !== 0) console.error(`dev: ${name} has ended (${signal ?? `exit code ${code}`})`);
    stop(code ?? 1);
  });
  return child;
});
/** @param {number} code of this script */
function stop(code) {
  isAsked = true;
  process.exitCode = code;
  for (const child of children) child.kill('SIGTERM');
}

for (const signal of ['SIGTERM', 'SIGHUP']) process.once(signal, () => stop(0));
process.on('SIGINT', () => {
  if (isAsked) return;
  isAsked = true;
  // A key press reaches all of them by itself, and asked a second time at once the server would not drain.
  setTimeout(() => stop(0), ALREADY_TOLD_MS).unref();
});
