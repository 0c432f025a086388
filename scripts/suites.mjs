/**
 * What `npm test` and `npm run test:full` run, in this order. Adding a suite is adding a row.
 *
 * `count` says how a suite is counted: a `vitest` suite by its JSON report, test by test; a `check` is one test that
 * passes with exit code 0. A suite over its budget is ended and has failed.
 *
 * @typedef {{ name: string, command: string[], budgetSeconds: number, count: 'check' | 'vitest' }} Suite
 */

/** @type {(name: string, budgetSeconds: number, ...command: string[]) => Suite} */
const check = (name, budgetSeconds, ...command) => ({ name, command, budgetSeconds, count: 'check' });

/** @type {(project: string, budgetSeconds: number) => Suite} */
const vitest = (project, budgetSeconds) => ({
  name: project,
  command: ['vitest', 'run', '--project', project],
  budgetSeconds,
  count: 'vitest',
});

/** The stories write down which baselines they ask for; the row after them reads it. @type {Suite[]} */
export const visualSuites = [
  vitest('stories-light', 240),
  vitest('stories-dark', 240),
  check('baselines without a story', 10, 'node', 'scripts/baselines.mjs'),
];

/** @type {Suite[]} */
export const testSuites = [
  check('format', 60, 'prettier', '--check', '.'),
  check('lint', 60, 'oxlint', '--deny-warnings'),
  check('types', 90, 'tsc', '-p', '.'),
  check('types of the library', 30, 'tsc', '-p', 'tsconfig.library.json'),
  check('types of packages/shared', 30, 'tsc', '-p', 'packages/shared'),
  check('types of packages/core', 30, 'tsc', '-p', 'packages/core'),
  check('types of mocks', 30, 'tsc', '-p', 'mocks'),
  vitest('unit', 240),
  vitest('browser', 90),
  ...visualSuites,
];

/** @type {Suite[]} */
export const fullSuites = [vitest('full', 1200), vitest('full-browser', 600)];
