/**
 * `npm run dev`: the server with its demo agent, and the web app that asks it, with one log. `PORT`, `REDIS_URL` and
 * the server's other variables count; the web app's port is that of `npm run dev -- --port 5174`. Ends both where one
 * of them ends, with its exit code.
 *
 * `npm run dev:realtime` is `dev.mjs server`: the server alone. Its log is in lines where people read it, in a terminal
 * and not in production; else it is the server's own JSON.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prettyFactory } from 'pino-pretty';
import { portOf } from './ports.mjs';
import { whenStarterEnds } from './starter.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const port = process.env['PORT'] || '3000';
/** How long those that were told with the whole group have before they are told again; ms. */
const ALREADY_TOLD_MS = 1_000;
const given = process.argv.slice(2);
const isServerAlone = given[0] === 'server';
const isForPeople = !isServerAlone || (process.stdout.isTTY && process.env['NODE_ENV'] !== 'production');
if (isServerAlone && given.length > 1) {
  console.error(
    `server: "${given.slice(1).join(' ')}" is not known; what it takes is in the environment, as in PORT=3001 npm run dev:realtime`,
  );
  process.exit(1);
}
if (!isServerAlone) await portOf({ name: 'dev', hint: 'npm run dev -- --port', args: given, standard: 5_173 });
const pretty = prettyFactory({
  // As the terminal can, and as NO_COLOR and FORCE_COLOR want.
  colorize: process.stdout.isTTY && process.stdout.hasColors(),
  ignore: 'pid,hostname',
  singleLine: true,
  translateTime: 'SYS:HH:MM:ss',
});

/** @type {{ name: string, args: string[], env: NodeJS.ProcessEnv, read: (line: string) => string }[]} */
const all = [
  {
    name: 'server',
    args: ['--conditions=@regen/source', '--import', 'tsx', 'server/main.ts'],
    // Nobody else's connections have to be spread when a developer stops both.
    env: { ...(isServerAlone ? {} : { DRAIN_WINDOW_MS: '0' }), ...process.env, PORT: port },
    read: (line) => pretty(line).trimEnd(),
  },
  {
    name: 'web',
    args: ['node_modules/vite/bin/vite.js', '--strictPort', '--clearScreen', 'false', ...given],
    env: { ...process.env, VITE_SOCKET_URL: process.env['VITE_SOCKET_URL'] || `http://localhost:${port}` },
    read: (line) => line,
  },
];

const programs = isServerAlone ? all.slice(0, 1) : all;

/** Somebody wants it to end, so that its ends are no news. */
let isAsked = false;

const children = programs.map(({ name, args, env, read }) => {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env,
    stdio: ['ignore', isForPeople ? 'pipe' : 'inherit', isForPeople ? 'pipe' : 'inherit'],
  });
  const start = isServerAlone ? '' : `${name.padEnd(6)} │ `;
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() !== '') process.stdout.write(`${start}${read(line)}\n`);
    });
  }
  child.once('exit', (code, signal) => {
    if (isAsked) return;
    // Alone, it says itself why it ends, where it can.
    if (signal !== null || (code !== 0 && !isServerAlone)) {
      console.error(`dev: ${name} has ended (${signal ?? `exit code ${code}`})`);
    }
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

whenStarterEnds(() => stop(0));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (isAsked) return;
    isAsked = true;
    // One to the whole group, as a key press sends it, reaches all of them, and asked twice the server does not drain.
    setTimeout(() => stop(0), ALREADY_TOLD_MS).unref();
  });
}
