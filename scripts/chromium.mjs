/** Where the tests' Chromium is, and how to get one. Node's own modules alone: set-up runs before anything is installed. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const INSIDE_PLAYWRIGHT_FOLDER = [
  ['chrome-linux64', 'chrome'],
  ['chrome-linux', 'chrome'],
  ['chrome-mac-arm64', 'Google Chrome for Testing.app', 'Contents', 'MacOS', 'Google Chrome for Testing'],
  ['chrome-mac-x64', 'Google Chrome for Testing.app', 'Contents', 'MacOS', 'Google Chrome for Testing'],
  ['chrome-mac', 'Chromium.app', 'Contents', 'MacOS', 'Chromium'],
];

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function playwrightFolder() {
  const chosen = process.env.PLAYWRIGHT_BROWSERS_PATH;
  if (chosen === '0') return join(root, 'node_modules', 'playwright-core', '.local-browsers');
  if (chosen) return chosen;
  return process.platform === 'darwin'
    ? join(homedir(), 'Library', 'Caches', 'ms-playwright')
    : join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ms-playwright');
}

function playwrightChromium() {
  let folders;
  try {
    folders = readdirSync(playwrightFolder());
  } catch {
    return undefined;
  }
  return folders
    .filter((name) => /^chromium-\d+$/.test(name))
    .sort((a, b) => Number(b.split('-')[1]) - Number(a.split('-')[1]))
    .flatMap((name) => INSIDE_PLAYWRIGHT_FOLDER.map((inside) => join(playwrightFolder(), name, ...inside)))
    .find(isExecutable);
}

function systemChromium() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return SYSTEM_NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/**
 * The Chromium to test in: `CHROMIUM_PATH`, else the newest that Playwright downloaded, else the system's.
 * A `CHROMIUM_PATH` that cannot be run throws: whoever set it means that one and no other.
 */
export function findChromium() {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen) {
    if (isExecutable(chosen)) return chosen;
    throw new Error(`CHROMIUM_PATH is ${chosen}, which is not an executable file. Correct or unset it.`);
  }
  return playwrightChromium() ?? systemChromium();
}

/** Chromium's sandbox refuses to start as root; background services would look up hosts that tests must not need. */
export function chromiumArguments() {
  const asRoot = process.getuid?.() === 0;
  return [
    ...(asRoot ? ['--no-sandbox'] : []),
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--font-render-hinting=none',
    '--force-color-profile=srgb',
  ];
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  console.log(`setup: ${[command, ...args].join(' ')}`);
  return spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }).status;
}

/** Gets a Chromium: Playwright's download, else Debian's package. Returns undefined, or one line on what to run by hand. */
export function installChromium() {
  console.log('setup: no Chromium found; getting one (once)');
  const playwright = join(root, 'node_modules', 'playwright', 'cli.js');
  if (run(process.execPath, [playwright, 'install', 'chromium']) === 0 && findChromium() !== undefined)
    return undefined;
  const asRootOnDebian = process.getuid?.() === 0 && isExecutable('/usr/bin/apt-get');
  if (asRootOnDebian) {
    run('apt-get', ['update', '-q']);
    run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium']);
    if (findChromium() !== undefined) return undefined;
  }
  return 'no Chromium, and none could be installed. Run "sudo apt-get install chromium", or set CHROMIUM_PATH to one.';
}
