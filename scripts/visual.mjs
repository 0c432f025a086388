/**
 * `npm run test:visual`: the stories with their pictures. `-- --update` writes the baselines anew and removes those
 * that no story asks for: the only command that does.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closingLine, runSuites } from './runSuites.mjs';
import { visualSuites } from './suites.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param {string[]} words */
function node(...words) {
  const { status } = spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' });
  return status === 0;
}

if (process.argv.includes('--update')) {
  const vitest = join('node_modules', 'vitest', 'vitest.mjs');
  const written = ['stories-light', 'stories-dark'].every((project) =>
    node(vitest, 'run', '--project', project, '--update'),
  );
  const removed = written && node(join('scripts', 'baselines.mjs'), '--remove');
  if (removed) console.log('Look at what changed before you commit it: git status tests/visual/baselines');
  process.exitCode = removed ? 0 : 1;
} else {
  const total = await runSuites(visualSuites);
  console.log(closingLine(total));
  process.exitCode = total.failed === 0 ? 0 : 1;
}
