/** Where the tests' Chromium is, and how to get one. Node's own modules alone: set-up runs before anything is installed. */
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOnPath, installDebianPackage, isExecutable, run } from './programs.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const INSIDE_PLAYWRIGHT_FOLDER = [
  ['chrome-linux64', 'chrome'],
  ['chrome-linux', 'chrome'],
  ['chrome-mac-arm64', 'Google Chrome for Testing.app', 'Contents', 'MacOS', 'Google Chrome for Testing'],
  ['chrome-mac-x64', 'Google Chrome for Testing.app', 'Contents', 'MacOS', 'Google Chrome for Testing'],
  ['chrome-mac', 'Chromium.app', 'Contents', 'MacOS', 'Chromium'],
];

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
  return playwrightChromium() ?? findOnPath(...SYSTEM_NAMES);
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

/** Gets a Chromium: Playwright's download, else Debian's package. Returns undefined, or one line on what to run by hand. */
export function installChromium() {
  console.log('setup: no Chromium found; getting one (once)');
  const playwright = join(root, 'node_modules', 'playwright', 'cli.js');
  if (run(process.execPath, [playwright, 'install', 'chromium']) === 0 && findChromium() !== undefined)
    return undefined;
  if (installDebianPackage('chromium') && findChromium() !== undefined) return undefined;
  return 'no Chromium, and none could be installed. Run "sudo apt-get install chromium", or set CHROMIUM_PATH to one.';
}
