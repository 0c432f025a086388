import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { withoutServices } from '../../scripts/withoutServices.mjs';

const all = mkdtempSync(join(tmpdir(), 'regen-setup-'));
afterAll(() => rmSync(all, { recursive: true, force: true }));

const PACKAGES = {
  '': { name: 'planted' },
  'node_modules/one': { version: '1.0.0' },
  'node_modules/two': { version: '2.0.0' },
  'node_modules/elsewhere': { version: '3.0.0', optional: true },
};

/** Installs as npm does: empties node_modules, writes the folders, then its record. Writes down that it was called. */
const NPM = `
const { appendFileSync, mkdirSync, rmSync, writeFileSync } = require('node:fs');
appendFileSync('calls.txt', process.argv[2] + '\\n');
rmSync('node_modules', { recursive: true, force: true });
const install = (name) => {
  mkdirSync('node_modules/' + name, { recursive: true });
  writeFileSync('node_modules/' + name + '/package.json', '{}');
};
install('one');
if (process.env.PLANTED === 'killed') process.kill(process.pid, 'SIGKILL');
const finish = () => {
  install('two');
  const { '': root, 'node_modules/elsewhere': elsewhere, ...packages } = ${JSON.stringify(PACKAGES)};
  writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages }));
};
if (process.env.PLANTED === 'slow') process.stdin.once('end', finish).resume();
else finish();
`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(all, 'clone-'));
  mkdirSync(join(folder, 'scripts'));
  for (const name of [
    'setup.mjs',
    'dependencies.mjs',
    'chromium.mjs',
    'programs.mjs',
    'redis.mjs',
    'withoutServices.mjs',
  ]) {
    cpSync(join(process.cwd(), 'scripts', name), join(folder, 'scripts', name));
  }
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: PACKAGES }));
  writeFileSync(join(folder, 'npm.cjs'), NPM);
});

const environment = (planted: string) => ({
  ...process.env,
  npm_execpath: join(folder, 'npm.cjs'),
  PLANTED: planted,
});

function setUp(planted = ''): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'scripts', 'setup.mjs')], {
    encoding: 'utf8',
    env: environment(planted),
  });
  return { status, said: stdout + stderr };
}

/** A set-up that runs on; `says` resolves when it has said the text. */
function begin(planted: string) {
  const child = spawn(process.execPath, [join(folder, 'scripts', 'setup.mjs')], { env: environment(planted) });
  let said = '';
  const ended = once(child, 'close').then(([code]) => ({ status: code as number | null, said }));
  const says = (text: string) =>
    new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (part: Buffer) => {
        said += part.toString();
        if (said.includes(text)) resolve();
      });
      void ended.then(() => reject(new Error(`it ended without saying "${text}": ${said}`)));
    });
  return { child, ended, says };
}

const calls = (): number => {
  const path = join(folder, 'calls.txt');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').length : 0;
};

test('a clean clone is installed once, and a second set-up has nothing to do', () => {
  expect(setUp()).toMatchObject({ status: 0 });
  expect(setUp()).toEqual({ status: 0, said: '' });
  expect(calls()).toBe(1);
  expect(existsSync(join(folder, '.setup.lock'))).toBe(false);
});

test('a package whose folder is gone is installed again', () => {
  setUp();
  rmSync(join(folder, 'node_modules', 'two'), { recursive: true });
  expect(setUp()).toMatchObject({ status: 0 });
  expect(calls()).toBe(2);
  expect(existsSync(join(folder, 'node_modules', 'two', 'package.json'))).toBe(true);
});

test('a lock file that wants another version is installed', () => {
  setUp();
  const packages = { ...PACKAGES, 'node_modules/one': { version: '1.0.1' } };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }));
  setUp();
  expect(calls()).toBe(2);
});

test('an npm ci that was killed fails the set-up, and the next one installs again', () => {
  const killed = setUp('killed');
  expect(killed.status).toBe(1);
  expect(killed.said).toContain('setup: npm ci failed');
  expect(setUp()).toMatchObject({ status: 0 });
  expect(calls()).toBe(2);
  expect(setUp()).toEqual({ status: 0, said: '' });
});

test('an npm ci that was killed while it emptied a whole node_modules is noticed by what it left', () => {
  setUp();
  // Of a process that is gone: Linux and macOS number none so high.
  writeFileSync(join(folder, '.setup.lock'), '999999999\n');
  expect(setUp()).toMatchObject({ status: 0 });
  expect(calls()).toBe(2);
  expect(existsSync(join(folder, '.setup.lock'))).toBe(false);
});

test.runIf(existsSync('/proc/self/stat'))(
  'a killed set-up is not waited for where another process has its number',
  () => {
    setUp();
    // This process lives, and did not begin then.
    writeFileSync(join(folder, '.setup.lock'), `${String(process.pid)} 1\n`);
    expect(setUp()).toMatchObject({ status: 0 });
    expect(existsSync(join(folder, '.setup.lock'))).toBe(false);
  },
);

test('of two set-ups at once one installs; the other waits and has nothing to do', async () => {
  const first = begin('slow');
  await first.says('installing dependencies');
  const second = begin('');
  await second.says('waiting for it');
  expect(existsSync(join(folder, 'node_modules', '.package-lock.json'))).toBe(false);
  // The slow npm shares the first set-up's input and goes on when that ends.
  first.child.stdin.end();
  expect((await first.ended).status).toBe(0);
  expect(await second.ended).toMatchObject({ status: 0 });
  expect(calls()).toBe(1);
});

test('no package starts a service while it is installed, and the policy for that goes with it, also on failure', () => {
  const policy = join(folder, 'policy-rc.d');
  const asked: (number | null)[] = [];
  const ask = (): void => {
    asked.push(spawnSync(policy, ['redis-server', 'start']).status);
  };
  withoutServices(ask, policy);
  expect(existsSync(policy)).toBe(false);
  const fail = (): void => {
    ask();
    throw new Error('no network');
  };
  expect(() => {
    withoutServices(fail, policy);
  }).toThrow('no network');
  expect(existsSync(policy)).toBe(false);
  expect(asked).toEqual([101, 101]);
});

test('a policy that the machine has stays; one that a killed installation left goes', () => {
  const policy = join(folder, 'policy-rc.d');
  writeFileSync(policy, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  const asked: (number | null)[] = [];
  const ask = (): void => {
    asked.push(spawnSync(policy).status);
  };
  withoutServices(ask, policy);
  expect(readFileSync(policy, 'utf8')).toBe('#!/bin/sh\nexit 0\n');
  rmSync(policy);
  let left = '';
  withoutServices(() => {
    left = readFileSync(policy, 'utf8');
  }, policy);
  writeFileSync(policy, left, { mode: 0o755 });
  withoutServices(ask, policy);
  expect(existsSync(policy)).toBe(false);
  expect(asked).toEqual([0, 101]);
});
