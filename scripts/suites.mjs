/**
 * What `npm test`, `npm run test:e2e` and `npm run test:full` run, in this order. Adding a suite is adding a row.
 *
 * `count` says how a suite is counted: a `vitest` suite by its JSON report, test by test; a `check` is one test that
 * passes with exit code 0. A suite of several `projects` runs each of its files in each of them. A suite over its budget
 * is ended and has failed.
 *
 * @typedef {{ name: string, command: string[], budgetSeconds: number, count: 'check' | 'vitest', projects?: number }} Suite
 */

/** @type {(name: string, budgetSeconds: number, ...command: string[]) => Suite} */
const check = (name, budgetSeconds, ...command) => ({ name, command, budgetSeconds, count: 'check' });

/** @type {(name: string, budgetSeconds: number, ...projects: string[]) => Suite} */
const vitest = (name, budgetSeconds, ...projects) => ({
  name,
  command: ['vitest', 'run', ...projects.flatMap((project) => ['--project', project])],
  budgetSeconds,
  count: 'vitest',
  projects: projects.length,
});

/** The stories write down which baselines they ask for; the row after them reads it. @type {Suite[]} */
export const visualSuites = [
  vitest('stories', 420, 'stories-light', 'stories-dark'),
  check('baselines without a story', 10, 'node', 'scripts/baselines.mjs'),
];

/** @type {Suite[]} */
export const testSuites = [
  check('format', 60, 'prettier', '--check', '.'),
  check('lint', 60, 'oxlint', '--deny-warnings'),
  check('unused code', 60, 'knip'),
  check('types', 90, 'tsc', '-p', '.'),
  check('types of the library', 30, 'tsc', '-p', 'tsconfig.library.json'),
  check('types of packages/shared', 30, 'tsc', '-p', 'packages/shared'),
  check('types of packages/core', 30, 'tsc', '-p', 'packages/core'),
  check('types of mocks', 30, 'tsc', '-p', 'mocks'),
  check('types of server', 30, 'tsc', '-p', 'server'),
  check('types of apps/desktop', 30, 'tsc', '-p', 'apps/desktop'),
  vitest('unit', 240, 'unit'),
  vitest('server', 600, 'server'),
  vitest('browser', 150, 'browser'),
  ...visualSuites,
];

/** @type {Suite[]} */
export const e2eSuites = [vitest('e2e', 600, 'e2e')];

/** @type {Suite[]} */
export const fullSuites = [vitest('full', 1200, 'full'), vitest('full-browser', 600, 'full-browser')];
