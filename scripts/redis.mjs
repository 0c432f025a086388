/** Where the tests' redis-server is, and how to get one. Node's own modules alone: set-up runs before anything is installed. */
import { findProgram, installDebianPackage, isExecutable } from './programs.mjs';

/** `REDIS_SERVER_PATH`, else the one on PATH. A `REDIS_SERVER_PATH` that cannot be run throws: it means that one and no other. */
export function findRedis() {
  const chosen = process.env.REDIS_SERVER_PATH;
  if (!chosen) return findProgram('redis-server');
  if (isExecutable(chosen)) return chosen;
  throw new Error(`REDIS_SERVER_PATH is ${chosen}, which is not an executable file. Correct or unset it.`);
}

/** Gets Debian's package. Returns undefined, or one line on what to run by hand. */
export function installRedis() {
  console.log('setup: no redis-server found; getting one (once)');
  if (installDebianPackage('redis-server') && findRedis() !== undefined) return undefined;
  return 'no redis-server, and none could be installed. Run "sudo apt-get install redis-server", or set REDIS_SERVER_PATH to one of version 7 or later.';
}
