/**
 * Makes a clean clone ready to run: dependencies, with `--browser` a Chromium, with `--server` what the server's
 * tests start: redis-server, the proxies haproxy and nginx, openssl for certificates, and python3 and curl for the
 * examples.
 *
 * Runs before every command, with Node's own modules alone. Costs a few milliseconds when there is nothing to do,
 * and says what it does when there is.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium, installChromium } from './chromium.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { findProgram, installDebianPackage } from './programs.mjs';
import { findRedis, installRedis } from './redis.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(`setup: ${message}`);
  process.exit(1);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  if (!enough)
    fail(`Node ${process.versions.node} is too old or unsupported; install Node 20.19 or later, or 22.12 or later.`);
}

/**
 * @param {() => string | undefined} find
 * @param {() => string | undefined} install
 */
function ensure(find, install) {
  const problem = find() === undefined ? install() : undefined;
  if (problem !== undefined) fail(problem);
}

/** @param {string} name of the program and of Debian's package */
function ensureProgram(name) {
  ensure(
    () => findProgram(name),
    () => {
      console.log(`setup: no ${name} found; getting one (once)`);
      if (installDebianPackage(name) && findProgram(name) !== undefined) return undefined;
      return `no ${name}, and none could be installed. Run "sudo apt-get install ${name}".`;
    },
  );
}

checkNode();
try {
  await ensureDependencies(root);
  if (process.argv.includes('--browser')) ensure(findChromium, installChromium);
  if (process.argv.includes('--server')) {
    ensure(findRedis, installRedis);
    for (const name of ['haproxy', 'nginx', 'openssl', 'python3', 'curl']) ensureProgram(name);
  }
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
