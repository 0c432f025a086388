/** Programs that the tests need besides Node. Node's own modules alone: set-up runs before anything is installed. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withoutServices } from './withoutServices.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param {string} path */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {string[]} names the first that is there counts */
export function findOnPath(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** On PATH, or where Debian puts it and an ordinary user's PATH may not look. @param {string} name */
export function findProgram(name) {
  return findOnPath(name) ?? [`/usr/bin/${name}`, `/usr/sbin/${name}`].find(isExecutable);
}

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {number | null} its exit code
 */
export function run(command, args) {
  console.log(`setup: ${[command, ...args].join(' ')}`);
  return spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }).status;
}

/** Whether apt-get was tried: it is as root on Debian and its like. Its service is not started. @param {string} name */
export function installDebianPackage(name) {
  if (process.getuid?.() !== 0 || !isExecutable('/usr/bin/apt-get')) return false;
  run('apt-get', ['update', '-q']);
  withoutServices(() => {
    run('apt-get', ['install', '-y', '-q', '--no-install-recommends', name]);
  });
  return true;
}
