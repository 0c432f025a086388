/**
 * Whether node_modules holds what the lock file wants, and how it gets there. Node's own modules alone: this runs
 * before anything is installed.
 *
 * While npm installs, and after it was ended before it had finished, `.setup.lock` lies beside node_modules (npm empties
 * the folder itself). It holds the ids of the processes that install; one whose processes are all gone is stale.
 */
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean }} LockedPackage */

const RECORD = join('node_modules', '.package-lock.json');
const LOCK = '.setup.lock';
const POLL_MS = 200;
const LONGEST_WAIT_MS = 10 * 60_000;

/**
 * @param {string} path
 * @returns {string | undefined}
 */
function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * @param {string} path
 * @returns {Record<string, LockedPackage> | undefined}
 */
function lockedPackages(path) {
  const text = readIfThere(path);
  return text === undefined ? undefined : JSON.parse(text).packages;
}

/**
 * What npm says it installed last (it writes this file when it has finished, never before) against the lock file, and
 * against the folders that are there. Optional packages that npm left out are not missed: which of them are there
 * depends on the platform.
 *
 * @param {string} root
 */
function dependenciesAreThoseOfTheLock(root) {
  const wanted = lockedPackages(join(root, 'package-lock.json'));
  if (wanted === undefined) {
    throw new Error('package-lock.json is missing; restore it with: git checkout package-lock.json');
  }
  const installed = lockedPackages(join(root, RECORD));
  if (installed === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed[path];
    if (found === undefined) return entry.optional === true;
    const isTheOne =
      found.version === entry.version && found.integrity === entry.integrity && found.link === entry.link;
    return (isTheOne || entry.optional === true) && existsSync(join(root, path, 'package.json'));
  });
}

/** @param {string} pid */
function isAlive(pid) {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * When a process began, so that another one that has its number by now is told from it, as the next in a container has;
 * '' where the system does not say.
 *
 * @param {string | number} pid
 */
function startOf(pid) {
  try {
    // The fields after the name, which may hold anything, in parentheses; the 22nd of all.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** @param {number} pid */
function holderLine(pid) {
  return `${pid} ${startOf(pid)}\n`;
}

/** @param {string} text a line for each process: its id, and when it began */
function isHeld(text) {
  return text.split('\n').some((line) => {
    const [pid = '', start = ''] = line.split(' ');
    return /^[1-9]\d*$/.test(pid) && isAlive(pid) && (start === '' || start === startOf(pid));
  });
}

/**
 * An installation was begun and npm's record is not younger: it was ended half-way, or before that.
 * @param {string} root
 */
function wasEndedHalfWay(root) {
  const begun = statSync(join(root, LOCK), { throwIfNoEntry: false });
  const finished = statSync(join(root, RECORD), { throwIfNoEntry: false });
  return begun !== undefined && (finished === undefined || finished.mtimeMs < begun.mtimeMs);
}

/**
 * Takes the lock unless a living process has it. A lock appears with its content, by a link, so that nobody reads an
 * empty one; a stale one is moved away first, and moved back if it was another's by then.
 *
 * @param {string} root
 */
function takeLock(root) {
  const lock = join(root, LOCK);
  const own = `${lock}.${process.pid}`;
  const old = `${own}.old`;
  try {
    const holder = readIfThere(lock);
    if (holder !== undefined) {
      if (isHeld(holder)) return false;
      renameSync(lock, old);
      if (isHeld(readFileSync(old, 'utf8'))) {
        linkSync(old, lock);
        return false;
      }
    }
    writeFileSync(own, holderLine(process.pid));
    linkSync(own, lock);
    return true;
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
    rmSync(old, { force: true });
  }
}

/** @param {string} root */
async function waitForOthers(root) {
  const lock = join(root, LOCK);
  for (let waited = 0; isHeld(readIfThere(lock) ?? ''); waited += POLL_MS) {
    if (waited === 0) console.log('setup: another set-up installs dependencies in this folder; waiting for it');
    if (waited >= LONGEST_WAIT_MS) {
      throw new Error(`another set-up still holds ${LOCK} after ten minutes; if there is none, delete that file`);
    }
    await setTimeout(POLL_MS);
  }
}

/**
 * @param {string} root
 * @returns {Promise<number | null>} npm's exit code; null if a signal ended it
 */
function runNpm(root) {
  const npm = process.env.npm_execpath;
  /** @type {[string, string[]]} */
  const [command, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, 'ci', '--include=dev', '--no-audit', '--no-fund'], {
      cwd: root,
      stdio: 'inherit',
    });
    // It outlives a set-up that is killed alone, and whoever comes next must then wait for it.
    if (child.pid !== undefined) appendFileSync(join(root, LOCK), holderLine(child.pid));
    child.once('error', reject);
    child.once('close', resolve);
  });
}

/**
 * Installs with `npm ci` unless node_modules already holds what the lock file wants. Of several set-ups at once in one
 * folder, one installs and the others wait for it. Rejects with one line on what to do.
 *
 * @param {string} root
 */
export async function ensureDependencies(root) {
  for (;;) {
    await waitForOthers(root);
    if (!wasEndedHalfWay(root) && dependenciesAreThoseOfTheLock(root)) return;
    if (takeLock(root)) break;
  }
  console.log('setup: installing dependencies with npm ci (once; about a minute)');
  const code = await runNpm(root);
  if (code !== 0) throw new Error('npm ci failed; see its message above, then run it by hand: npm ci --include=dev');
  rmSync(join(root, LOCK), { force: true });
}
