/**
 * Baselines that no story asked for in the last run of the stories: each is a failure, as a story without a baseline
 * is. `--remove` deletes them (npm run test:visual -- --update). Of a story that failed nothing is known, and nothing
 * of it is deleted.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fatesOf } from './baselineFates.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, 'node_modules', '.cache', 'regen-visual');

/**
 * What a project wrote down in its last run.
 * @param {string} project
 */
function lastRun(project) {
  try {
    return {
      asked: new Set(readFileSync(join(cache, `${project}.txt`), 'utf8').split('\n')),
      record: JSON.parse(readFileSync(join(cache, `${project}.json`), 'utf8')),
    };
  } catch {
    console.error(
      `baselines: ${project} did not run to its end or took no picture: nothing is known of its baselines.`,
    );
    return process.exit(1);
  }
}

/**
 * The calibration page's own baseline lies beside the themes' folders; no story asks for it.
 * @param {string} theme
 */
function stored(theme) {
  const folder = join(root, 'tests', 'visual', 'baselines', theme);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.png'))
    .map((path) => relative(root, join(folder, path)));
}

const fates = ['light', 'dark'].map((theme) => {
  const { asked, record } = lastRun(`stories-${theme}`);
  return fatesOf(stored(theme), asked, record);
});
const unused = fates.flatMap((fate) => fate.unused);
const unknown = fates.flatMap((fate) => fate.unknown);

if (process.argv.includes('--remove')) {
  for (const path of unused) {
    rmSync(join(root, path));
    console.log(`removed ${path}: no story asks for it`);
  }
} else if (unused.length > 0) {
  console.error(
    `No story asks for these baselines. Remove them with: npm run test:visual -- --update\n${unused.join('\n')}`,
  );
  process.exitCode = 1;
}
if (unknown.length > 0) {
  console.error(
    `Nothing is known of these baselines: their stories failed, or did not run, before they asked for them. Make the stories pass and keep the baselines.\n${unknown.join('\n')}`,
  );
  process.exitCode = 1;
}
