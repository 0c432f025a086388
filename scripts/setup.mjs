/**
 * Makes a clean clone ready to run: dependencies, and with `--browser` a Chromium.
 *
 * Runs before every command, with Node's own modules alone. Costs a few milliseconds when there is nothing to do,
 * and says what it does when there is.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium, installChromium } from './chromium.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(`setup: ${message}`);
  process.exit(1);
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, integrity?: string, link?: boolean, optional?: boolean }> | undefined}
 */
function lockedPackages(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * What npm says it installed last (it writes this file when it has finished, never before) against the lock file.
 * Optional packages are left out: which of them are there depends on the platform.
 */
function dependenciesAreThoseOfTheLock() {
  const wanted = lockedPackages('package-lock.json');
  if (wanted === undefined) fail('package-lock.json is missing; restore it with: git checkout package-lock.json');
  const installed = lockedPackages('node_modules/.package-lock.json');
  if (installed === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/') || entry.optional) return true;
    const found = installed[path];
    return found?.version === entry.version && found?.integrity === entry.integrity && found?.link === entry.link;
  });
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  if (!enough)
    fail(`Node ${process.versions.node} is too old or unsupported; install Node 20.19 or later, or 22.12 or later.`);
}

function installDependencies() {
  console.log('setup: installing dependencies with npm ci (once; about a minute)');
  const npm = process.env.npm_execpath;
  const [command, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  const { status } = spawnSync(command, [...first, 'ci', '--include=dev', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) fail('npm ci failed; see its message above, then run it by hand: npm ci --include=dev');
}

function ensureChromium() {
  try {
    const problem = findChromium() === undefined ? installChromium() : undefined;
    if (problem !== undefined) fail(problem);
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

checkNode();
if (!dependenciesAreThoseOfTheLock()) installDependencies();
if (process.argv.includes('--browser')) ensureChromium();
