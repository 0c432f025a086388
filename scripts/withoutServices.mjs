/** Installing a package without its service. Node's own modules alone: set-up runs before anything is installed. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

/** What Debian's packages ask before they start a service. */
const POLICY = '/usr/sbin/policy-rc.d';
/** 101 is "not allowed". The words show an installation after one that was killed whose file this is. */
const NO_SERVICES = '#!/bin/sh\n# Written by scripts/withoutServices.mjs for the time of an installation.\nexit 101\n';

/**
 * Runs `install`, in which no package starts a service; the tests start programs by themselves. A policy that the
 * machine has stays as it is, and rules.
 *
 * @param {() => void} install
 * @param {string} [policy]
 */
export function withoutServices(install, policy = POLICY) {
  if (!forbid(policy)) {
    install();
    return;
  }
  // Ctrl-C ends what is being run, and must not leave the policy behind.
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  try {
    install();
  } finally {
    rmSync(policy, { force: true });
    process.off('SIGINT', ignore);
  }
}

/** Whether the policy is this one. @param {string} policy */
function forbid(policy) {
  try {
    writeFileSync(policy, NO_SERVICES, { mode: 0o755, flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    return readFileSync(policy, 'utf8') === NO_SERVICES;
  }
}
