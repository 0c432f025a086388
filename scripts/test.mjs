/** `node scripts/test.mjs [e2e | full] [suite …]`: runs the suites of suites.mjs; the last line printed is their sum. */
import { closingLine, runSuites } from './runSuites.mjs';
import { e2eSuites, fullSuites, testSuites } from './suites.mjs';

const words = process.argv.slice(2);
const lists = new Map([
  ['e2e', e2eSuites],
  ['full', fullSuites],
]);
const chosen = lists.get(words[0] ?? '');
const names = chosen === undefined ? words : words.slice(1);
const all = chosen ?? testSuites;
const unknown = names.filter((name) => !all.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(`No suite ${unknown.join(', ')}. There are: ${all.map((suite) => suite.name).join(', ')}.`);
  process.exit(1);
}

const total = await runSuites(names.length === 0 ? all : all.filter((suite) => names.includes(suite.name)));
console.log(closingLine(total));
process.exitCode = total.failed === 0 ? 0 : 1;
