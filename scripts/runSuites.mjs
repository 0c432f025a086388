/** Runs suites one after the other, shows what they print, and adds up what they count. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

/**
 * @typedef {import('./suites.mjs').Suite} Suite
 * @typedef {{ passed: number, failed: number, skipped: number, problem?: string, failures?: string[] }} Count
 * @typedef {{ exitCode: number | null, signal: NodeJS.Signals | null, overBudget: boolean, startFailed?: string }} End
 */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const GRACE_MS = 5_000;

/**
 * Ends a suite with all that it started: it leads a process group of its own.
 * @param {number} pid
 * @param {NodeJS.Signals} signal
 */
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}

/**
 * @param {Suite} suite
 * @param {string[]} extra
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<End>}
 */
function runCommand(suite, extra, env) {
  const [command = '', ...args] = suite.command;
  return new Promise((resolve) => {
    const child = spawn(command, [...args, ...extra], {
      cwd: root,
      env,
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    let overBudget = false;
    /** @type {NodeJS.Timeout | undefined} */
    let grace;
    const end = () => {
      if (child.pid === undefined) return;
      const { pid } = child;
      signalGroup(pid, 'SIGTERM');
      grace = setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE_MS);
    };
    const budget = setTimeout(() => {
      overBudget = true;
      end();
    }, suite.budgetSeconds * 1_000);
    /** @param {End} result */
    const finish = (result) => {
      clearTimeout(budget);
      clearTimeout(grace);
      process.off('SIGINT', end);
      process.off('SIGTERM', end);
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
      resolve(result);
    };
    process.on('SIGINT', end);
    process.on('SIGTERM', end);
    child.on('error', (error) => finish({ exitCode: null, signal: null, overBudget, startFailed: error.message }));
    child.on('exit', (exitCode, signal) => finish({ exitCode, signal, overBudget }));
  });
}

/**
 * Why a suite's end is no pass, whatever it counted; undefined for a clean end.
 * @param {Suite} suite
 * @param {End} end
 */
function problemOfEnd(suite, end) {
  if (end.startFailed !== undefined) return `could not start: ${end.startFailed}`;
  if (end.overBudget) return `over its budget of ${suite.budgetSeconds} s`;
  if (end.signal !== null) return `ended by ${end.signal}`;
  return end.exitCode === 0 ? undefined : `exit code ${end.exitCode}`;
}

const MESSAGE_LINES = 12;

/**
 * What failed, one entry each: file and test, and under them the first lines of the message.
 * @param {{ name: string, status: string, message?: string, assertionResults: { status: string, fullName?: string, failureMessages?: string[] }[] }[]} files
 */
function failuresOf(files) {
  return files
    .filter((file) => file.status === 'failed')
    .flatMap((file) => {
      const tests = file.assertionResults.filter((test) => test.status === 'failed');
      const path = relative(root, file.name);
      if (tests.length === 0) return [entry(path, file.message)];
      return tests.map((test) => entry(`${path}: ${test.fullName}`, test.failureMessages?.join('\n')));
    });
}

/**
 * @param {string} title
 * @param {string | undefined} message
 */
function entry(title, message) {
  const lines = stripVTControlCharacters(message ?? '')
    .trimEnd()
    .split('\n')
    .slice(0, MESSAGE_LINES);
  return [title, ...lines.map((line) => `    ${line}`)].join('\n').trimEnd();
}

/**
 * Counts Vitest's JSON report. A file that broke before its first test counts as one failure, and so does a run that
 * ended badly, left no report, ran no test at all or ran a file in fewer projects: what is missing has not passed.
 * @param {string} report  path
 * @param {string | undefined} problem  why the run's end was no pass
 * @param {number} [projects]  in so many is each file run
 * @returns {Count}
 */
export function countVitestReport(report, problem, projects = 1) {
  let parsed;
  try {
    parsed = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { passed: 0, failed: 1, skipped: 0, problem: problem ?? 'no report' };
  }
  const brokenFiles = parsed.testResults.filter(
    (/** @type {{ status: string, assertionResults: { status: string }[] }} */ file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const passed = parsed.numPassedTests;
  const failed = parsed.numFailedTests + brokenFiles;
  const skipped = parsed.numPendingTests + parsed.numTodoTests;
  if (failed > 0) {
    const failures = failuresOf(parsed.testResults);
    return { passed, failed, skipped, failures, ...(problem === undefined ? {} : { problem }) };
  }
  if (problem !== undefined) return { passed, failed: 1, skipped, problem };
  if (passed === 0) return { passed, failed: 1, skipped, problem: 'no test ran' };
  const files = parsed.testResults.map((/** @type {{ name: string }} */ file) => file.name);
  if (files.length !== new Set(files).size * projects) {
    return { passed, failed: 1, skipped, problem: `not each file ran in each of ${projects} projects` };
  }
  return { passed, failed, skipped };
}

/**
 * @param {Suite} suite
 * @param {string} folder  for its report
 * @returns {Promise<Count>}
 */
async function runSuite(suite, folder) {
  const report = join(folder, `${suite.name}.json`);
  const extra =
    suite.count === 'vitest' ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : [];
  const end = await runCommand(suite, extra, {
    ...process.env,
    PATH: [join(root, 'node_modules', '.bin'), process.env['PATH']].join(delimiter),
    CI: 'true',
    NODE_ENV: 'test',
    TZ: 'UTC',
    STORYBOOK_DISABLE_TELEMETRY: '1',
  });
  const problem = problemOfEnd(suite, end);
  if (suite.count === 'vitest') return countVitestReport(report, problem, suite.projects);
  return problem === undefined ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0, problem };
}

/** @param {Count} count */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * Runs every suite, also after one failed, prints what failed once more at the end, where a log that was cut still has
 * it, and resolves to the sum.
 * @param {Suite[]} suites
 * @returns {Promise<Count>}
 */
export async function runSuites(suites) {
  const folder = mkdtempSync(join(tmpdir(), 'regen-reports-'));
  const total = { passed: 0, failed: 0, skipped: 0 };
  /** @type {string[]} */
  const summary = [];
  /** @type {string[]} */
  const failures = [];
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  for (const [index, suite] of suites.entries()) {
    if (interrupted) break;
    console.log(`\n── ${suite.name} (${index + 1} of ${suites.length}, at most ${suite.budgetSeconds} s)`);
    const started = performance.now();
    const count = await runSuite(suite, folder);
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped;
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    const line = `${count.failed === 0 ? '✓' : '✗'} ${suite.name}: ${closingLine(count)} in ${seconds} s`;
    summary.push(count.problem === undefined ? line : `${line} (${count.problem})`);
    console.log(summary.at(-1));
    if (count.failed > 0)
      failures.push(...(count.failures ?? [count.problem ?? 'failed']).map((text) => `✗ ${suite.name}: ${text}`));
  }
  process.off('SIGINT', interrupt);
  process.off('SIGTERM', interrupt);
  rmSync(folder, { recursive: true, force: true });
  if (interrupted) {
    total.failed += 1;
    summary.push('✗ interrupted');
  }
  console.log(`\n${summary.join('\n')}\n`);
  if (failures.length > 0) console.log(`── failed\n${failures.join('\n')}\n`);
  return total;
}
