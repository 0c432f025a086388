import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { typed } from '../e2e/command.ts';
import { freePort } from '../redis/redisProcess.ts';
import { ROOT, followProcess } from './serverProcess.ts';

const LIMIT = { timeout: 60_000 };
const PATIENCE = { timeout: 20_000 };

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

test('a signal to npm alone ends server and web app as well', LIMIT, async () => {
  const [port, webPort] = [await freePort(), await freePort()];
  const both = typed(`npm run dev -- --port ${String(webPort)}`, { PORT: String(port) });
  await Promise.all([both.says(/server │ server: http/), both.says(/web {4}│ .*Local:/)]);
  const addresses = [`http://localhost:${String(port)}/healthz`, `http://localhost:${String(webPort)}/`];
  for (const address of addresses) expect(await answers(address)).toBe(true);
  both.child.kill('SIGTERM');
  await both.ended;
  for (const address of addresses) await expect.poll(() => answers(address), PATIENCE).toBe(false);
});

test.each([
  ['npm run dev -- --port', 'dev'],
  ['npm run dev:web -- --port', 'web'],
])('a port that is taken ends "%s" with one line that says how to go on', LIMIT, async (line, name) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const command = typed(`${line.replace('npm run', 'npm run --silent')} ${String(port)}`, { PORT: '0' });
  expect(await command.ended).toBe(1);
  other.close();
  const next = String(port === 65_535 ? port - 1 : port + 1);
  await expect
    .poll(() => command.said(), PATIENCE)
    .toMatch(new RegExp(`^${name}: .+ has port ${String(port)}; end it or choose another port: ${line} ${next}\n$`));
});

test('an option that the server does not have ends it with one line that says what to set', LIMIT, async () => {
  const command = typed('npm run --silent dev:realtime -- --port 3001');
  expect(await command.ended).toBe(1);
  await expect.poll(() => command.said(), PATIENCE).toMatch(/^server: "--port 3001" is not known; .*PORT=3001.*\n$/);
});

test('away from a terminal the server alone writes its own JSON', LIMIT, async () => {
  const server = typed('npm run dev:realtime', { PORT: '0' });
  await server.says(/server: http/);
  // npm does not wait for what it has started.
  await server.stop('SIGTERM');
  await expect.poll(() => server.said(), PATIENCE).toMatch(/^\{"level":30,.*"msg":"draining"\}$/m);
});

test.runIf(process.platform === 'linux')('in a terminal the server’s log is lines for people', LIMIT, async () => {
  const { NODE_ENV: _, FORCE_COLOR: __, ...env } = process.env;
  const terminal = followProcess(
    spawn('script', ['-qefc', `exec "${process.execPath}" scripts/dev.mjs server`, '/dev/null'], {
      cwd: ROOT,
      // A shell that did not hand its place on would be interrupted as well, and its exit code be the one that is told.
      env: { ...env, SHELL: '/bin/sh', NO_COLOR: '1', PORT: '0', LOG_LEVEL: 'info' },
    }),
  );
  onTestFinished(terminal.kill);
  const press = (key: string) => (terminal.child as ChildProcessWithoutNullStreams).stdin.write(key);
  await terminal.says(/^server: http/m);
  press('\u0003');
  expect(await terminal.ended).toBe(0);
  await expect.poll(() => terminal.said(), PATIENCE).toMatch(/\[\d\d:\d\d:\d\d\] INFO: draining/);
  expect(terminal.said()).not.toContain('{"level"');
});
